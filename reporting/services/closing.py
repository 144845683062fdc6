"""Closing a round: everything that was approved in time is counted once more and sealed, and then nothing moves."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from accounts.models import User
from aims.choices import EventKind, PeriodState
from aims.errors import Refused
from aims.models import Event, ReviewPeriod
from aims.services.periods import abandon_closing, begin_closing, finish_closing
from reporting.locks import FEED_LOCK, period_lock, turns_held
from reporting.sealing import NOTHING_ON_IT, Cover
from reporting.services.events import process_events
from reporting.services.rebuilding import build
from reporting.services.sealing import Tell, seal, silent

__all__ = ["Cover", "close_review"]


def close_review(
    *,
    period: ReviewPeriod,
    by: User | None,
    now: datetime,
    cover: Cover = NOTHING_ON_IT,
    tell: Tell = silent,
) -> ReviewPeriod:
    """Close a round, as things stood on its last day, and seal its review; the next one is not opened.

    Two transactions: the first stops the writers, the second computes every row from one snapshot (repeatable read),
    seals them and closes. A failure lets the round take submissions again and raises. Inside a caller's transaction
    both are part of it, at its isolation. `tell` hears how many lines of how many are sealed.
    """
    closing = _begin(period, by, now)
    try:
        process_events(now=now, everything=True)
        with turns_held([period_lock(closing.pk), FEED_LOCK]):
            return _freeze(closing, cover, by, now, tell)
    except BaseException:
        abandon_closing(period=closing)
        raise


def _begin(period: ReviewPeriod, by: User | None, now: datetime) -> ReviewPeriod:
    """Stop the writers; a closing that a crash left behind is taken up where it stood."""
    current = ReviewPeriod.objects.get(pk=period.pk)
    if current.state == PeriodState.CLOSING:
        return current
    return begin_closing(period=period, by=by, now=now)


def _freeze(period: ReviewPeriod, cover: Cover, by: User | None, now: datetime, tell: Tell) -> ReviewPeriod:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        locked = _taken_up(period)
        locked.closed_at = known_at = _after_the_last_writer(now)
        build(locked, locked.ends)
        review = seal(period=locked, cover=cover, by=by, now=known_at, tell=tell)
        # Only now do the changes for the next review take effect: the lines tell what stood before.
        return finish_closing(period=locked, by=by, now=known_at, sealed={"seal": review.seal})


def _after_the_last_writer(now: datetime) -> datetime:
    """The instant up to which things are known, now and in every rebuild.

    Whoever was still writing when the closing began was waited for and may have looked at the clock after it: what
    they wrote is told, so the closing is no earlier. Half-years are made by the system, and no review tells of them:
    those around today stand before the demonstration closes rounds of the past.
    """
    later = Event.objects.filter(at__gt=now).exclude(kind=EventKind.PERIOD_CREATED)
    newest: datetime | None = later.aggregate(newest=Max("at"))["newest"]
    return newest or now


def _taken_up(period: ReviewPeriod) -> ReviewPeriod:
    rows = ReviewPeriod.objects.select_for_update(of=("self",)).select_related("strategy")
    found = rows.filter(pk=period.pk, state=PeriodState.CLOSING).first()
    if found is None:
        raise Refused(f"Somebody else has just decided about {period.label}: look how it stands now")
    return found
