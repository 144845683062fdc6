"""The outbox read: each event once, its effect on the round under way, and its place in the feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from aims.choices import EventKind
from aims.models import Event, KeyActivity, Objective, ReviewPeriod
from reporting import locks
from reporting.choices import Scope
from reporting.locks import ScopeKey
from reporting.models import EventPosition, Part, Position
from reporting.services.rebuilding import UNDER_WAY, build, rebuild, recorded_day
from reporting.summaries import round_of, write_parts, write_positions, write_summaries
from reporting.summaries.parts import scopes_of

BATCH = 500
# Ids become visible out of order: an event counts as new this far behind the last one that has a position. What a
# longer transaction might bring even later is found by the nightly sweep and at closing, which look at everything.
LOOK_BACK = 10_000

REASSIGNS = (EventKind.ACTIVITY_ADDED, EventKind.ACTIVITY_CHANGED, EventKind.ACTIVITY_RETIRED)
MOVES_A_SUM = (
    *REASSIGNS,
    EventKind.UPDATE_APPROVED,
    EventKind.MILESTONE_ADDED,
    EventKind.MILESTONE_COMPLETED,
    EventKind.BASELINE_SET,
    EventKind.DATE_CHANGE_AGREED,
    EventKind.ALLOCATED,
    EventKind.ALLOCATION_ENDED,
)

CLAIM = """
SELECT e.id FROM aims_event e
WHERE e.id > %(floor)s
  AND NOT EXISTS (SELECT 1 FROM reporting_eventposition p WHERE p.event_id = e.id AND p.event_id > %(floor)s)
ORDER BY e.id LIMIT %(limit)s
FOR UPDATE OF e SKIP LOCKED
"""
NUMBER = """
INSERT INTO reporting_eventposition (event_id, position)
SELECT id, (SELECT coalesce(max(position), 0) FROM reporting_eventposition) + row_number() OVER (ORDER BY id)
FROM unnest(%s::bigint[]) AS claimed (id)
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch of events moves: activities and objectives by strategy, and the periods that were just opened.

    `reassigned` are those of the activities that may count in other scopes than before.
    """

    activities: dict[int, set[int]]
    objectives: dict[int, set[int]]
    reassigned: set[int]
    opened: set[int]

    def of(self, strategy: int) -> tuple[set[int], set[int]]:
        """The activities and the objectives of one strategy."""
        return self.activities.get(strategy, set()), self.objectives.get(strategy, set())

    @property
    def strategies(self) -> set[int]:
        """The strategies that something was touched of."""
        return {*self.activities, *self.objectives}


def process_events(*, now: datetime, limit: int = BATCH, everything: bool = False) -> int:
    """Aggregate every event that has no position yet, in batches of `limit`; returns how many.

    Safe to run twice, twice at once, or to be killed halfway. `everything` looks past `LOOK_BACK` too.
    A round whose rows are missing or speak of an earlier day is built anew first.
    """
    on = timezone.localdate(now)
    turn_to(on)
    done = claimed = _process_batch(on, limit, everything)
    while claimed == limit:
        claimed = _process_batch(on, limit, everything)
        done += claimed
    return done


def turn_to(on: date) -> None:
    """Build the rounds under way whose rows do not speak of this day yet."""
    for period in _under_way():
        if recorded_day(period) != period.position_as_at(on):
            rebuild(period=period, on=on)


@transaction.atomic
def _process_batch(on: date, limit: int, everything: bool) -> int:
    events = _claim(limit, everything)
    touched = _touched_by(events)
    rounds = _rounds_of(touched)
    if rounds:
        # First the locks, then a fresh look at the periods: one may have closed while we waited.
        locks.take_turns(_locks_for(rounds, touched))
        for period in _under_way().filter(pk__in=[period.pk for period in rounds]):
            _apply(period, touched, on)
    if events:
        locks.take_turns([locks.FEED_LOCK])
        with connection.cursor() as cursor:
            cursor.execute(NUMBER, [[event.pk for event in events]])
    return len(events)


def _claim(limit: int, everything: bool) -> list[Event]:
    last = 0 if everything else EventPosition.objects.aggregate(last=Max("event_id"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"floor": max(last - LOOK_BACK, 0), "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Event.objects.filter(pk__in=ids).select_related("activity", "objective", "period").order_by("pk"))


def _touched_by(events: Iterable[Event]) -> Touched:
    touched = Touched(defaultdict(set), defaultdict(set), set(), set())
    for event in events:
        if event.kind == EventKind.PERIOD_OPENED and event.period_id:
            touched.opened.add(event.period_id)
        elif event.kind in MOVES_A_SUM:
            _touch(touched, event)
    return touched


def _touch(touched: Touched, event: Event) -> None:
    if event.activity:
        touched.activities[event.activity.strategy_id].add(event.activity.pk)
        touched.reassigned.update([event.activity.pk] if event.kind in REASSIGNS else [])
    elif event.objective:
        touched.objectives[event.objective.strategy_id].add(event.objective.pk)


def _under_way() -> QuerySet[ReviewPeriod]:
    return ReviewPeriod.objects.filter(state__in=UNDER_WAY).select_related("strategy").order_by("pk")


def _rounds_of(touched: Touched) -> list[ReviewPeriod]:
    """The rounds under way that a batch moves; what closed before stays as it is."""
    return list(_under_way().filter(Q(pk__in=touched.opened) | Q(strategy__in=touched.strategies)))


def _locks_for(rounds: Iterable[ReviewPeriod], touched: Touched) -> set[int]:
    """The locks of every scope that a batch may sum in these rounds."""
    return {
        locks.scope_lock(period.pk, *scope)
        for period in rounds
        for scope in _scopes_around(period, *touched.of(period.strategy_id), touched.reassigned)
    }


def _scopes_around(
    period: ReviewPeriod, activities: Collection[int], objectives: Collection[int], reassigned: Collection[int]
) -> set[ScopeKey]:
    """The scopes that these count in, and those that they may have counted in till now."""
    rows = KeyActivity.objects.filter(pk__in=activities).values_list(
        "objective__number",
        "objective__aim__number",
        "owner__organisation__slug",
        "role",
        "places__slug",
        "allocations__stream__code",
    )
    kinds = (Scope.OBJECTIVE, Scope.AIM, Scope.ORGANISATION, Scope.ROLE, Scope.PLACE, Scope.STREAM)
    roles = Position.objects.filter(period=period, activity__in=activities).values_list("role", flat=True)
    return {
        (Scope.STRATEGY, ""),
        *((Scope.ROLE, role) for role in roles),
        *((scope, key) for row in rows for scope, key in zip(kinds, row, strict=True) if key),
        *(_around_objectives(objectives) if objectives else ()),
        *(_left_by(period, reassigned) if reassigned else ()),
    }


def _around_objectives(objectives: Collection[int]) -> Iterable[ScopeKey]:
    """The scopes into which money goes that is allocated to objectives only."""
    kinds = (Scope.OBJECTIVE, Scope.AIM, Scope.STREAM)
    rows = Objective.objects.filter(pk__in=objectives).values_list("number", "aim__number", "allocations__stream__code")
    return [(scope, key) for row in rows for scope, key in zip(kinds, row, strict=True) if key]


def _left_by(period: ReviewPeriod, reassigned: Collection[int]) -> Iterable[ScopeKey]:
    """All that the activities' objectives have counted in: among it what a new post or place takes them out of."""
    objectives = KeyActivity.objects.filter(pk__in=reassigned).values("objective")
    parts = Part.objects.filter(period=period, objective__in=objectives).order_by()
    return [(Scope(scope), key) for scope, key in parts.values_list("scope", "key")]


def _apply(period: ReviewPeriod, touched: Touched, on: date) -> None:
    """Recompute what the batch touched in one round, or all of it where its rows are new or of another day."""
    activities, objectives = touched.of(period.strategy_id)
    day = period.position_as_at(on)
    if period.pk in touched.opened or ((activities or objectives) and recorded_day(period) != day):
        build(period, day)
    elif activities or objectives:
        _recompute(period, day, activities, objectives)


def _recompute(period: ReviewPeriod, day: date, activities: set[int], objectives: set[int]) -> None:
    round_ = round_of(period, day)
    if activities:
        write_positions(round_, activities)
    around = KeyActivity.objects.filter(pk__in=activities).values_list("objective", flat=True)
    scopes = scopes_of(write_parts(round_, {*objectives, *around}))
    if scopes:
        write_summaries(round_, scopes)
