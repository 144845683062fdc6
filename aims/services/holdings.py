"""Who holds a post, from which day until which: what giving, delegating and ending a post share."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Holding, Owner, User
from aims.choices import Audience, EventKind
from aims.errors import Refused
from aims.services.events import record

A_DAY = timedelta(days=1)


@transaction.atomic
def hold(
    *, post: Owner, person: User, is_deputy: bool, starts: date, ends: date | None, by: User, now: datetime
) -> Holding:
    """Write that a person holds a post. Raises `Refused` for a closed account, a day gone by or an overlap."""
    locked: User = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not locked.is_active:
        raise Refused(f"{locked.name}'s account is closed")
    if starts < timezone.localdate(now):
        raise Refused("Choose a first day that is not in the past: who held a post is history")
    if ends is not None and ends < starts:
        raise Refused("Choose a last day that is not before the first")
    if is_deputy and ends is None:
        raise Refused("Say until when: a deputy always has a last day")
    try:
        with transaction.atomic():
            holding: Holding = Holding.objects.create(
                user=locked, owner=post, is_deputy=is_deputy, starts=starts, ends=ends
            )
    except IntegrityError as error:
        raise Refused(f"{locked.name} holds this post on some of these days already") from error
    record(
        EventKind.POST_HELD,
        now=now,
        by=by,
        audience=Audience.OFFICE,
        owner=post,
        person=locked,
        after={"is_deputy": is_deputy, "starts": starts, "ends": ends},
    )
    return holding


def end(*, holding: Holding, last_day: date, by: User, now: datetime) -> Holding:
    """Let a locked holding end with a day; one that has not begun by then never begins. The caller is in a transaction.

    Raises `Refused` for one that has ended, and for a day that would rewrite the past or prolong it.
    """
    today = timezone.localdate(now)
    if holding.ends is not None and (holding.ends < today or holding.ends < holding.starts):
        raise Refused("This has ended already")
    if last_day < today - A_DAY:
        raise Refused("Choose yesterday or a later day: who held a post until now is history")
    ends = max(last_day, holding.starts - A_DAY)
    if holding.ends is not None and ends >= holding.ends:
        raise Refused(f"It ends on {holding.ends:%-d %B %Y} already: to prolong it, give the post from the day after")
    before, holding.ends = holding.ends, ends
    holding.save(update_fields=["ends"])
    record(
        EventKind.POST_LEFT,
        now=now,
        by=by,
        audience=Audience.OFFICE,
        owner=holding.owner,
        person=holding.user,
        before={"ends": before},
        after={"ends": ends},
    )
    return holding
