"""What is due from a person in the round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.choices import Stage, State
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import default_as_at
from aims.selectors.facts import Standing, standings
from aims.selectors.periods import deadline_of, open_round
from aims.selectors.said import mark_of

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
