"""Deputies that holders name themselves, for a holiday: always until a day, and never passed on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Holding, Owner, User
from aims.errors import NotAllowed, Refused
from aims.services.holdings import A_DAY, end, hold

LONGEST = timedelta(days=184)  # half a year; the office gives the post for longer


@transaction.atomic
def delegate(*, post: Owner, person: User, starts: date, ends: date, by: User, now: datetime) -> Holding:
    """Name a deputy for a post that the asker holds in their own right.

    Raises `NotAllowed` for a deputy or a stranger, `Refused` for somebody who cannot deputise or days that cannot be.
    """
    own = _own(post, by, now)
    if person.pk == by.pk or not User.objects.deputies_for(post, timezone.localdate(now)).filter(pk=person.pk).exists():
        raise Refused(f"Choose somebody else who works for {post.organisation}")
    if own.ends is not None and ends > own.ends:
        raise Refused(f"You hold this post until {own.ends:%-d %B %Y}: a deputy's last day cannot be after it")
    if ends - starts > LONGEST:
        raise Refused("Choose a last day within half a year: for longer, ask the performance office")
    return hold(post=post, person=person, is_deputy=True, starts=starts, ends=ends, by=by, now=now)


@transaction.atomic
def withdraw_deputy(*, holding: Holding, by: User, now: datetime) -> Holding:
    """End a deputy's time at once, or before it begins. Raises `NotAllowed` unless the asker holds that post."""
    locked: Holding = Holding.objects.select_for_update(of=("self",)).select_related("owner", "user").get(pk=holding.pk)
    _own(locked.owner, by, now)
    if not locked.is_deputy:
        raise NotAllowed("The performance office ends what is held in one's own right")
    return end(holding=locked, last_day=timezone.localdate(now) - A_DAY, by=by, now=now)


def _own(post: Owner, by: User, now: datetime) -> Holding:
    """The asker's own holding of the post, locked so that it does not end meanwhile."""
    rows = Holding.objects.delegable(by, timezone.localdate(now)).filter(owner=post)
    own: Holding | None = rows.select_for_update().first()
    if own is None:
        raise NotAllowed("Only whoever holds a post in their own right names its deputies")
    return own
