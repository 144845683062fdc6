"""A round closed by a real worker: woken, its message lost, delivered too often, killed halfway."""

from __future__ import annotations

import os
import signal
from datetime import date

import pytest
from django.conf import settings

from accounts.choices import UserRole
from aims.choices import PeriodState
from aims.models import ReviewPeriod
from reporting.models import Closing, Review
from reporting.sealing import Cover
from reporting.sealing.verifying import verify
from reporting.services.closings import ask_to_close
from reporting.tasks import CLOSE_REVIEW, sweep_closings_task, wake_closing
from tests.factories import IN_ROUND, make_activity, make_approved, make_period, make_user
from tests.reporting.at_work import wait_until
from tests.worker import WorkerProcess
from wmca_tracker.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closing() -> Closing:
    """Asked for at the desk; nobody has been told."""
    period = make_period()
    make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    make_approved(make_activity())
    return ask_to_close(period=period, cover=Cover(), by=make_user(UserRole.OFFICE), now=IN_ROUND)


def has_ended(closing: Closing) -> bool:
    return Closing.objects.filter(pk=closing.pk, finished_at__isnull=False).exists()


def closed_once(closing: Closing) -> None:
    closing.refresh_from_db()
    assert closing.review == Review.objects.get()
    assert ReviewPeriod.objects.get(pk=closing.period_id).state == PeriodState.CLOSED
    assert list(verify()) == []


def test_it_is_swept_for_every_minute() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-closings"]

    assert (entry["task"], entry["schedule"]) == (sweep_closings_task.name, 60.0)
    assert CLOSE_REVIEW in app.tasks


def test_a_worker_that_is_woken_closes(closing: Closing, celery_worker_process: WorkerProcess) -> None:
    wake_closing(closing.pk)

    wait_until(lambda: has_ended(closing))

    closed_once(closing)


def test_a_lost_message_and_two_deliveries_seal_once(closing: Closing, celery_worker_process: WorkerProcess) -> None:
    assert sweep_closings_task() == 1
    app.send_task(CLOSE_REVIEW, args=[closing.pk])
    wait_until(lambda: has_ended(closing))
    celery_worker_process.rest()

    closed_once(closing)
    assert sweep_closings_task() == 0


def test_a_worker_killed_at_work_is_followed_by_another(closing: Closing, celery_worker_process: WorkerProcess) -> None:
    wake_closing(closing.pk)
    wait_until(lambda: Closing.objects.filter(pk=closing.pk, started_at__isnull=False).exists())
    for child in celery_worker_process.children():
        os.kill(child, signal.SIGKILL)

    wait_until(lambda: sweep_closings_task() == 0)
    celery_worker_process.rest()

    closed_once(closing)
