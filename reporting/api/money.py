"""Where the money came from and what it paid for, as a period or an earlier day told it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from rest_framework.request import Request

from accounts.api.includes import Include, Includes, children, only_child, related
from accounts.api.viewsets import Row, Told
from aims.api import seen
from aims.api.serializers import ActivitySerializer, ObjectiveSerializer
from funding.api import beside
from funding.api.beside import OF_STREAM
from funding.api.serializers import AllocationSerializer, FundingReturnSerializer, FundingStreamSerializer
from funding.api.viewsets import AllocationViewSet, FundingReturnViewSet, FundingStreamViewSet
from funding.models import Allocation, FundingReturn, FundingStream
from funding.querysets import AllocationQuerySet, FundingReturnQuerySet
from funding.selectors.streams import streams_at
from reporting.api.beside import source_of, told_then
from reporting.api.then import SUMMARY, TellsFigures, summary_of
from reporting.choices import Scope
from reporting.lines import Book
from reporting.selectors.sources.sealed import Sealed

OF_STREAM_LINE: Final = ("name", "source_note", "data_note", "spend_kind", "starts_year", "ends_year")


def streams(request: Request) -> QuerySet[FundingStream]:
    """Every stream with its amounts, now or as they were known then."""
    source = source_of(request)
    rows = streams_at(source.known) if source and source.known else beside.streams(request)
    return rows.select_related("funder")


def allocations(request: Request) -> AllocationQuerySet:
    """Those in force, now or as was known then."""
    source = source_of(request)
    if source is None or source.known is None:
        return beside.allocations(request)
    rows = Allocation.objects.filter(stream__strategy__is_in_force=True).in_force_at(source.known)
    return rows.select_related("stream", "activity", "objective").order_by("pk")


def returns(request: Request) -> FundingReturnQuerySet:
    """Those that the asker knows of; of then, those approved by then."""
    source, rows = source_of(request), beside.returns(request)
    return rows.filter(approved_at__lte=source.known) if source and source.known else rows


def latest_returns(request: Request) -> FundingReturnQuerySet:
    """The approved return that counts of each stream's last month."""
    return returns(request).latest_of_each_stream()


def as_sealed(rows: Iterable[Any], book: Book) -> None:
    """Put what a review sealed on streams and allocations, which are told and never saved."""
    lines = {line.code: line for line in book.streams}
    amounts = {(line.stream, line.activity or line.objective): line.amount for line in book.allocations}
    for row in rows:
        if isinstance(row, Allocation):
            row.amount = amounts.get((row.stream.code, row.target.number), row.amount)
        elif row.code in lines:
            _as_sealed(row, lines[row.code])


def _as_sealed(row: Any, line: Any) -> None:
    for name in OF_STREAM_LINE:
        setattr(row, name, getattr(line, name))
    row.spend_kind = line.spend_kind or None
    row.told_award, row.told_over_programming, row.told_allocated = line.award, line.over_programming, line.allocated
    row.told_unallocated = line.award + line.over_programming - line.allocated


def money_then(include: Include) -> Include:
    """The same, as it was sealed where a review is asked for."""

    def read(rows: Sequence[Any], request: Request) -> Mapping[int, Any]:
        found, source = include.read(rows, request), source_of(request)
        if isinstance(source, Sealed):
            as_sealed([one for told in found.values() for one in (told if include.many else (told,))], source.book)
        return found

    return replace(include, read=read)


def allocations_of(field: str, help_text: str) -> Include:
    """The allocations whose foreign key names the row, as they were in force then."""
    return money_then(children(field, allocations, AllocationSerializer, help_text))


STREAM: Final = money_then(related("stream", streams, FundingStreamSerializer, "The funding stream."))
OF_ALLOCATION: Final[Includes] = {
    "stream": STREAM,
    "activity": told_then(related("activity", seen.activities, ActivitySerializer, "The key activity that it is for.")),
    "objective": told_then(related("objective", seen.objectives, ObjectiveSerializer, "The objective that it is for.")),
}


class MoneyThen(TellsFigures[Row]):
    """Streams and what they give, as they were known in the period or on the day asked for."""

    def tell(self, rows: Sequence[Row]) -> Told:
        """Each as it was sealed, where a closed review is asked for."""
        if isinstance(self.source, Sealed):
            as_sealed(rows, self.source.book)
        return super().tell(rows)


class ToldFundingStreamViewSet(MoneyThen[FundingStream], FundingStreamViewSet):
    """The awards that pay for parts of the strategy. Signed out, with their sums at the last published closing."""

    includes: ClassVar[Includes] = {
        **OF_STREAM,
        "allocations": allocations_of("stream", "What it pays for, in force."),
        "latest_return": only_child(
            "stream", latest_returns, FundingReturnSerializer, "The approved return of its last month."
        ),
        SUMMARY: summary_of(Scope.STREAM, "code"),
    }

    def get_queryset(self) -> QuerySet[FundingStream]:
        return streams(self.request)


class ToldAllocationViewSet(MoneyThen[Allocation], AllocationViewSet):
    """Which money pays for what. Signed out, those in force at the last published closing."""

    includes: ClassVar[Includes] = OF_ALLOCATION

    def get_queryset(self) -> QuerySet[Allocation]:
        return allocations(self.request)


class ToldFundingReturnViewSet(TellsFigures[FundingReturn], FundingReturnViewSet):
    """What was returned of the streams and signed off by somebody else. Signed out, as of the last published closing.

    The body named as the one that returns a stream's figures sends them through its key: each waits for finance's
    approval. To correct one that waits or was given back, change it: the month's next revision takes its place.
    """

    includes: ClassVar[Includes] = {"stream": STREAM}

    def get_queryset(self) -> QuerySet[FundingReturn]:
        return returns(self.request)
