"""Signing an update off, or giving it back: one decision, by somebody who wrote none of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState, Stage
from aims.errors import AlreadyDecided, NoRound, NotAllowed, Refused, Stale
from aims.models import KeyActivity, ProgressUpdate
from aims.services.events import record
from aims.services.periods import share_lock


@transaction.atomic
def approve_update(*, update: ProgressUpdate, version: int, by: User, now: datetime) -> ProgressUpdate:
    """Sign an update off, for good.

    Raises `AlreadyDecided` when somebody else was first, `Stale` when it changed since it was read, `NotAllowed` for
    whoever wrote in it, `NoRound` once the period has closed.
    """
    locked = _locked(update, version, by)
    locked.stage = Stage.APPROVED
    locked.approved_by, locked.approved_at = by, now
    locked.save()
    record(
        EventKind.UPDATE_APPROVED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked.activity,
        period=locked.period,
        update=locked,
        after={"state": locked.state, "rag": locked.rag, "narrative": locked.narrative},
    )
    return locked


@transaction.atomic
def return_update(*, update: ProgressUpdate, note: str, version: int, by: User, now: datetime) -> ProgressUpdate:
    """Give an update back to its author with a note; it is a draft again. Raises as `approve_update` does."""
    if not note.strip():
        raise Refused("Say what has to change: the owner reads this note")
    locked = _locked(update, version, by)
    locked.stage = Stage.DRAFT
    locked.return_note, locked.returned_by = note.strip(), by
    locked.version += 1
    locked.save()
    record(
        EventKind.UPDATE_RETURNED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=locked.activity,
        period=locked.period,
        update=locked,
        after={"note": locked.return_note},
    )
    return locked


def _locked(update: ProgressUpdate, version: int, by: User) -> ProgressUpdate:
    """The update under the locks of `aims.services.writing`, still waiting and for this person to decide."""
    if share_lock(update.period_id) in (PeriodState.CLOSING, PeriodState.CLOSED):
        raise NoRound(f"{update.period.label} has closed: the update goes to the next round")
    activity: KeyActivity = KeyActivity.objects.select_for_update().get(pk=update.activity_id)
    if activity.retired_on and activity.retired_on <= update.period.ends:
        day = f"{activity.retired_on:%-d %B %Y}"
        raise Refused(f"{activity.number} was retired on {day}: {update.period.label} does not tell it")
    people = ("author", "approved_by", "returned_by")
    locked: ProgressUpdate = ProgressUpdate.objects.select_related("activity", "period", *people).get(pk=update.pk)
    if locked.stage != Stage.SUBMITTED:
        raise AlreadyDecided(_decided(locked))
    if locked.author_id == by.pk or locked.editors.filter(pk=by.pk).exists():
        raise NotAllowed("You wrote in this update: somebody else has to sign it off")
    if locked.version != version:
        raise Stale(locked)
    return locked


def _decided(update: ProgressUpdate) -> str:
    if update.stage == Stage.APPROVED:
        return f"{update.approved_by} has approved this update already"
    if update.returned_by:
        return f"{update.returned_by} has returned this update already"
    return f"{update.author} has taken this update back to change it"
