"""The round under way as the charts need it, from live sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from accounts.querysets import Asker
from aims.choices import Mark
from aims.models import Aim, Milestone, Objective, ReviewPeriod
from reporting.charts.milestones import Dated
from reporting.choices import Headline, Scope
from reporting.models import Position, Summary
from reporting.selectors.chart_tables.told import Group, Part
from reporting.selectors.periods import previous_period

NOTHING = (Decimal(0), Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Live:
    """A period as it stands and as the person may see it, whole or one part; a query for each that is asked of it."""

    period: ReviewPeriod
    user: Asker
    on: date
    part: str

    @property
    def label(self) -> str:
        """Its usual name."""
        return self.period.label

    @cached_property
    def before(self) -> str:
        """What its movement is measured against."""
        found = previous_period(self.period)
        return found.label if found else ""

    @property
    def starts(self) -> date:
        """Its half year's first day."""
        return self.period.starts

    @property
    def ends(self) -> date:
        """Its half year's last day."""
        return self.period.ends

    @property
    def as_at(self) -> date:
        """The day of the position."""
        return self.period.position_as_at(self.on)

    @cached_property
    def aims(self) -> Sequence[Part]:
        """As they stand on that day."""
        found = Aim.objects.visible_to(self.user).standing(self.as_at).filter(self._within("number"))
        return tuple(_part(aim, aim.title, self._sums) for aim in found)

    @cached_property
    def objectives(self) -> Sequence[Part]:
        """As they stand on that day."""
        found = Objective.objects.visible_to(self.user).standing(self.as_at).filter(self._within("number"))
        return tuple(_part(objective, objective.statement, self._sums) for objective in found)

    @cached_property
    def groups(self) -> Sequence[Group]:
        """Counted by the database."""
        seen = Position.objects.visible_to(self.user).filter(self._within("activity__number"), period=self.period)
        rows = seen.order_by().values_list("activity__objective__number", "mark", "previous_mark")
        return tuple(
            Group(objective, Mark(mark), Mark(previous) if previous else None, count)
            for objective, mark, previous, count in rows.annotate(count=Count("pk"))
        )

    @cached_property
    def milestones(self) -> Sequence[Dated]:
        """In the order of the strategy."""
        seen = Milestone.objects.visible_to(self.user, self.on).standing().filter(self._within("activity__number"))
        rows = seen.with_agreed_date().select_related("activity").order_by("activity__order", "position")
        return tuple(_dated(row, self.as_at) for row in rows)

    @cached_property
    def _sums(self) -> Mapping[str, Summary]:
        """Those of the aims and objectives, by number."""
        scopes = [Scope.AIM, Scope.OBJECTIVE]
        found = Summary.objects.visible_to(self.user).filter(self._within("key"), period=self.period, scope__in=scopes)
        return {summary.key: summary for summary in found}

    def _within(self, number: str) -> Q:
        """The rows whose number is that of the part or of what lies under it."""
        return Q(**{number: self.part}) | Q(**{f"{number}__startswith": f"{self.part}."}) if self.part else Q()


def _part(part: Aim | Objective, name: str, sums: Mapping[str, Summary]) -> Part:
    found = sums.get(part.number)
    if found is None:
        return Part(part.number, name, None, NOTHING)
    money = (found.behind_red, found.behind_amber, found.rating_not_known, found.not_traced)
    return Part(part.number, name, Headline(found.headline), money)


def _dated(milestone: Any, as_at: date) -> Dated:
    """A milestone with its agreed date, as the closing seals it: overdue is counted on the day of the position."""
    baseline, agreed, completed = milestone.baseline_date, milestone.agreed_date, milestone.completed_on
    stands_at = completed or agreed
    is_reached = completed is not None and completed <= as_at
    return Dated(
        reference=milestone.reference,
        title=milestone.title,
        baseline=baseline,
        agreed=agreed,
        completed=completed,
        variance=(stands_at - baseline).days if stands_at and baseline else None,
        overdue=(as_at - agreed).days if agreed and agreed < as_at and not is_reached else None,
        moves=milestone.moves,
    )
