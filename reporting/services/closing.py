"""Closing a round: everything that was approved in time is counted once more, and then nothing moves."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from aims.choices import PeriodState
from aims.errors import Refused
from aims.models import ReviewPeriod
from aims.services.periods import abandon_closing, begin_closing, finish_closing
from reporting.locks import FEED_LOCK, period_lock, turns_held
from reporting.services.events import process_events
from reporting.services.rebuilding import build


def close_review(*, period: ReviewPeriod, by: User | None, now: datetime) -> ReviewPeriod:
    """Close a round for good, as things stood on its last day; the next one is not opened.

    Two transactions: the first stops the writers, the second computes every row from one snapshot (repeatable read)
    and closes. A failure lets the round take submissions again and raises. Inside a caller's transaction both
    are part of it, at its isolation.
    """
    closing = _begin(period, by, now)
    try:
        process_events(now=now, everything=True)
        with turns_held([period_lock(closing.pk), FEED_LOCK]):
            return _freeze(closing, by, now)
    except BaseException:
        abandon_closing(period=closing)
        raise


def _begin(period: ReviewPeriod, by: User | None, now: datetime) -> ReviewPeriod:
    """Stop the writers; a closing that a crash left behind is taken up where it stood."""
    current = ReviewPeriod.objects.get(pk=period.pk)
    if current.state == PeriodState.CLOSING:
        return current
    return begin_closing(period=period, by=by, now=now)


def _freeze(period: ReviewPeriod, by: User | None, now: datetime) -> ReviewPeriod:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        locked = _taken_up(period)
        locked.closed_at = now  # what is known up to this instant counts, now and in every rebuild
        build(locked, locked.ends)
        return finish_closing(period=locked, by=by, now=now)


def _taken_up(period: ReviewPeriod) -> ReviewPeriod:
    rows = ReviewPeriod.objects.select_for_update(of=("self",)).select_related("strategy")
    found = rows.filter(pk=period.pk, state=PeriodState.CLOSING).first()
    if found is None:
        raise Refused(f"Somebody else has just decided about {period.label}: look how it stands now")
    return found
