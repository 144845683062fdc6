"""Background work of aggregation; the names are known to the beat schedule and to the apps below."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app, shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from aims.services.alone import alone_with
from aims.tasks import wake_mail
from reporting.models import Closing, Pack
from reporting.sealing.verifying import verify
from reporting.selectors.packs import published_without_pack
from reporting.selectors.seals import LAST_FOUND
from reporting.services import check_drift, packing, process_events
from reporting.services.alarming import tell_administrators
from reporting.services.closings import do_closing, give_up
from reporting.services.packing import ask_for_packs, make_pack

logger = logging.getLogger(__name__)

TWO_DAYS = 2 * 24 * 60 * 60  # by then the next night's check has answered twice
NAMED = 100
MINUTES = 60
CLOSE_REVIEW = "reporting.close_review"
CLOSINGS = 5_107_315  # the number of our advisory locks on closings, by their keys
MAKE_PACK = "reporting.make_pack"
PACKS = 5_107_316  # the same for packs


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


@shared_task(name="reporting.verify_seals")
def verify_seals_task() -> int:
    """Recompute every sealed review; logs, mails and keeps for the readiness check what differs; returns how much."""
    findings = verify()
    cache.set(LAST_FOUND, len(findings), timeout=TWO_DAYS)
    for found in findings[:NAMED]:
        logger.error("a seal is broken: %s", found)
    if findings:
        tell_administrators(findings=findings, now=timezone.now())
        wake_mail()
    return len(findings)


@shared_task(name=CLOSE_REVIEW, soft_time_limit=17 * MINUTES, time_limit=18 * MINUTES)  # a message lives for twenty
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
    transaction.on_commit(partial(_knock, CLOSE_REVIEW, pk))


def _knock(task: str, pk: int) -> None:
    try:
        current_app.send_task(task, args=[pk], retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("%s of %s waits for the next sweep: the broker is away (%s)", task, pk, error)


def _close(found: Closing) -> None:
    try:
        do_closing(closing=found, now=timezone.now())
    except Exception:
        give_up(closing=found, now=timezone.now())
        raise


@shared_task(name=MAKE_PACK)
def make_pack_task(pk: int) -> None:
    """Make the files that a pack lacks. One worker at a time does; the public and the exempt one are made at once."""
    with alone_with(PACKS, pk) as is_alone:
        found = Pack.objects.filter(pk=pk, problem__isnull=True).select_related("review__previous").first()
        if found and is_alone:
            _make(found)


@shared_task(name="reporting.sweep_packs")
def sweep_packs_task() -> int:
    """Wake the packs whose message or whose worker was lost; returns how many wait or run.

    One published review that lacks a pack with its errata gets it too: what anyone may read is never without its files.
    """
    unpacked = published_without_pack()
    if unpacked:
        ask_for_packs(review=unpacked, by=None, now=timezone.now())
    waiting = list(Pack.objects.filter(finished_at__isnull=True).values_list("pk", flat=True))
    for pk in waiting:
        wake_pack(pk)
    return len(waiting)


def wake_pack(pk: int) -> None:
    """Have a worker make a pack once the current transaction is committed; beat sweeps what is lost."""
    transaction.on_commit(partial(_knock, MAKE_PACK, pk))


def _make(found: Pack) -> None:
    try:
        make_pack(pack=found, now=timezone.now())
    except Exception:
        packing.give_up(pack=found, now=timezone.now())
        raise
