"""Background work of the round, and the knock on aggregation's door after a write."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app, shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from aims.services.mailing import gather, make_reminders
from aims.services.periods import ensure_periods
from aims.services.sending import send_waiting
from aims.services.workbooks import drop_old_workbooks

logger = logging.getLogger(__name__)

AGGREGATE = "reporting.aggregate_events"
SEND_MAIL = "aims.send_mail"


@shared_task(name="aims.ensure_periods")
def ensure_periods_task() -> int:
    """Make the half-years around today that are still missing; returns how many it made."""
    now = timezone.now()
    return len(ensure_periods(on=timezone.localdate(now), now=now))


@shared_task(name="aims.drop_workbooks")
def drop_workbooks_task() -> int:
    """Empty the uploaded workbooks that nobody took over, since exempt text may lie in them; returns how many."""
    return drop_old_workbooks(now=timezone.now())


@shared_task(name="aims.make_reminders")
def make_reminders_task() -> int:
    """Make the reminders of the day and have them sent; returns how many. Without a mail server there are none."""
    if not settings.REMINDERS:
        return 0
    made = make_reminders(now=timezone.now())
    wake_mail()
    return made


@shared_task(name="aims.send_mail")
def send_mail_task() -> dict[str, int]:
    """Gather what is to be told by now and send what waits; returns how many mails came to what."""
    if not settings.REMINDERS:
        return {}
    now = timezone.now()
    gather(now=now)
    return {outcome.value: count for outcome, count in send_waiting(now=now).items()}


def wake_aggregation() -> None:
    """Ask for aggregation once the current transaction is committed.

    By its registered name, since aggregation lives in an app above. A broker that is away delays and never fails the
    request: beat sweeps the outbox every 30 seconds.
    """
    transaction.on_commit(partial(_knock, AGGREGATE))


def wake_mail() -> None:
    """Ask for the mail that is ready to be sent once the current transaction is committed; beat sweeps what is lost."""
    transaction.on_commit(partial(_knock, SEND_MAIL))


def _knock(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("%s waits for the next sweep: the broker is away (%s)", task, error)
