"""What is due from a person, and what waits for their sign-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.choices import Mark, Rag, Stage, State
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod, UpdateEditor
from aims.querysets import ProgressUpdateQuerySet
from aims.rules import default_as_at, is_better
from aims.selectors.facts import Standing, standings
from aims.selectors.periods import deadline_of, open_round

RETURNED, DRAFT, DUE, SENT, APPROVED = "returned", "draft", "due", "sent", "approved"
TO_DO = (RETURNED, DRAFT, DUE)
WORDS = {
    RETURNED: "Returned",
    DRAFT: "Draft",
    DUE: "Update due",
    SENT: "Sent, with the approver",
    APPROVED: "Approved",
}


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One activity in a person's round; `no_change_problem` is None where one click is enough."""

    activity: KeyActivity
    status: str
    note: str
    no_change_problem: str | None

    @property
    def words(self) -> str:
        """The status as the list prints it."""
        return WORDS[self.status]


@dataclass(frozen=True, slots=True)
class Work:
    """A person's round: what is to do first, then what is done; empty where no round is open."""

    period: ReviewPeriod
    deadline: date
    days_left: int
    to_do: tuple[WorkItem, ...]
    done: tuple[WorkItem, ...]

    @property
    def total(self) -> int:
        """How many updates the round asks of the person."""
        return len(self.to_do) + len(self.done)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submitted update beside the last approved one; `worsened` and `overrides` are what to look at first."""

    update: ProgressUpdate
    last: ProgressUpdate | None
    worsened: bool
    overrides: bool

    @property
    def mark(self) -> Mark:
        """What the update says, as one mark."""
        return mark_of(self.update)

    @property
    def last_mark(self) -> Mark | None:
        """What was said last time, as one mark."""
        return mark_of(self.last) if self.last else None

    @property
    def heading(self) -> str:
        """The day that the update speaks of."""
        return f"{self.update.as_at:%-d %B %Y}"

    @property
    def last_heading(self) -> str:
        """The day that the last update spoke of."""
        return f"{self.last.as_at:%-d %B %Y}" if self.last else "Last time"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """All else that the update says: label and answer, the empty ones left out."""
        return said(self.update)


def said(update: ProgressUpdate) -> list[tuple[str, str]]:
    """What an update says beside its rating and narrative, in the order of the card; exempt text is left out."""
    answers = [
        ("Forecast", update.get_forecast_rag_display() if update.forecast_rag else ""),
        ("Cause", " – ".join(filter(None, [update.get_cause_display() if update.cause else "", update.cause_detail]))),
        ("Impact", update.impact),
        ("Action", ", ".join(filter(None, [update.action, update.action_owner, _day("by", update.action_by)]))),
        ("Back on track", _day("by", update.return_to_green)),
        ("Ask of the Board", update.ask),
        ("Evidence", update.evidence),
        ("Decision", ", ".join(filter(None, [update.decision_by, _day("on", update.decision_on)]))),
        ("Reference", update.decision_reference),
        ("Deferred", _day("until", update.deferred_until)),
        ("Not started because", update.start_reason),
        ("Expected end", _day("", update.forecast_end)),
    ]
    return [(label, answer) for label, answer in answers if answer]


def _day(word: str, day: date | None) -> str:
    return f"{word} {day:%-d %B %Y}".strip() if day else ""


def work_of(user: Asker, on: date) -> Work | None:
    """All that the open round asks of a person; a bounded number of queries, None between rounds."""
    period = open_round()
    if period is None:
        return None
    mine = KeyActivity.objects.visible_to(user).standing(on).answered_by(user, on)
    ids = list(mine.values_list("pk", flat=True))
    found = standings(ids, period)
    opened = {row.activity_id: row for row in ProgressUpdate.objects.open().filter(activity__in=ids)}
    approved = set(period.updates.approved().filter(activity__in=ids).values_list("activity", flat=True))
    items = [
        _item(standing, opened.get(pk), pk in approved, on)
        for pk, standing in found.items()
        if pk in opened or pk in approved or standing.is_due(on)
    ]
    items.sort(key=lambda item: ([*WORDS].index(item.status), item.activity.order))
    deadline = _deadline(period, found)
    return Work(
        period=period,
        deadline=deadline,
        days_left=(deadline - on).days,
        to_do=tuple(item for item in items if item.status in TO_DO),
        done=tuple(item for item in items if item.status not in TO_DO),
    )


def due_count(user: Asker, on: date) -> int:
    """How many updates a person still has to send in the open round; three queries."""
    period = open_round()
    if period is None or not user.is_authenticated:
        return 0
    mine = KeyActivity.objects.visible_to(user).standing(on).answered_by(user, on)
    sent = period.updates.exclude(stage=Stage.DRAFT).values("activity")
    stopped = ProgressUpdate.objects.approved().filter(
        period__ends__lt=period.starts, state__in=[State.COMPLETE, State.CANCELLED]
    )
    return mine.exclude(pk__in=sent).exclude(pk__in=stopped.values("activity")).count()


def waiting_for(user: Asker, on: date) -> list[Waiting]:
    """What a person is asked to sign off: worsened first, then overrides, Red, and the longest waiting."""
    updates = _to_decide(user, on).select_related("activity__owner__organisation", "period", "author")
    before = _last_approved([update.activity_id for update in updates])
    queue = [_waiting(update, before.get(update.activity_id)) for update in updates]
    queue.sort(key=_urgency)
    return queue


def waiting_count(user: Asker, on: date) -> int:
    """How many updates wait for a person's sign-off; two queries."""
    return _to_decide(user, on).count()


def mark_of(update: ProgressUpdate) -> Mark:
    """The mark of what an update says."""
    if update.state == State.IN_PROGRESS:
        return Mark(update.rag) if update.rag else Mark.UNRATED
    return Mark(update.state) if update.state else Mark.NO_UPDATE


def _to_decide(user: Asker, on: date) -> ProgressUpdateQuerySet:
    """What waits for the person, without what they wrote in themselves: that is somebody else's to sign off."""
    if not user.is_authenticated:
        return ProgressUpdate.objects.none()
    mine = KeyActivity.objects.visible_to(user).approved_by(user, on)
    written = UpdateEditor.objects.filter(user=user).values("progressupdate")
    return ProgressUpdate.objects.filter(stage=Stage.SUBMITTED, activity__in=mine).exclude(pk__in=written)


def _deadline(period: ReviewPeriod, found: dict[int, Standing]) -> date:
    """The earliest of the person's deadlines: an extension of one post does not put off the others."""
    owners = {standing.activity.owner_id for standing in found.values()}
    return min((deadline_of(period, owner) for owner in owners), default=period.submission_closes)


def _item(standing: Standing, update: ProgressUpdate | None, approved: bool, on: date) -> WorkItem:
    status = _status(update, approved)
    problem = None
    if status == DUE:
        problem = standing.no_change_problem(default_as_at(on, standing.period.ends))
    return WorkItem(standing.activity, status, _note(standing, update, status, problem), problem)


def _status(update: ProgressUpdate | None, approved: bool) -> str:
    if update is None:
        return APPROVED if approved else DUE
    if update.stage == Stage.SUBMITTED:
        return SENT
    return RETURNED if update.return_note else DRAFT


def _note(standing: Standing, update: ProgressUpdate | None, status: str, problem: str | None) -> str:
    if update and status == RETURNED:
        return f"Returned to you: “{update.return_note}”"
    if update and status == DRAFT:
        return "Started, not sent yet"
    told = update or standing.last
    if told is None:
        return "Not reported before"
    stood = f"{mark_of(told).label} on {told.as_at:%-d %B %Y}"
    return f"{stood}. {problem}" if problem else stood


def _last_approved(activities: list[int]) -> dict[int, ProgressUpdate]:
    rows = ProgressUpdate.objects.approved().filter(activity__in=activities).last_of_each_activity()
    return {row.activity_id: row for row in rows}


def _waiting(update: ProgressUpdate, last: ProgressUpdate | None) -> Waiting:
    return Waiting(
        update=update,
        last=last,
        worsened=bool(last and is_better(last.rag, update.rag)),
        overrides=is_better(update.rag, update.suggested_rag),
    )


def _urgency(waiting: Waiting) -> tuple[bool, bool, bool, float]:
    update = waiting.update
    sent = update.submitted_at.timestamp() if update.submitted_at else 0.0
    return not waiting.worsened, not waiting.overrides, update.rag != Rag.RED, sent
