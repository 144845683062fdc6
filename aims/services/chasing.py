"""Asking for what is missing: one message to the holders of chosen posts, each post and each person once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Owner, User
from aims.choices import Audience, EventKind, NoticeKind, PeriodState
from aims.errors import NoRound, Refused
from aims.models import Event, ReviewPeriod
from aims.selectors.periods import open_round
from aims.selectors.round import posts_to_ask
from aims.services.events import record
from aims.services.notices import tell
from aims.services.periods import share_lock


@transaction.atomic
def chase(*, owners: Collection[Owner], message: str, by: User, now: datetime) -> int:
    """Ask the holders of posts for what the open round still waits for; returns how many people are told.

    The message is the same for all; the mail puts each person's own activities under it. Posts that have sent
    everything, or that nobody holds, are passed over. The same words on the same day reach a post, and a person who
    holds several, once: pressing twice asks once. Raises `NoRound` between rounds, `Refused` without words.
    """
    if not message.strip():
        raise Refused("Write what you ask for: the holders of the posts read it")
    period = open_round()
    if period is None or share_lock(period.pk) != PeriodState.OPEN:
        raise NoRound("No round is open now, so there is nothing to ask for")
    # Two who press at once take turns here: the second finds the event of the first.
    turns = Owner.objects.select_for_update(no_key=True).filter(pk__in=[owner.pk for owner in owners])
    held = list(turns.order_by("pk"))
    key = _key(period, message, now)
    asked = _asked_already(period, key)
    people: set[int] = set()
    for post in posts_to_ask(period, timezone.localdate(now), only={owner.pk for owner in held} - asked):
        told = [person for person in post.people if _tell(person, period, key, message, now)]
        people |= {person.pk for person in told}
        if post.people:
            _record(post.owner, period, key, message, [line.number for line in post.to_send], by, now)
    return len(people)


def _key(period: ReviewPeriod, message: str, now: datetime) -> str:
    """Names what is asked: the round, the local day and the words."""
    words = hashlib.sha256(" ".join(message.split()).encode()).hexdigest()[:16]
    return f"chased {period.slug} {timezone.localdate(now):%Y-%m-%d} {words}"


def _asked_already(period: ReviewPeriod, key: str) -> set[int]:
    """The posts that were asked the same on the same day."""
    rows = Event.objects.filter(kind=EventKind.CHASED, period=period, after__key=key, owner__isnull=False)
    return {owner for owner in rows.values_list("owner", flat=True) if owner is not None}


def _tell(person: User, period: ReviewPeriod, key: str, message: str, now: datetime) -> bool:
    notice = tell(person=person, kind=NoticeKind.CHASED, key=key, now=now, period=period, message=message.strip())
    return notice is not None


def _record(
    owner: Owner, period: ReviewPeriod, key: str, message: str, asked_for: list[str], by: User, now: datetime
) -> None:
    record(
        EventKind.CHASED,
        now=now,
        by=by,
        audience=Audience.OFFICE,
        period=period,
        owner=owner,
        after={"message": message.strip(), "activities": asked_for, "key": key},
    )
