"""Promised dates of an activity: what was promised first, what is agreed now, and every move between the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from aims.choices import DateField, Decision, EventKind, State
from aims.models import DateChangeRequest, Event, KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.rules.wording import days

Subject = tuple[str, int | None]
SETTLED = (State.COMPLETE, State.CANCELLED)
PEOPLE = ("requested_by", "via__organisation", "decided_by")
PROMISES = (EventKind.BASELINE_SET, EventKind.MILESTONE_ADDED, EventKind.MILESTONE_COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One request for a new date; `decided_by` is empty and `decided_at` None while it waits. People by name."""

    request: DateChangeRequest
    previous: date
    proposed: date
    reason: str
    effect: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str

    @property
    def moved(self) -> str:
        """How far it moves the date, in words: "30 days later"."""
        return _apart((self.proposed - self.previous).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promised date; `key` names it in addresses: "start", "end" or a milestone's position.

    `agreed` is the last agreed date, else the baseline; `actual` the day on which a milestone was reached;
    `forecast` the end that the last approved update expects. `revisions` are the agreed moves, the oldest first.
    """

    key: str
    title: str
    milestone: Milestone | None
    baseline: date | None
    agreed: date | None
    forecast: date | None
    actual: date | None
    revisions: Sequence[Revision]
    declined: Sequence[Revision]
    open_request: Revision | None
    overdue_days: int | None

    @property
    def moves(self) -> int:
        """How often an agreed request has moved it."""
        return len(self.revisions)

    @property
    def stands_at(self) -> date | None:
        """Where the date is by the best that is known: reached, forecast, else agreed."""
        return self.actual or self.forecast or self.agreed

    @property
    def variance(self) -> str:
        """How far that is from the baseline, in words; empty without a baseline."""
        if self.baseline is None or self.stands_at is None:
            return ""
        return _apart((self.stands_at - self.baseline).days, same="As first promised", than=" than the baseline")

    @property
    def overdue(self) -> str:
        """ "12 days overdue", or empty."""
        return f"{days(self.overdue_days)} overdue" if self.overdue_days else ""

    @property
    def may_move(self) -> bool:
        """Whether a new date can be asked for now."""
        return bool(self.agreed and not self.actual and not self.open_request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """All promised dates of one activity; retired milestones are left out."""

    start: Promise
    end: Promise
    milestones: Sequence[Promise]

    @property
    def promises(self) -> Sequence[Promise]:
        """Start, end, then the milestones in their order."""
        return (self.start, self.end, *self.milestones)

    @property
    def moves(self) -> int:
        """How often any of them was moved."""
        return sum(promise.moves for promise in self.promises)

    @property
    def without_baseline(self) -> Sequence[Promise]:
        """Those that still have none, which can be set once."""
        return [promise for promise in self.promises if promise.baseline is None and not promise.actual]

    def by_key(self, key: str) -> Promise | None:
        """The promise that an address names."""
        return next((promise for promise in self.promises if promise.key == key), None)


def dates_of(activity: KeyActivity, on: date, until: datetime | None = None, told: ReviewPeriod | None = None) -> Dates:
    """The promised dates of an activity, overdue or not on a day; three queries whatever their number, else four.

    With `until`, what was promised, decided and sealed by that instant, and no request that waits; with `told`, the
    period under way then, also what it had approved by then. Who may see milestones and people's names is the
    caller's to ask.
    """
    requests = _requests(activity, until)
    last = _last_approved(activity, until, told)
    state, forecast = (last.state, last.forecast_end) if last else (None, None)
    later = _recorded_after(activity, until) if until else []
    first, final = _baselines(activity, later)
    start = _promise("start", DateField.START.label, first, requests[DateField.START, None])
    end = _promise("end", DateField.END.label, final, requests[DateField.END, None], forecast)
    milestones = _milestones(activity, later)
    return Dates(
        start=_judged(start, on, is_open=state == State.NOT_STARTED),
        end=_judged(end, on, is_open=_is_under_way(last, on)),
        milestones=[_judged(_of_milestone(row, requests), on, is_open=not row.completed_on) for row in milestones],
    )


def promises_asked_for(asked: Sequence[DateChangeRequest]) -> dict[int, Promise]:
    """The promise that each request would move, with every earlier move; one query whatever their number.

    Requests come with their activity and milestone. What is overdue or forecast is left unsaid.
    """
    history: defaultdict[tuple[int, Subject], list[DateChangeRequest]] = defaultdict(list)
    rows = DateChangeRequest.objects.filter(activity__in={row.activity_id for row in asked})
    for row in rows.select_related(*PEOPLE).order_by("decided_at", "requested_at"):
        history[row.activity_id, (row.field, row.milestone_id)].append(row)
    return {row.pk: _asked_for(row, history[row.activity_id, (row.field, row.milestone_id)]) for row in asked}


def _asked_for(row: DateChangeRequest, history: Sequence[DateChangeRequest]) -> Promise:
    if row.milestone:
        return _promise(str(row.milestone.position), row.milestone.title, row.milestone.baseline_date, history)
    first = row.activity.baseline_start if row.field == DateField.START else row.activity.baseline_end
    return _promise(row.field, DateField(row.field).label, first, history)


def _requests(activity: KeyActivity, until: datetime | None) -> defaultdict[Subject, list[DateChangeRequest]]:
    """The requests for each promise in the order in which they took effect."""
    rows = activity.date_changes.select_related(*PEOPLE).order_by("decided_at", "requested_at")
    found: defaultdict[Subject, list[DateChangeRequest]] = defaultdict(list)
    for row in rows.filter(decided_at__lte=until) if until else rows:
        found[row.field, row.milestone_id].append(row)
    return found


def _recorded_after(activity: KeyActivity, until: datetime) -> list[Event]:
    """What was promised or reached after an instant."""
    return list(activity.events.filter(kind__in=PROMISES, at__gt=until))


def _milestones(activity: KeyActivity, later: Sequence[Event]) -> list[Milestone]:
    """The milestones without what was recorded later; to be read, never saved."""
    then: defaultdict[int | None, set[str]] = defaultdict(set)
    for event in later:
        then[event.milestone_id].add(event.kind)
    rows = [
        row
        for row in activity.milestones.standing().order_by("position")
        if EventKind.MILESTONE_ADDED not in then[row.pk]
    ]
    for row in rows:
        row.completed_on = None if EventKind.MILESTONE_COMPLETED in then[row.pk] else row.completed_on
        row.baseline_date = None if EventKind.BASELINE_SET in then[row.pk] else row.baseline_date
    return rows


def _baselines(activity: KeyActivity, later: Sequence[Event]) -> tuple[date | None, date | None]:
    """The first start and end that were promised, without those that were set later."""
    unknown = {name for event in later if event.milestone_id is None for name in event.after}
    return (
        None if "baseline_start" in unknown else activity.baseline_start,
        None if "baseline_end" in unknown else activity.baseline_end,
    )


def _last_approved(activity: KeyActivity, until: datetime | None, told: ReviewPeriod | None) -> ProgressUpdate | None:
    approved = activity.updates.approved()
    if until and told:
        approved = approved.filter(approved_at__lte=until, period__starts__lte=told.starts)
        return approved.last_of_each_activity().first()
    known = approved.filter(period__closed_at__lte=until) if until else approved
    return known.last_of_each_activity().first()


def _is_under_way(last: ProgressUpdate | None, on: date) -> bool:
    """Whether an end that has passed is overdue: nothing settles it that was approved."""
    if last is None:
        return True
    return last.state not in SETTLED and not (last.deferred_until and last.deferred_until > on)


def _of_milestone(row: Milestone, requests: defaultdict[Subject, list[DateChangeRequest]]) -> Promise:
    asked = requests[DateField.MILESTONE, row.pk]
    return _promise(str(row.position), row.title, row.baseline_date, asked, milestone=row)


def _promise(
    key: str,
    title: str,
    baseline: date | None,
    requests: Sequence[DateChangeRequest],
    forecast: date | None = None,
    milestone: Milestone | None = None,
) -> Promise:
    agreed = [_revision(row) for row in requests if row.decision == Decision.AGREED]
    return Promise(
        key=key,
        title=title,
        milestone=milestone,
        baseline=baseline,
        agreed=agreed[-1].proposed if agreed else baseline,
        forecast=forecast,
        actual=milestone.completed_on if milestone else None,
        revisions=agreed,
        declined=[_revision(row) for row in requests if row.decision == Decision.DECLINED],
        open_request=next((_revision(row) for row in requests if row.decision == Decision.REQUESTED), None),
        overdue_days=None,
    )


def _judged(promise: Promise, on: date, *, is_open: bool) -> Promise:
    """With its days overdue, counted from the day after the last agreed date."""
    late = (on - promise.agreed).days if promise.agreed and is_open else 0
    return replace(promise, overdue_days=late if late > 0 else None)


def _revision(row: DateChangeRequest) -> Revision:
    return Revision(
        request=row,
        previous=row.previous_date,
        proposed=row.proposed_date,
        reason=row.reason,
        effect=row.effect,
        asked_by=row.asked_by,
        asked_at=row.requested_at,
        decided_by=str(row.decided_by or ""),
        decided_at=row.decided_at,
        note=row.decision_note,
    )


def _apart(difference: int, same: str = "The same day", than: str = "") -> str:
    if not difference:
        return same
    return f"{days(abs(difference))} {'later' if difference > 0 else 'earlier'}{than}"
