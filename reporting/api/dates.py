"""Milestones and requests for new dates, as a period or an earlier day knew them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from accounts.api.includes import Include, Includes, children
from accounts.api.viewsets import Told
from aims.api import seen
from aims.api.beside import OF_MILESTONE
from aims.api.milestones import OF_STEP, PLACE_OF_STEP, MilestoneSerializer
from aims.api.serializers import DateChangeSerializer
from aims.api.viewsets import MilestoneViewSet
from aims.choices import Decision
from aims.models import DateChangeRequest, Milestone
from aims.querysets import DateChangeRequestQuerySet, MilestoneQuerySet
from aims.selectors.milestones_then import milestones_at
from reporting.api.beside import source_of, told_then
from reporting.api.then import TellsFigures
from reporting.lines import Book
from reporting.selectors.sources import Source
from reporting.selectors.sources.sealed import Sealed

AT_ALL: Final = ("completed_from", "completed_to")


def milestones(request: Request) -> MilestoneQuerySet:
    """Those that stand, or stood then: of a closed review all that it tells, else what the asker sees."""
    source = source_of(request)
    if source is None:
        return seen.standing_milestones(request)
    rows = milestones_at(source.basis.as_at, source.known or timezone.now())
    if isinstance(source, Sealed):
        reference = Concat("activity__number", Value("/"), Cast("position", CharField()), output_field=CharField())
        known = [line.reference for line in source.book.milestones]
        return rows.annotate(told_reference=reference).filter(told_reference__in=known)
    return rows.visible_to(request.user, timezone.localdate())


def date_changes(request: Request) -> DateChangeRequestQuerySet:
    """Requests for new dates, those asked for by then."""
    source, rows = source_of(request), seen.date_changes(request)
    return rows.filter(requested_at__lte=source.known) if source and source.known else rows


def dress(rows: Iterable[Any], source: Source) -> None:
    """Put what was known then on milestones and requests, which are told and never saved."""
    book = source.book if isinstance(source, Sealed) else None
    for row in rows:
        if isinstance(row, Milestone):
            _as_known(row, book)
        elif isinstance(row, DateChangeRequest) and source.known:
            _undecided(row, source.known)


def _as_known(row: Any, book: Book | None) -> None:
    row.baseline_date, row.completed_on, row.retired_on = row.told_baseline, row.told_completed, None
    line = next((line for line in book.milestones if line.reference == row.reference), None) if book else None
    if line:
        row.title, row.completed_on = line.title, line.completed
        row.baseline_date, row.agreed_date = line.promised.baseline, line.promised.agreed
        row.moves, row.is_complete = line.promised.moves, line.completed is not None
        row.is_overdue = line.overdue_days is not None


def _undecided(row: DateChangeRequest, known: datetime) -> None:
    if row.decided_at and row.decided_at > known:
        row.decision, row.decided_at = Decision.REQUESTED, None


def dates_then(include: Include) -> Include:
    """The same, as was known then."""

    def read(rows: Sequence[Any], request: Request) -> Mapping[int, Any]:
        found, source = include.read(rows, request), source_of(request)
        if source:
            dress([one for told in found.values() for one in told], source)
        return found

    return replace(include, read=read)


THEN_OF_DATES: Final[Includes] = {
    "milestones": dates_then(
        children("activity", milestones, MilestoneSerializer, "Its milestones, for whoever sees them.")
    ),
    "date_changes": dates_then(
        children("activity", date_changes, DateChangeSerializer, "The new dates asked for, for whoever sees them live.")
    ),
}


@extend_schema_view(retrieve=extend_schema(parameters=[OF_STEP, PLACE_OF_STEP]))
class ToldMilestoneViewSet(TellsFigures[Milestone], MilestoneViewSet):
    """The dated steps of activities, with the dates agreed last: for staff, the Board and the activity's own body.

    Lists hold what stands, addresses also answer for what was given up. With `period`, everybody reads the milestones
    of a published review as it sealed them.
    """

    includes: ClassVar[Includes] = {
        "activity": told_then(OF_MILESTONE["activity"]),
        "date_changes": dates_then(
            children("milestone", date_changes, DateChangeSerializer, "The new dates asked for.")
        ),
    }

    orders_then = ("reference", "agreed_date", "moves")

    def get_queryset(self) -> QuerySet[Milestone]:
        return milestones(self.request) if self.source else super().get_queryset()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Of those completed on some days, the ones whose completion was known then."""
        narrowed = super().filter_queryset(queryset)
        if self.source and not self.request.query_params.keys().isdisjoint(AT_ALL):
            return narrowed.filter(Q(told_completed__isnull=False))
        return narrowed

    def tell(self, rows: Sequence[Milestone]) -> Told:
        """Each as it was known then."""
        if self.source:
            dress(rows, self.source)
        return super().tell(rows)
