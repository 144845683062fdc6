"""The round under way as the charts need it, from live sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from accounts.querysets import Asker
from aims.choices import Mark
from aims.models import Aim, Milestone, Objective, ReviewPeriod
from reporting.charts.milestones import Dated
from reporting.choices import Headline, Scope
from reporting.models import Position, Summary
from reporting.selectors.chart_tables.told import Group, Part, Told, near
from reporting.selectors.periods import previous_period

NOTHING = (Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def told_now(period: ReviewPeriod, user: Asker, on: date) -> Told:
    """A period as it stands; six queries."""
    as_at = period.position_as_at(on)
    before = previous_period(period)
    sums = _sums(period, user)
    aims = Aim.objects.visible_to(user).standing(as_at)
    objectives = Objective.objects.visible_to(user).standing(as_at)
    return Told(
        label=period.label,
        before=before.label if before else "",
        starts=period.starts,
        ends=period.ends,
        as_at=as_at,
        aims=tuple(_part(aim, aim.title, sums) for aim in aims),
        objectives=tuple(_part(objective, objective.statement, sums) for objective in objectives),
        groups=_groups(period, user),
        milestones=near(_milestones(user, as_at, on), period.starts, period.ends),
    )


def _sums(period: ReviewPeriod, user: Asker) -> Mapping[str, Summary]:
    """The sums of the aims and objectives, by number."""
    found = Summary.objects.visible_to(user).filter(period=period, scope__in=[Scope.AIM, Scope.OBJECTIVE])
    return {summary.key: summary for summary in found}


def _part(part: Aim | Objective, name: str, sums: Mapping[str, Summary]) -> Part:
    found = sums.get(part.number)
    if found is None:
        return Part(part.number, name, None, NOTHING)
    money = (found.behind_red, found.behind_amber, found.rating_not_known, found.not_traced)
    return Part(part.number, name, Headline(found.headline), money)


def _groups(period: ReviewPeriod, user: Asker) -> tuple[Group, ...]:
    columns = ("activity__objective__number", "mark", "previous_mark")
    rows = Position.objects.visible_to(user).filter(period=period).order_by().values_list(*columns)
    return tuple(
        Group(objective, Mark(mark), Mark(previous) if previous else None, count)
        for objective, mark, previous, count in rows.annotate(count=Count("pk"))
    )


def _milestones(user: Asker, as_at: date, on: date) -> Iterable[Dated]:
    """Those that the person may see, in the order of the strategy."""
    seen = Milestone.objects.visible_to(user, on).standing().with_agreed_date().select_related("activity")
    return [_dated(milestone, as_at) for milestone in seen.order_by("activity__order", "position")]


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
