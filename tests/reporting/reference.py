"""What aggregation must find, one activity at a time in plain Python from the rules: slow, and easy to believe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

from django.utils import timezone

from accounts.models import Owner
from aims.choices import Decision, EventKind, Mark, PeriodState, Stage, State
from aims.models import (
    DateChangeRequest,
    Event,
    KeyActivity,
    Milestone,
    ProgressUpdate,
    ReviewPeriod,
    StrategyChange,
)
from aims.rules import MilestoneFact, is_due, mark_for
from funding.models import Allocation
from reporting import rules
from reporting.choices import Direction, Scope
from reporting.models import Position, Summary
from reporting.summaries.parts import MONEY, SUMS

ScopeKey = tuple[str, str]
POSITION_FIELDS = (
    "update_id",
    "is_due",
    "role",
    "state",
    "rag",
    "forecast_rag",
    "mark",
    "previous_mark",
    "direction",
    "long_direction",
    "overdue_milestones",
)
SUMMARY_FIELDS = (*SUMS, "as_at", "headline", "headline_reason", "score", "direction", "worst")


@dataclass(frozen=True)
class Expected:
    positions: dict[str, dict[str, Any]]
    summaries: dict[ScopeKey, dict[str, Any]]


class Facts:
    """Everything that was recorded, read once."""

    def __init__(self) -> None:
        self.updates = by_activity(ProgressUpdate.objects.filter(stage=Stage.APPROVED).select_related("period"))
        self.milestones = by_activity(Milestone.objects.all())
        self.changes = by_activity(DateChangeRequest.objects.filter(decision=Decision.AGREED))
        self.events = by_activity(Event.objects.filter(milestone__isnull=False))
        self.agreed = by_activity(StrategyChange.objects.select_related("effective").order_by("pk"))
        self.allocations = list(Allocation.objects.select_related("stream", "activity", "objective"))
        self.organisations = dict(Owner.objects.values_list("slug", "organisation__slug"))

    def terms(self, activity: KeyActivity, period: ReviewPeriod) -> dict[str, Any]:
        """Role, owner and places as the period told them: the first change for a later one knows what it replaced."""
        terms: dict[str, Any] = {
            "role": activity.role,
            "owner": activity.owner.slug,
            "places": [place.slug for place in activity.places.all()],
        }
        later = [c for c in self.agreed[activity.pk] if c.applied_at and c.effective.starts > period.starts]
        for change in sorted(later, key=lambda c: (c.effective.starts, c.pk), reverse=True):
            terms |= change.before
        return terms


def by_activity(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.activity_id].append(row)
    return found


def expected_history(on: date) -> dict[int, Expected]:
    """Every opened period's rows, the oldest first, each compared with those before it."""
    found: dict[int, Expected] = {}
    facts = Facts()
    for period in ReviewPeriod.objects.exclude(state=PeriodState.SCHEDULED).order_by("starts"):
        found[period.pk] = expected_in(period, on, found, facts)
    return found


def stored_history() -> dict[int, Expected]:
    """The rows as they stand, in the same form."""
    found: dict[int, Expected] = {}
    for period in ReviewPeriod.objects.exclude(state=PeriodState.SCHEDULED):
        positions = Position.objects.filter(period=period).values("activity__number", *POSITION_FIELDS)
        summaries = Summary.objects.filter(period=period).values("scope", "key", "worst__number", *SUMMARY_FIELDS[:-1])
        found[period.pk] = Expected(
            {row.pop("activity__number"): dict(row) for row in positions},
            {(row.pop("scope"), row.pop("key")): {"worst": row.pop("worst__number"), **row} for row in summaries},
        )
    return found


def expected_in(period: ReviewPeriod, on: date, before: dict[int, Expected], facts: Facts) -> Expected:
    day = period.ends if period.state == PeriodState.CLOSED else period.position_as_at(on)
    closed = [p for p in period.strategy.periods.filter(ends__lt=period.starts) if p.state == PeriodState.CLOSED]
    previous = max(closed, key=lambda p: p.ends, default=None)
    year_ago = next((p for p in closed if p.starts.replace(year=p.starts.year + 1) == period.starts), None)
    positions: dict[str, dict[str, Any]] = {}
    for activity in KeyActivity.objects.filter(strategy=period.strategy).standing(day):
        position = position_of(activity, period, day, facts)
        days = [timezone.localdate(change.decided_at) for change in facts.changes[activity.pk]]
        for name, other in (("direction", previous), ("long_direction", year_ago)):
            then = mark_then(activity, other, before)
            moved = other is not None and any(other.ends < moved_on <= period.ends for moved_on in days)
            position[name] = rules.direction(position["mark"], then, rebaselined=moved).value
        positions[activity.number] = {**position, "previous_mark": mark_then(activity, previous, before)}
    return Expected(positions, summaries_of(positions, period, day, before[previous.pk] if previous else None, facts))


def mark_then(activity: KeyActivity, period: ReviewPeriod | None, before: dict[int, Expected]) -> str | None:
    then = before[period.pk].positions.get(activity.number) if period else None
    return then["mark"] if then else None


def position_of(activity: KeyActivity, period: ReviewPeriod, day: date, facts: Facts) -> dict[str, Any]:
    approved = facts.updates[activity.pk]
    counting = latest([u for u in approved if u.period_id == period.pk])
    carried = latest([u for u in approved if u.period.ends < period.starts])
    told = counting or carried
    due = is_due(
        activity.retired_on, carried.state if carried else None, carried.deferred_until if carried else None, day
    )
    role = counting.role if counting else facts.terms(activity, period)["role"]
    state, rag = (told.state, told.rag) if told else (None, None)
    return {
        "update_id": counting.pk if counting else None,
        "is_due": due,
        "role": role,
        "state": state,
        "rag": rag,
        "forecast_rag": told.forecast_rag if told else None,
        "mark": mark_for(state, rag, role, counting is not None, due).value,
        "overdue_milestones": overdue(activity, period, day, facts),
    }


def latest(updates: list[ProgressUpdate]) -> ProgressUpdate | None:
    return max(updates, key=lambda u: (u.as_at, u.submitted_at, u.pk), default=None)


def overdue(activity: KeyActivity, period: ReviewPeriod, day: date, facts: Facts) -> int:
    """Overdue milestones as they were known when the period closed."""

    def known(at: datetime) -> bool:
        return period.closed_at is None or at <= period.closed_at

    found = []
    for milestone in facts.milestones[activity.pk]:
        late = {
            event.kind
            for event in facts.events[activity.pk]
            if event.milestone_id == milestone.pk and not known(event.at)
        }
        if EventKind.MILESTONE_ADDED in late or (milestone.retired_on and milestone.retired_on <= day):
            continue
        agreed = [c for c in facts.changes[activity.pk] if c.milestone_id == milestone.pk and known(c.decided_at)]
        last = max(agreed, key=lambda change: (change.decided_at, change.pk), default=None)
        due = last.proposed_date if last else milestone.baseline_date
        completed_on = None if EventKind.MILESTONE_COMPLETED in late else milestone.completed_on
        found.append(MilestoneFact(milestone.title, due, completed_on))
    return sum(fact.days_overdue(day) > 0 for fact in found)


def summaries_of(
    positions: dict[str, dict[str, Any]], period: ReviewPeriod, day: date, before: Expected | None, facts: Facts
) -> dict[ScopeKey, dict[str, Any]]:
    members: dict[ScopeKey, list[str]] = defaultdict(list)
    for activity in KeyActivity.objects.filter(number__in=positions, strategy=period.strategy):
        for scope in scopes_of(activity, positions[activity.number]["role"], facts.terms(activity, period), facts):
            members[scope].append(activity.number)
    money = money_of(positions, members, period, facts)
    return {
        scope: summary_of(scope, {n: positions[n] for n in members[scope]}, period, day, before) | sums
        for scope, sums in money.items()
    }


def money_of(
    positions: dict[str, dict[str, Any]], members: dict[ScopeKey, list[str]], period: ReviewPeriod, facts: Facts
) -> dict[ScopeKey, dict[str, Decimal]]:
    """The money of each scope; what an allocation pays for becomes a member of its stream's scope."""
    known = [a for a in facts.allocations if in_force(a, period.closed_at)]
    for allocation in known:
        join_its_stream(allocation, positions, members)
    scopes = {*members, *(scope for a in known if a.objective for scope in scopes_of_untraced(a))}
    found = {scope: dict.fromkeys(MONEY, Decimal(0)) for scope in scopes}
    for scope, allocation in product(found, known):
        for name in names_of(scope, allocation, positions, members[scope]):
            found[scope][name] += allocation.amount
    return found


def join_its_stream(
    allocation: Allocation, positions: dict[str, dict[str, Any]], members: dict[ScopeKey, list[str]]
) -> None:
    number = allocation.activity.number if allocation.activity else ""
    stream = (Scope.STREAM.value, allocation.stream.code)
    if number in positions and number not in members[stream]:
        members[stream].append(number)


def in_force(allocation: Allocation, at: datetime | None) -> bool:
    if at is None:
        return allocation.ended_at is None
    return allocation.allocated_at <= at and (allocation.ended_at is None or allocation.ended_at > at)


def names_of(
    scope: ScopeKey, allocation: Allocation, positions: dict[str, dict[str, Any]], members: list[str]
) -> list[str]:
    """The sums of a scope that an allocation goes into."""
    if scope[0] == Scope.STREAM and scope[1] != allocation.stream.code:
        return []
    if allocation.activity is None:
        return ["not_traced"] if scope in scopes_of_untraced(allocation) else []
    if allocation.activity.number not in members:
        return []
    behind = {"red": "behind_red", "amber": "behind_amber", "no_update": "rating_not_known"}
    mark = positions[allocation.activity.number]["mark"]
    return ["allocated", *([behind[mark]] if mark in behind else [])]


def scopes_of_untraced(allocation: Allocation) -> list[ScopeKey]:
    assert allocation.objective is not None
    number = allocation.objective.number
    return [
        (Scope.STRATEGY.value, ""),
        (Scope.AIM.value, number.split(".")[0]),
        (Scope.OBJECTIVE.value, number),
        (Scope.STREAM.value, allocation.stream.code),
    ]


def scopes_of(activity: KeyActivity, role: str, terms: dict[str, Any], facts: Facts) -> list[ScopeKey]:
    aim, objective, _ = activity.number.split(".")
    return [
        (Scope.STRATEGY.value, ""),
        (Scope.AIM.value, aim),
        (Scope.OBJECTIVE.value, f"{aim}.{objective}"),
        (Scope.ORGANISATION.value, facts.organisations[terms["owner"]]),
        (Scope.ROLE.value, role),
        *((Scope.PLACE.value, place) for place in terms["places"]),
    ]


def summary_of(
    scope: ScopeKey,
    positions: dict[str, dict[str, Any]],
    period: ReviewPeriod,
    day: date,
    before: Expected | None,
) -> dict[str, Any]:
    each = {number: rules.tally([counted(position)]) for number, position in positions.items()}
    counts = rules.tally(counted(position) for position in positions.values())
    verdict = rules.headline(counts, period.strategy.thresholds, wide=scope[0] != Scope.OBJECTIVE)
    worst = rules.worst_member(rules.Member(number, number, one) for number, one in each.items())
    went = rules.movement_of(Direction(position["direction"]) for position in positions.values())
    then = before.summaries.get(scope) if before else None
    done = [p for p in positions.values() if p["is_due"] and p["mark"] == Mark.COMPLETE]
    return {
        **{name: getattr(counts, name) for name in rules.Counts.__dataclass_fields__},
        "improved": went.better,
        "unchanged": went.same,
        "worsened": went.worse,
        "newly_complete": len(done),
        "as_at": day,
        "headline": verdict.headline.value,
        "headline_reason": verdict.reason,
        "score": verdict.score,
        "direction": rules.direction(verdict.headline, then["headline"] if then else None).value,
        "worst": worst.number if worst else None,
    }


def counted(position: dict[str, Any]) -> rules.ActivityPosition:
    assert position["state"] is None or position["state"] in State.values
    return rules.ActivityPosition(
        role=position["role"],
        state=position["state"],
        rag=position["rag"],
        forecast_rag=position["forecast_rag"],
        due=position["is_due"],
        has_counting_update=position["update_id"] is not None,
        overdue_milestones=position["overdue_milestones"],
    )
