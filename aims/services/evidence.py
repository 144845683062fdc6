"""Files that show what an update or a milestone says: attaching them, and taking them away again.

The bytes are written before the row that names them, and removed where the transaction fails: no row ever names a
file that is not there. Withdrawing works the other way round: the row first, the bytes once that is certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from secrets import token_hex
from typing import Any, TypedDict, Unpack

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind, Stage
from aims.errors import AlreadyDecided, NotAllowed, Refused
from aims.evidence import Found, look_into
from aims.models import EvidenceFile, KeyActivity, Milestone, ProgressUpdate
from aims.models.evidence import evidence_storage
from aims.rules.attachments import evidence_in_words
from aims.selectors.card import card_for
from aims.services.dates import complete_milestone
from aims.services.events import record
from aims.services.locks import hold_activity, hold_milestone
from aims.services.writing import save_draft

MOST_FILES = 20


class Shown(TypedDict, total=False):
    """What a file is evidence of."""

    update: ProgressUpdate
    milestone: Milestone


def attach_file(
    *, activity: KeyActivity, file: File[bytes], name: str, milestone: Milestone | None = None, by: User, now: datetime
) -> EvidenceFile:
    """Keep a file as evidence of a milestone or, without one, of the activity's update under way.

    Where no update is under way, one is begun from last time's answers. Raises `aims.evidence.Unfit` for what is no
    evidence, `Refused` for an update that waits for approval or is approved, `NoRound` between rounds.
    """
    with _kept(file, name) as kept, transaction.atomic():
        locked = hold_activity(activity, now)
        if milestone:
            return _attach(kept, locked, by, now, milestone=_milestone_of(locked, milestone))
        update = _update_under_way(locked, by, now)
        update.editors.add(by)
        return _attach(kept, locked, by, now, update=update)


def complete_with_file(
    *, milestone: Milestone, completed_on: date, evidence: str, file: File[bytes], name: str, by: User, now: datetime
) -> Milestone:
    """Complete a milestone and keep the file that shows it, or neither; raises as both do."""
    with _kept(file, name) as kept, transaction.atomic():
        said = evidence_in_words(evidence, [kept[0].name])
        done = complete_milestone(milestone=milestone, completed_on=completed_on, evidence=said, by=by, now=now)
        _attach(kept, done.activity, by, now, milestone=done)
        return done


@transaction.atomic
def withdraw_file(*, file: EvidenceFile, by: User, now: datetime) -> EvidenceFile:
    """Take a file away for good; that it was there stays known.

    From an update that is not approved yet it is an edit: whoever takes it away does not sign it off, and whoever
    read it with the file reads it anew. Raises `NotAllowed` where something was decided on it: then only the
    performance office may.
    """
    hold_activity(file.activity, now, retired_too=True)
    rows = EvidenceFile.objects.select_for_update(of=("self",))
    locked: EvidenceFile = rows.select_related("activity", "update", "milestone", "withdrawn_by").get(pk=file.pk)
    if locked.withdrawn_at:
        raise AlreadyDecided(f"{locked.withdrawn_by} has withdrawn “{locked.name}” already")
    if is_relied_on(locked) and not by.keeps_the_round:
        raise NotAllowed(f"“{locked.name}” is with an approver or was decided on: ask the performance office")
    locked.withdrawn_by, locked.withdrawn_at = by, now
    locked.save(update_fields=["withdrawn_by", "withdrawn_at"])
    if locked.update and locked.update.stage != Stage.APPROVED:
        _note_the_edit(locked.update, by)
    _record(EventKind.EVIDENCE_WITHDRAWN, locked, by, now)
    transaction.on_commit(partial(evidence_storage().delete, str(locked.file)), robust=True)
    return locked


def _note_the_edit(update: ProgressUpdate, by: User) -> None:
    update.editors.add(by)
    if update.stage == Stage.SUBMITTED:  # a draft's cards name the files only when they are sent
        update.version += 1
        update.save(update_fields=["version"])


def is_relied_on(file: EvidenceFile) -> bool:
    """Whether an approver reads it now, or an update or a milestone rests on it."""
    if file.milestone:
        return file.milestone.completed_on is not None
    return file.update is not None and file.update.stage != Stage.DRAFT


@contextmanager
def _kept(file: File[bytes], name: str) -> Iterator[tuple[Found, str]]:
    """The file's bytes under a name that tells nothing, until the block fails."""
    found = look_into(file, name)
    storage, token = evidence_storage(), token_hex(16)
    stored = storage.save(f"{token[:2]}/{token}", file)
    try:
        yield found, stored
    except BaseException:
        storage.delete(stored)
        raise


def _attach(
    kept: tuple[Found, str], activity: KeyActivity, by: User, now: datetime, **shown: Unpack[Shown]
) -> EvidenceFile:
    found, stored = kept
    beside = EvidenceFile.objects.standing().filter(activity=activity, **shown)
    if beside.filter(sha256=found.sha256).exists():
        raise Refused(f"“{found.name}” is attached already, perhaps under another name")
    if beside.count() >= MOST_FILES:
        raise Refused(f"{MOST_FILES} files are attached already: withdraw one that is not needed, or give a link")
    given: dict[str, Any] = {"name": found.name, "content_type": found.content_type, "size": found.size}
    file: EvidenceFile = EvidenceFile.objects.create(
        activity=activity, file=stored, sha256=found.sha256, added_by=by, added_at=now, **given, **shown
    )
    _record(EventKind.EVIDENCE_ADDED, file, by, now)
    return file


def _milestone_of(activity: KeyActivity, milestone: Milestone) -> Milestone:
    if milestone.activity_id != activity.pk:
        raise Refused("Choose a milestone of this activity")
    return hold_milestone(milestone)


def _update_under_way(activity: KeyActivity, by: User, now: datetime) -> ProgressUpdate:
    """The draft that the file goes with; begun here where there is none, so that the file has a place to show."""
    card = card_for(activity, timezone.localdate(now))
    if card.current is None:
        if activity.updates.approved().filter(period=card.period).exists():
            raise Refused(f"The update for {card.period.label} is approved: begin a new one, then attach the file")
        return save_draft(activity=activity, values=card.values, version=0, by=by, now=now)
    if card.current.stage == Stage.SUBMITTED:
        raise Refused("The update waits for approval: ask the approver to return it, then attach the file")
    return card.current


def _record(kind: EventKind, file: EvidenceFile, by: User, now: datetime) -> None:
    about: Shown = {}
    if file.update:
        about["update"] = file.update
    if file.milestone:
        about["milestone"] = file.milestone
    record(kind, now=now, by=by, audience=Audience.PARTIES, activity=file.activity, after={"file": file.name}, **about)
