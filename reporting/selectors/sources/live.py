"""The round under way, as aggregation keeps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from django.db.models import Q, QuerySet

from aims.models import KeyActivity, ReviewPeriod
from aims.querysets import AimQuerySet, KeyActivityQuerySet, ObjectiveQuerySet
from aims.selectors.wording import words_in
from reporting.choices import LineKind, Scope
from reporting.models import Position, Summary
from reporting.selectors.sources.dates import dates_of
from reporting.selectors.sources.positions import told_positions
from reporting.selectors.sources.told import Basis, PositionTold, Row, Source, SumsTold, Terms
from reporting.selectors.sources.words import terms_in
from reporting.selectors.standings import sums_of


class Live(Source):
    """A period whose figures are still moving. Who may see it is the caller's to ask."""

    def __init__(self, period: ReviewPeriod, on: date, *, tells_money: bool) -> None:
        self._period = period
        self.tells_money = tells_money
        self._basis = Basis(period=period.slug, as_at=period.position_as_at(on))

    @property
    def basis(self) -> Basis:
        """The period, and the day that it has come to."""
        return self._basis

    @property
    def period(self) -> ReviewPeriod:
        """As `Source` says."""
        return self._period

    @property
    def told_until(self) -> datetime | None:
        """As `Source` says."""
        return self._period.closed_at

    @property
    def known(self) -> datetime | None:
        """As `Source` says."""
        return self._period.closed_at

    def standing(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those in force on the day."""
        parts = cast("AimQuerySet | ObjectiveQuerySet | KeyActivityQuerySet", rows)
        return cast("QuerySet[Row]", parts.standing(self._basis.as_at))

    def terms(self, kind: LineKind) -> Terms:
        """What was changed for a later review, where the round was opened again; three queries at most."""
        return terms_in(words_in(self.period), kind)

    def positions(self, activities: Sequence[KeyActivity]) -> Mapping[int, PositionTold]:
        """Of those that aggregation has come to; three queries, four once the period closed."""
        rows = Position.objects.filter(period=self.period, activity__in=[each.pk for each in activities]).order_by()
        return told_positions(rows, dates_of(activities, self.known), self._basis)

    def marked(self, marks: Collection[str]) -> Q:
        """As `Teller` says; no query of its own."""
        return Q(pk__in=Position.objects.filter(period=self.period, mark__in=marks).order_by().values("activity"))

    def sums(self, scope: Scope, keys: Collection[str]) -> Mapping[str, SumsTold]:
        """Of those that count something; one query."""
        rows = Summary.objects.filter(period=self.period, scope=scope, key__in=keys).select_related("worst")
        return {row.key: self._sums(row) for row in rows}

    def _sums(self, row: Summary) -> SumsTold:
        sums = sums_of(row)
        return SumsTold(basis=self._basis, sums=sums, money=sums if self.tells_money else None)
