"""Beat adds the books up every night, and says what does not add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.test import Client

from accounts.models import User
from funding.models import FundingReturn, FundingStream
from funding.tasks import reconcile_task, sweep_imports_task
from tests.factories import IN_ROUND

pytestmark = pytest.mark.django_db


@pytest.fixture
def falling_spend(stream: FundingStream, finance: User, treasurer: User) -> None:
    """What no service takes: spend to date that falls, without a reason."""
    for month, spent in ((date(2026, 7, 1), "50.00"), (date(2026, 8, 1), "40.00")):
        FundingReturn.objects.create(
            stream=stream,
            month=month,
            spend_to_date=Decimal(spent),
            submitted_by=finance,
            submitted_at=IN_ROUND,
            approved_by=treasurer,
            approved_at=IN_ROUND,
        )


def test_beat_adds_the_books_up_every_night_and_looks_for_waiting_files_every_minute() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE

    assert schedule["reconcile-funding"]["task"] == reconcile_task.name
    assert isinstance(schedule["reconcile-funding"]["schedule"], crontab)
    assert schedule["sweep-imports"]["task"] == sweep_imports_task.name
    assert schedule["sweep-imports"]["schedule"] == 60.0


def test_books_that_add_up_are_not_spoken_of(stream: FundingStream, caplog: pytest.LogCaptureFixture) -> None:
    assert reconcile_task() == 0
    assert not caplog.records


def test_readiness_tells_what_the_last_night_found_and_serves_on(client: Client, falling_spend: None) -> None:
    before = client.get("/healthz/ready")
    reconcile_task()
    broken = client.get("/healthz/ready")

    assert before.json()["funding"] == "not checked of late"
    assert (broken.status_code, broken.json()["funding"]) == (200, "does not add up")


def test_readiness_says_that_the_books_add_up(client: Client, stream: FundingStream) -> None:
    reconcile_task()

    assert client.get("/healthz/ready").json()["funding"] == "adds up"


def test_each_break_is_logged_with_its_stream(falling_spend: None, caplog: pytest.LogCaptureFixture) -> None:
    assert reconcile_task() == 1
    (message,) = caplog.messages
    assert message.startswith("funding does not add up: A: spend to date falls from £50.00 in July 2026")
