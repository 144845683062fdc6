"""Closed reviews as the charts need them, and which earlier ones stand beside a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, JSONField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from aims.choices import Mark
from aims.models import ReviewPeriod
from reporting.charts.milestones import Dated
from reporting.choices import LineKind
from reporting.lines import read_line
from reporting.lines.rows import AimLine, MilestoneLine, ObjectiveLine, ReviewLine
from reporting.models import Review, SealedLine
from reporting.selectors.chart_tables.told import Group, Part

REVIEWS_KEPT = 12


def reviews_before(period: ReviewPeriod, review: Review | None, number: int) -> list[Review]:
    """The last reviews before a period, oldest first: one query.

    Beside a published review stand those that were published by then, for everybody and for ever: one that is opened
    later changes no page that was already public, and none is shown before it is. Until then, and beside the round
    under way, stand all that count, which only those see who may see them.
    """
    standing = Review.objects.standing().select_related("period")
    found = standing.filter(period__strategy=period.strategy_id, period__starts__lt=period.starts)
    publication = getattr(review, "publication", None)
    if publication:
        found = found.filter(publication__published_at__lte=publication.published_at)
    return list(found.order_by("-period__starts")[:number])[::-1]


def told_of(review: Review) -> Sealed:
    """What a review tells, kept in this process since it never changes."""
    return _told(review.pk, review.seal)


@lru_cache(maxsize=REVIEWS_KEPT)
def _told(review: int, seal: str) -> Sealed:
    return Sealed(review, seal)


@dataclass(frozen=True)
class Sealed:
    """A closed review, from its lines alone; a query for each kind of them that is asked for, once.

    Its activities are counted by the database: earlier reviews stand in a trend without being read whole.
    """

    review: int
    seal: str

    @property
    def label(self) -> str:
        """Its period's usual name."""
        return self._head.label

    @property
    def before(self) -> str:
        """What it is compared with."""
        return half_named(self._head.compared_with) if self._head.compared_with else ""

    @property
    def starts(self) -> date:
        """Its half year's first day."""
        return self._head.starts

    @property
    def ends(self) -> date:
        """Its half year's last day."""
        return self._head.ends

    @property
    def as_at(self) -> date:
        """The day of its position."""
        return self._head.as_at

    @cached_property
    def aims(self) -> Sequence[Part]:
        """In their order."""
        return tuple(_part(aim, aim.title) for aim in self._rows(LineKind.AIM))

    @cached_property
    def objectives(self) -> Sequence[Part]:
        """In their order."""
        return tuple(_part(objective, objective.statement) for objective in self._rows(LineKind.OBJECTIVE))

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The key activities counted."""
        line = Cast("public", JSONField())
        said = (KeyTextTransform(name, line) for name in ("objective", "mark", "previous_mark"))
        rows = self._lines(LineKind.ACTIVITY).order_by().values_list(*said)
        return tuple(
            Group(objective, Mark(mark), Mark(previous) if previous else None, count)
            for objective, mark, previous, count in rows.annotate(count=Count("pk"))
        )

    @cached_property
    def milestones(self) -> Sequence[Dated]:
        """In the order of the strategy."""
        return tuple(map(_dated, self._rows(LineKind.MILESTONE)))

    @cached_property
    def _head(self) -> ReviewLine:
        head: ReviewLine
        (head,) = self._rows(LineKind.REVIEW)
        return head

    def _rows(self, kind: LineKind) -> list[Any]:
        lines = self._lines(kind).order_by("position").values_list("kind", "key", "public")
        return [read_line(*line).row for line in lines]

    def _lines(self, kind: LineKind) -> QuerySet[SealedLine]:
        return SealedLine.objects.filter(review=self.review, kind=kind)


def half_named(slug: str) -> str:
    """The usual name of a half year by its reference: "2026/27 H1" for "2026-27-h1"."""
    year, following, half = slug.split("-")
    return f"{year}/{following} {half.upper()}"


def _part(line: AimLine | ObjectiveLine, name: str) -> Part:
    sums = line.sums
    money = (sums.behind_red, sums.behind_amber, sums.rating_not_known, sums.not_traced)
    return Part(line.number, name, sums.headline, money)


def _dated(line: MilestoneLine) -> Dated:
    return Dated(
        reference=line.reference,
        title=line.title,
        baseline=line.promised.baseline,
        agreed=line.promised.agreed,
        completed=line.completed,
        variance=line.variance_days,
        overdue=line.overdue_days,
        moves=line.promised.moves,
    )
