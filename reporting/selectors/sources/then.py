"""A period as it stood at the end of an earlier day, from the append-only history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet

from aims.choices import ChangeKind
from aims.models import Aim, KeyActivity, ReviewPeriod
from aims.selectors.wording import words_at
from reporting.choices import LineKind, Scope
from reporting.lines.rows import Sums
from reporting.locks import ScopeKey
from reporting.selectors.as_it_stood import round_then, thresholds_of
from reporting.selectors.as_it_stood_when import Then
from reporting.selectors.sources.dates import dates_of
from reporting.selectors.sources.positions import told_positions
from reporting.selectors.sources.told import Basis, PositionTold, Row, Source, SumsTold, Terms
from reporting.selectors.sources.words import terms_in
from reporting.summaries import Round
from reporting.summaries.then import Within, positions_then, sums_then


class Past(Source):
    """What was told on a day. Who may ask for the day is the caller's to ask."""

    def __init__(self, then: Then) -> None:
        self.then = then

    @property
    def basis(self) -> Basis:
        """The period that was told, and the day of which it told."""
        return Basis(period=self.then.period.slug, as_at=self.then.as_at)

    @property
    def period(self) -> ReviewPeriod:
        """As `Source` says."""
        return self.then.period

    @property
    def told_until(self) -> datetime | None:
        """As `Source` says."""
        return self.then.told_until

    @property
    def known(self) -> datetime | None:
        """As `Source` says."""
        return self.then.known

    @cached_property
    def round(self) -> Round:
        """As aggregation saw it."""
        return round_then(self.then)

    def standing(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those in force on the day, as was agreed by then."""
        stands = Q(retired_on__isnull=True) | Q(retired_on__gt=self.then.as_at)
        added = Q(added_on__isnull=True) | Q(added_on__lte=self.then.as_at)
        if rows.model is Aim:  # aims come and go with a strategy, never by a change of it
            return rows.filter(added, stands)
        left = self._changed_since(rows.model, ChangeKind.RETIRED)
        joined = self._changed_since(rows.model, ChangeKind.ADDED)
        return rows.filter(added, stands | Q(pk__in=left)).exclude(pk__in=joined)

    def _changed_since(self, model: type[Model], kind: ChangeKind) -> QuerySet[Any, Any]:
        later = {"changes__kind": kind, "changes__applied_at__gt": self.then.told_until}
        return model._default_manager.filter(**later).values("pk")

    def terms(self, kind: LineKind) -> Terms:
        """What was replaced since; five queries at most."""
        return terms_in(words_at(self.then.period, self.then.told_until), kind)

    def positions(self, activities: Sequence[KeyActivity]) -> Mapping[int, PositionTold]:
        """Of those that stood; six queries."""
        within = Within([each.pk for each in activities], sorted({each.objective_id for each in activities}))
        found = positions_then(self.round, within)
        return told_positions(found, dates_of(activities, self.known), self.basis)

    def marked(self, marks: Collection[str]) -> Q:
        """As `Teller` says; one query composes every position."""
        return Q(pk__in=[activity for activity, mark in self._marks if mark in marks])

    @cached_property
    def _marks(self) -> Sequence[tuple[int, str]]:
        return [(each.activity_id, each.mark) for each in positions_then(self.round)]

    def sums(self, scope: Scope, keys: Collection[str]) -> Mapping[str, SumsTold]:
        """Of those that counted something; seven queries in all, however many scopes are asked for."""
        wanted = {(scope, key) for key in keys}
        return {
            key: SumsTold(basis=self.basis, sums=sums, money=sums)
            for (of, key), sums in self._all_sums.items()
            if (of, key) in wanted
        }

    @cached_property
    def _all_sums(self) -> Mapping[ScopeKey, Sums]:
        return sums_then(self.round, thresholds_of(self.then.period))
