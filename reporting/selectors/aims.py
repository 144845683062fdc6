"""The page of an aim and of an objective: wording, headline, counts and what stands under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from accounts.querysets import Asker
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod
from aims.rules.wording import long_date
from reporting.choices import Direction, Headline, Scope
from reporting.lines.rows import Sums
from reporting.models import Position, Summary
from reporting.selectors.behind import Behind, behind_in
from reporting.selectors.funding import moment_at
from reporting.selectors.money import Money, payers_of, within_aim, within_objective
from reporting.selectors.overview import Run, sentence_runs
from reporting.selectors.periods import round_name, shown_period
from reporting.selectors.standings import Standing, addresses, standings, sums_of
from reporting.selectors.succession import Place, place_in_strategy
from reporting.selectors.wall import KeyItem, WallRow, key_of, objective_parts, objective_rows


@dataclass(frozen=True, slots=True)
class Link:
    """A number with its words and address."""

    number: str
    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """An activity in a list; `standing` is None where no review that the person may see knows it."""

    number: str
    wording: str
    url: str
    post: str
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveBlock:
    """An objective with its activities."""

    number: str
    statement: str
    url: str
    activities: Sequence[ActivityLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPage:
    """How some objectives stand; `wall` has a row per objective.

    Without a period that the person may see there is only the wording: `facts` says so, `wall` is empty. `place` is of
    an objective's own page alone.
    """

    facts: Sequence[str]
    place: Place | None
    sentence: Sequence[Run]
    headline: Headline | None
    headline_reason: str
    direction: Direction | None
    wall: Sequence[WallRow]
    key: Sequence[KeyItem]
    money: Money
    objectives: Sequence[ObjectiveBlock]


def aim_page(aim: Aim, user: Asker, on: date) -> PartPage:
    """An aim with its objectives and their activities; six queries beyond the aim."""
    period = shown_period(user)
    objectives = list(Objective.objects.visible_to(user).filter(aim=aim).standing(_day(period, on)))
    return _page((Scope.AIM, aim.number), objectives, period, user, on)


def objective_page(objective: Objective, user: Asker, on: date) -> PartPage:
    """One objective with its activities; seven queries beyond the objective."""
    page = _page((Scope.OBJECTIVE, objective.number), [objective], shown_period(user), user, on)
    return replace(page, place=place_in_strategy(objective, user))


def _day(period: ReviewPeriod | None, on: date) -> date:
    return period.position_as_at(on) if period else on


def _page(
    scope: tuple[Scope, str], objectives: Sequence[Objective], period: ReviewPeriod | None, user: Asker, on: date
) -> PartPage:
    activities = _activities(objectives, user, _day(period, on))
    positions = Position.objects.visible_to(user).filter(activity__in=activities, period=period)
    marks = standings(positions) if period else []
    summaries = _sums(period, user, [scope, *((Scope.OBJECTIVE, each.number) for each in objectives)])
    own = summaries.get(scope)
    behind = behind_in(own, *scope, period.slug) if own and period else Behind()
    by_number = {key: summary for (kind, key), summary in summaries.items() if kind == Scope.OBJECTIVE}
    return PartPage(
        facts=_facts(period, on),
        place=None,
        sentence=sentence_runs(own.counts) if own else [],
        headline=own.headline if own else None,
        headline_reason=own.headline_reason if own else "",
        direction=own.direction if own else None,
        wall=objective_rows(objective_parts(objectives), marks, by_number) if period else [],
        key=key_of(marks),
        money=Money(behind, payers_of(_within(scope), moment_at(period, user))),
        objectives=_blocks(objectives, activities, {standing.number: standing for standing in marks}),
    )


def _within(scope: tuple[Scope, str]) -> Q:
    """The allocations of an aim or an objective."""
    return within_aim(scope[1]) if scope[0] == Scope.AIM else within_objective(scope[1])


def _sums(
    period: ReviewPeriod | None, user: Asker, wanted: Iterable[tuple[Scope, str]]
) -> dict[tuple[Scope, str], Sums]:
    """The sums wanted, by scope and key; one query, none without a period."""
    if period is None:
        return {}
    asked = set(wanted)
    found = Summary.objects.visible_to(user).filter(period=period, key__in=[key for _, key in asked])
    by_scope = {(Scope(row.scope), row.key): sums_of(row) for row in found.select_related("worst")}
    return {scope: sums for scope, sums in by_scope.items() if scope in asked}


def _facts(period: ReviewPeriod | None, on: date) -> list[str]:
    if period is None:
        return ["No review has been published yet"]
    return [f"Position at {long_date(period.position_as_at(on))}", round_name(period)]


def _activities(objectives: Sequence[Objective], user: Asker, day: date) -> list[KeyActivity]:
    """Every activity of the objectives in force on the day, whether a review knows it or not; one query."""
    seen = KeyActivity.objects.visible_to(user).filter(objective__in=objectives).standing(day)
    return list(seen.select_related("owner").order_by("order"))


def _blocks(
    objectives: Sequence[Objective], activities: Iterable[KeyActivity], known: Mapping[str, Standing]
) -> list[ObjectiveBlock]:
    lines: dict[int, list[ActivityLine]] = {objective.pk: [] for objective in objectives}
    url = addresses("activity")
    for activity in activities:
        lines[activity.objective_id].append(_line(activity, url(activity.number), known.get(activity.number)))
    return [
        ObjectiveBlock(
            number=objective.number,
            statement=objective.statement,
            url=objective.get_absolute_url(),
            activities=lines[objective.pk],
        )
        for objective in objectives
    ]


def _line(activity: KeyActivity, url: str, standing: Standing | None) -> ActivityLine:
    return ActivityLine(
        number=activity.number,
        wording=activity.description,
        url=url,
        post=activity.owner.title,
        standing=standing,
    )
