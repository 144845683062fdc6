"""What waits for a person's sign-off, in the order in which to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.choices import Mark, Rag, Stage
from aims.models import KeyActivity, ProgressUpdate, UpdateEditor
from aims.querysets import ProgressUpdateQuerySet
from aims.rules import is_better
from aims.selectors.said import mark_of, said


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


def _to_decide(user: Asker, on: date) -> ProgressUpdateQuerySet:
    """What waits for the person, without what they wrote in themselves: that is somebody else's to sign off."""
    if not user.is_authenticated:
        return ProgressUpdate.objects.none()
    mine = KeyActivity.objects.visible_to(user).standing(on).approved_by(user, on)
    written = UpdateEditor.objects.filter(user=user).values("progressupdate")
    return ProgressUpdate.objects.filter(stage=Stage.SUBMITTED, activity__in=mine).exclude(pk__in=written)


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
