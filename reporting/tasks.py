"""Background work of aggregation; the names are known to the beat schedule and to the apps below."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app, shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from aims.services.alone import alone_with
from reporting.models import Closing
from reporting.services import check_drift, process_events
from reporting.services.closings import do_closing, give_up

logger = logging.getLogger(__name__)

CLOSE_REVIEW = "reporting.close_review"
CLOSINGS = 5_107_315  # the number of our advisory locks on closings, by their keys


@shared_task(name="reporting.aggregate_events")
def aggregate_events_task() -> int:
    """Aggregate what happened since the last time; returns the number of events."""
    return process_events(now=timezone.now())


@shared_task(name="reporting.check_drift")
def check_drift_task() -> int:
    """Find late events, then compare every row with what it is made of; returns the number of rows that drifted."""
    now = timezone.now()
    process_events(now=now, everything=True)
    return check_drift(now=now)


@shared_task(name=CLOSE_REVIEW)
def close_review_task(pk: int) -> None:
    """Close the round that a closing asks for. One worker at a time does; it is asked for in vain once that is done."""
    with alone_with(CLOSINGS, pk) as is_alone:
        waiting = Closing.objects.filter(pk=pk, finished_at__isnull=True)
        found = waiting.select_related("period__strategy", "asked_by").first()
        if found and is_alone:
            _close(found)


@shared_task(name="reporting.sweep_closings")
def sweep_closings_task() -> int:
    """Wake the closings whose message or whose worker was lost; returns how many wait or run."""
    waiting = list(Closing.objects.filter(finished_at__isnull=True).values_list("pk", flat=True))
    for pk in waiting:
        wake_closing(pk)
    return len(waiting)


def wake_closing(pk: int) -> None:
    """Have a worker close a round once the current transaction is committed; beat sweeps what is lost."""
    transaction.on_commit(partial(_knock, pk))


def _knock(pk: int) -> None:
    try:
        current_app.send_task(CLOSE_REVIEW, args=[pk], retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("closing %s waits for the next sweep: the broker is away (%s)", pk, error)


def _close(found: Closing) -> None:
    try:
        do_closing(closing=found, now=timezone.now())
    except Exception:
        give_up(closing=found, now=timezone.now())
        raise
