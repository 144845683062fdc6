"""The lines of the key activities: what was said, promised and paid for each, and where it stood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar, cast

from aims.choices import Cause, DateField, Kind, Mark, Rag, Role, State
from aims.models import KeyActivity, Milestone, ProgressUpdate
from funding.models import Allocation
from reporting.choices import Direction, LineKind, Quality
from reporting.lines import Line, keyed
from reporting.lines.rows import ActivityLine, Exempt, Paid, Promised, Told
from reporting.models import Position
from reporting.sealing.promises import Moves
from reporting.sealing.telling import Telling, in_chunks, pounds
from reporting.selectors.since import since_when

Choice = TypeVar("Choice", bound=Enum)
Slugs = Mapping[int, tuple[str, ...]]
BEHIND = (Mark.RED, Mark.AMBER)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What the lines of some activities need, by activity; ten queries whatever their number."""

    positions: Mapping[int, Position]
    carried: Mapping[int, ProgressUpdate]
    moves: Moves
    moved: Mapping[int, int]
    with_milestones: Collection[int]
    places: Slugs
    contributors: Slugs
    paid: Mapping[int, tuple[Paid, ...]]
    since: Mapping[int, date]


def activity_lines(telling: Telling) -> Iterator[Line]:
    """Every activity that the review counts, with its exempt part where it has one."""
    for keys in in_chunks(telling.activities):
        chunk = _chunk(telling, keys)
        rows = KeyActivity.objects.filter(pk__in=keys).select_related("objective", "owner").order_by("order")
        for activity in rows:
            position = chunk.positions[activity.pk]
            line = _line(telling, chunk, activity, position)
            told = position.update or chunk.carried.get(activity.pk)
            yield keyed(LineKind.ACTIVITY, line, _exempt(told))


def _chunk(telling: Telling, keys: Collection[int]) -> Chunk:
    found = Position.objects.filter(period=telling.period, activity__in=keys).order_by()
    positions = {position.activity_id: position for position in found.select_related("update__period")}
    silent = [key for key, position in positions.items() if position.update_id is None]
    moves = Moves(telling, keys)
    return Chunk(
        positions=positions,
        carried=_carried(telling, silent),
        moves=moves,
        moved=moves.by_activity(),
        with_milestones=_with_milestones(keys),
        places=_slugs(KeyActivity.places.through.objects.filter(keyactivity__in=keys), "place__slug"),
        contributors=_slugs(
            KeyActivity.contributors.through.objects.filter(keyactivity__in=keys), "organisation__slug"
        ),
        paid=_paid(telling, keys),
        since=since_when(telling.period, (each for each in positions.values() if each.mark in BEHIND)),
    )


def _carried(telling: Telling, silent: Collection[int]) -> dict[int, ProgressUpdate]:
    """The last approved update of an earlier period, of those without one that counts."""
    approved = ProgressUpdate.objects.approved().filter(activity__in=silent, period__in=telling.round.earlier)
    return {update.activity_id: update for update in approved.last_of_each_activity().select_related("period")}


def _with_milestones(keys: Collection[int]) -> set[int]:
    """Those to whom a dated milestone was promised."""
    dated = Milestone.objects.standing().filter(activity__in=keys, baseline_date__isnull=False)
    return set(dated.order_by().values_list("activity", flat=True))


def _slugs(rows: Any, column: str) -> Slugs:
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for activity, slug in rows.order_by(column).values_list("keyactivity", column):
        found[activity] += (slug,)
    return found


def _paid(telling: Telling, keys: Collection[int]) -> Mapping[int, tuple[Paid, ...]]:
    found: defaultdict[int, tuple[Paid, ...]] = defaultdict(tuple)
    rows = Allocation.objects.in_force_at(telling.known_at).filter(activity__in=keys)
    for activity, stream, amount in rows.order_by("stream__code").values_list("activity", "stream__code", "amount"):
        found[activity] += (Paid(stream=stream, amount=pounds(amount)),)
    return found


def _line(telling: Telling, chunk: Chunk, activity: KeyActivity, position: Position) -> ActivityLine:
    key, words = activity.pk, telling.words
    start = chunk.moves.promised(key, DateField.START, None, activity.baseline_start)
    end = chunk.moves.promised(key, DateField.END, None, activity.baseline_end)
    carried = chunk.carried.get(key)
    places = words.places(key, chunk.places.get(key, ()))
    contributors = words.contributors(key, chunk.contributors.get(key, ()))
    return ActivityLine(
        number=activity.number,
        objective=activity.objective.number,
        description=words.description(key, activity.description),
        role=Role(position.role),
        kind=words.kind(key, Kind(activity.kind)),
        is_proposed=activity.is_proposed,
        post=telling.posts[words.owner(key, activity.owner.slug)],
        places=tuple(telling.places[slug] for slug in places),
        contributors=tuple(telling.bodies[slug] for slug in contributors),
        is_due=position.is_due,
        mark=Mark(position.mark),
        previous_mark=_chosen(Mark, position.previous_mark),
        direction=Direction(position.direction),
        long_direction=Direction(position.long_direction),
        state=_chosen(State, position.state),
        rag=_chosen(Rag, position.rag),
        forecast_rag=_chosen(Rag, position.forecast_rag),
        overdue_milestones=position.overdue_milestones,
        start=start,
        end=end,
        moves=chunk.moved.get(key, 0),
        update=_told(position.update) if position.update else None,
        carried=_told(carried) if carried else None,
        paid=chunk.paid.get(key, ()),
        quality=_quality(activity, position, (start, end), key in chunk.with_milestones),
        since=chunk.since.get(key),
    )


def _quality(
    activity: KeyActivity, position: Position, promises: Iterable[Promised], has_milestones: bool
) -> tuple[str, ...]:
    """What a reader of the line should know of what it rests on."""
    dated = has_milestones or any(promise.agreed for promise in promises)
    update = position.update
    found = {
        Quality.PROPOSED: activity.is_proposed,
        Quality.NO_BASELINE: position.is_due and not dated and position.role != Role.INFLUENCE,
        Quality.CARRIED_FORWARD: update is None and position.state is not None,
        Quality.NEVER_REPORTED: position.state is None,
        Quality.OVERRIDDEN: bool(update and update.override_reason),
    }
    return tuple(flag.value for flag, is_so in found.items() if is_so)


def _told(update: ProgressUpdate) -> Told:
    """An approved update, whose times the database keeps, without its people and its exempt part."""
    copied: dict[str, Any] = {name: getattr(update, name) for name in COPIED}
    return Told(
        period=update.period.label,
        state=State(cast(str, update.state)),
        rag=_chosen(Rag, update.rag),
        forecast_rag=_chosen(Rag, update.forecast_rag),
        suggested_rag=_chosen(Rag, update.suggested_rag),
        cause=_chosen(Cause, update.cause),
        **copied,
    )


COPIED = (
    "as_at",
    "submitted_at",
    "approved_at",
    "rag_scale",
    "suggestion_reason",
    "override_reason",
    "narrative",
    "cause_detail",
    "impact",
    "action",
    "action_owner",
    "action_by",
    "return_to_green",
    "ask",
    "decision_by",
    "decision_on",
    "decision_reference",
    "deferred_until",
    "start_reason",
    "forecast_end",
    "is_no_change",
)


def _exempt(update: ProgressUpdate | None) -> Exempt | None:
    if update is None or not (update.exempt_narrative or update.evidence):
        return None
    return Exempt(narrative=update.exempt_narrative, paragraph=update.exempt_paragraph, evidence=update.evidence)


def _chosen(form: type[Choice], value: str | None) -> Choice | None:
    return form(value) if value else None
