"""What waits for a person's decision, in the order in which to look at it: updates and new dates in one queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.querysets import Asker
from aims.choices import Mark, Rag, Stage
from aims.models import DateChangeRequest, KeyActivity, ProgressUpdate, UpdateEditor
from aims.querysets import DateChangeRequestQuerySet, KeyActivityQuerySet, ProgressUpdateQuerySet
from aims.rules import is_better
from aims.rules.wording import long_date
from aims.selectors.dates import Promise, promises_asked_for
from aims.selectors.evidence import FileLine, files_by_update
from aims.selectors.said import Comparison, compared, mark_of

WORST_FIRST: dict[Mark | None, int] = {Mark.RED: 1, Mark.AMBER: 2, Mark.GREEN: 3, Mark.COMPLETE: 4}


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why something comes early in the queue: what worsened, then overrides, then Red, then the longest waiting."""

    worsened: bool
    overrides: bool
    red: bool
    since: datetime

    @property
    def order(self) -> tuple[bool, bool, bool, datetime]:
        """What sorts the most urgent first."""
        return not self.worsened, not self.overrides, not self.red, self.since


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submitted update beside the last approved one; `worsened` and `overrides` are what to look at first."""

    update: ProgressUpdate
    last: ProgressUpdate | None

    @property
    def worsened(self) -> bool:
        """Whether it says worse than last time; what is neither rated nor complete cannot be compared."""
        before, now = (WORST_FIRST.get(mark, 0) for mark in (self.last_mark, self.mark))
        return 0 < now < before

    @property
    def overrides(self) -> bool:
        """Whether its rating is better than the dates suggest."""
        return is_better(self.update.rag, self.update.suggested_rag)

    @property
    def urgency(self) -> Urgency:
        """What orders it in the queue."""
        since = self.update.submitted_at or self.update.saved_at
        return Urgency(self.worsened, self.overrides, self.update.rag == Rag.RED, since)

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
        return long_date(self.update.as_at)

    @property
    def last_heading(self) -> str:
        """The day that the last update spoke of."""
        return long_date(self.last.as_at) if self.last else "Not reported before"

    @property
    def shown(self) -> str:
        """What a tick stands for: this update at the version that the page shows."""
        return f"{self.update.pk}:{self.update.version}"


@dataclass(frozen=True, slots=True)
class Moving:
    """One new date that was asked for; it ranks with its activity: with its waiting update, else by the last rating."""

    change: DateChangeRequest
    urgency: Urgency


Entry = Waiting | Moving


@dataclass(frozen=True, slots=True)
class ToDecide:
    """One entry of the queue with all that a decision needs; either `waiting` or `moving`."""

    waiting: Waiting | None = None
    comparison: Comparison | None = None
    files: Sequence[FileLine] = ()
    moving: Moving | None = None
    promise: Promise | None = None


def queue_of(user: Asker, on: date) -> list[Entry]:
    """All that waits for a person, most urgent first; three queries whatever its length."""
    updates = _to_decide(user, on).select_related("activity__owner", "period", "author", "via__organisation")
    asked = ("activity__owner", "milestone", "requested_by", "via__organisation")
    changes = _dates_to_decide(user, on).select_related(*asked)
    before = _last_approved({row.activity_id for row in [*updates, *changes]})
    waiting = [Waiting(update, before.get(update.activity_id)) for update in updates]
    known = {each.update.activity_id: each.urgency for each in waiting}
    moving = [Moving(row, known.get(row.activity_id) or _alone(row, before)) for row in changes]
    return sorted([*waiting, *moving], key=lambda entry: (entry.urgency.order, isinstance(entry, Moving)))


def waiting_count(user: Asker, on: date) -> int:
    """How many updates and new dates wait for a person's decision; two queries."""
    return _to_decide(user, on).count() + _dates_to_decide(user, on).count()


def to_decide(entries: Sequence[Entry], user: Asker, on: date) -> list[ToDecide]:
    """Entries of the queue with what a decision needs; two queries whatever their number."""
    files = files_by_update([entry.update.pk for entry in entries if isinstance(entry, Waiting)], user, on)
    promises = promises_asked_for([entry.change for entry in entries if isinstance(entry, Moving)])
    return [
        ToDecide(moving=entry, promise=promises[entry.change.pk])
        if isinstance(entry, Moving)
        else ToDecide(entry, compared(entry.last, entry.update), files.get(entry.update.pk, ()))
        for entry in entries
    ]


def update_beside_last(update: ProgressUpdate, user: Asker, on: date) -> ToDecide:
    """One update as its approver reads it, whether it still waits or not."""
    last = _last_approved({update.activity_id}).get(update.activity_id)
    return to_decide([Waiting(update, last)], user, on)[0]


def _to_decide(user: Asker, on: date) -> ProgressUpdateQuerySet:
    """What waits for the person, without what they wrote in themselves: that is somebody else's to sign off."""
    if not user.is_authenticated:
        return ProgressUpdate.objects.none()
    written = UpdateEditor.objects.filter(user=user).values("progressupdate")
    waiting = ProgressUpdate.objects.filter(stage=Stage.SUBMITTED, activity__in=_approved_by(user, on))
    return waiting.exclude(pk__in=written).exclude(author=user)


def _dates_to_decide(user: Asker, on: date) -> DateChangeRequestQuerySet:
    """The dates that wait for the person, without those that they asked for themselves."""
    if not user.is_authenticated:
        return DateChangeRequest.objects.none()
    return DateChangeRequest.objects.waiting().filter(activity__in=_approved_by(user, on)).exclude(requested_by=user)


def _approved_by(user: Asker, on: date) -> KeyActivityQuerySet:
    return KeyActivity.objects.visible_to(user).standing(on).approved_by(user, on)


def _last_approved(activities: Iterable[int]) -> dict[int, ProgressUpdate]:
    rows = ProgressUpdate.objects.approved().filter(activity__in=activities).last_of_each_activity()
    return {row.activity_id: row for row in rows}


def _alone(change: DateChangeRequest, before: dict[int, ProgressUpdate]) -> Urgency:
    """The urgency of a new date without an update that waits beside it."""
    last = before.get(change.activity_id)
    return Urgency(False, False, bool(last and last.rag == Rag.RED), change.requested_at)
