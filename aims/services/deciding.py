"""Signing an update off, or giving it back: one decision, by somebody who wrote none of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind, NoticeKind, PeriodState, Stage
from aims.errors import AimsError, AlreadyDecided, NoRound, NotAllowed, Refused, Stale
from aims.models import KeyActivity, ProgressUpdate
from aims.rules import UpdateValues
from aims.services.events import record
from aims.services.notices import tell
from aims.services.periods import share_lock

NO_NOTES: Mapping[str, str] = {}
NOTABLE = frozenset(field.name for field in fields(UpdateValues))


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of several sign-offs: those made, and each that was refused with its reason."""

    approved: tuple[ProgressUpdate, ...]
    refused: tuple[tuple[ProgressUpdate, AimsError], ...]


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
    _tell(locked, NoticeKind.APPROVED, f"update-{locked.pk}-approved", by, now)
    return locked


def approve_updates(*, shown: Iterable[tuple[ProgressUpdate, int]], by: User, now: datetime) -> Decided:
    """Sign off several updates, each at the version that the person saw.

    Not one transaction but one an update, on purpose: what can be signed off is, whatever keeps the others.
    """
    approved, refused = [], []
    for update, version in shown:
        try:
            approved.append(approve_update(update=update, version=version, by=by, now=now))
        except AimsError as error:
            refused.append((update, error))
    return Decided(tuple(approved), tuple(refused))


@transaction.atomic
def return_update(
    *,
    update: ProgressUpdate,
    note: str,
    version: int,
    by: User,
    now: datetime,
    notes: Mapping[str, str] = NO_NOTES,
) -> ProgressUpdate:
    """Give an update back to its author; it is a draft again. Raises as `approve_update` does.

    `note` speaks of the whole, `notes` of single answers by field name; either is enough.
    """
    told = {field: text.strip() for field, text in notes.items() if text.strip() and field in NOTABLE}
    if not note.strip() and not told:
        raise Refused("Say what has to change: the owner reads this note")
    locked = _locked(update, version, by)
    locked.stage = Stage.DRAFT
    locked.return_note, locked.return_notes, locked.returned_by = note.strip(), told, by
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
        after={"note": locked.return_note} | ({"notes": told} if told else {}),
    )
    _tell(locked, NoticeKind.RETURNED, f"update-{locked.pk}-returned-{locked.version}", by, now)
    return locked


def _tell(update: ProgressUpdate, kind: NoticeKind, key: str, by: User, now: datetime) -> None:
    """Let the author know, and whoever holds the post by now; not whoever decided."""
    holdings = update.activity.owner.holdings.current(timezone.localdate(now)).select_related("user")
    people = {update.author, *(holding.user for holding in holdings)} - {by}
    for person in sorted(people, key=lambda person: person.pk):
        tell(person=person, kind=kind, key=key, now=now, period=update.period, update=update)


def _locked(update: ProgressUpdate, version: int, by: User) -> ProgressUpdate:
    """The update under the locks of `aims.services.writing`, still waiting and for this person to decide."""
    _hold(update)
    people = ("author", "approved_by", "returned_by")
    locked: ProgressUpdate = ProgressUpdate.objects.select_related("activity__owner", "period", *people).get(
        pk=update.pk
    )
    if locked.stage != Stage.SUBMITTED:
        raise AlreadyDecided(_decided(locked))
    if locked.period_id != update.period_id:  # the round that is held is another one
        raise NoRound(f"It has just moved to {locked.period.label}: look at it again, then decide")
    if locked.author_id == by.pk or locked.editors.filter(pk=by.pk).exists():
        raise NotAllowed("You wrote in this update: somebody else has to sign it off")
    if locked.version != version:
        raise Stale(locked)
    return locked


def _hold(update: ProgressUpdate) -> None:
    """Hold round and activity; raises `NoRound` and `Refused` where no decision counts any more."""
    if share_lock(update.period_id) in (PeriodState.CLOSING, PeriodState.CLOSED):
        raise NoRound(f"{update.period.label} has closed: the update goes to the next round")
    activity: KeyActivity = KeyActivity.objects.select_for_update().get(pk=update.activity_id)
    if activity.retired_on and activity.retired_on <= update.period.ends:
        day = f"{activity.retired_on:%-d %B %Y}"
        raise Refused(f"{activity.number} was retired on {day}: {update.period.label} does not tell it")


def _decided(update: ProgressUpdate) -> str:
    if update.stage == Stage.APPROVED:
        return f"{update.approved_by} has approved this update already"
    if update.returned_by:
        return f"{update.returned_by} has returned this update already"
    return f"{update.author} has taken this update back to change it"
