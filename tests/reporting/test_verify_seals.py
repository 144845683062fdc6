"""`manage.py verify_seals`, and the nightly check of the seals."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.choices import UserRole
from aims.choices import NoticeKind
from aims.models import Notice
from aims.services.mailing import gather
from aims.services.sending import send_waiting
from reporting.models import SealedLine
from reporting.sealing.verifying import verify
from reporting.services.reopening import reopen
from reporting.tasks import verify_seals_task
from tests.factories import make_user
from tests.reporting.sealed import SECOND_CLOSED, close, make_sealed, review_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def altered(db: None) -> SealedLine:
    """A line of a sealed review that a superuser has altered."""
    line: SealedLine = make_sealed().review.lines.get(kind="activity", key="1.1.1")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE reporting_sealedline SET public = replace(public, '1', '2') WHERE id = %s", [line.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return line


def told() -> tuple[int, str]:
    out, status = StringIO(), 0
    try:
        call_command("verify_seals", stdout=out)
    except SystemExit as ended:
        status = int(str(ended.code))
    return status, out.getvalue()


def test_one_line_says_that_all_is_well() -> None:
    make_sealed()

    assert told() == (0, "2 sealed reviews: every line and every seal is as it was\n")


def test_before_anything_is_sealed_all_is_well() -> None:
    assert told() == (0, "0 sealed reviews: every line and every seal is as it was\n")


def test_every_line_that_differs_is_named(altered: SealedLine) -> None:
    status, words = told()

    where = f"2026-27-h1 sealed for the first time, line {altered.position} (activity 1.1.1)"
    assert status == 1
    assert words.splitlines() == [
        f"{where}: its public hash is not that of its text",
        f"{where}: its hash is not that of its text",
        f"{where}: its kind and key are not those of its text",
        "2026-27-h1 sealed for the first time: its lines do not make its seal",
    ]


def test_the_nightly_check_is_planned() -> None:
    planned: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE["verify-seals"]

    assert planned["task"] == verify_seals_task.name
    assert isinstance(planned["schedule"], crontab)


def test_all_well_is_said_to_the_readiness_check_and_to_nobody_else(client: Client) -> None:
    make_user(UserRole.ADMINISTRATOR)
    assert client.get("/healthz/ready").json()["seals"] == "not checked of late"

    assert verify_seals_task() == 0

    assert client.get("/healthz/ready").json()["seals"] == "as sealed"
    assert not Notice.objects.filter(kind=NoticeKind.SEAL_BROKEN).exists()


def test_what_differs_is_logged_and_mailed_to_the_administrators_once_a_day(
    client: Client, altered: SealedLine, caplog: pytest.LogCaptureFixture
) -> None:
    administrator = make_user(UserRole.ADMINISTRATOR, email="admin@example.org")
    make_user(UserRole.ADMINISTRATOR, is_active=False)

    assert verify_seals_task() == 4
    assert verify_seals_task() == 4
    now = Notice.objects.get(kind=NoticeKind.SEAL_BROKEN).made_at
    gather(now=now)
    send_waiting(now=now)

    (message,) = mail.outbox
    answer = client.get("/healthz/ready")
    assert (message.to, message.subject) == ([administrator.email], "A sealed review differs from what was sealed")
    assert "(activity 1.1.1): its public hash is not that of its text" in message.body
    assert "The tracker has sent this itself; it cannot be turned off." in message.body
    assert (answer.status_code, answer.json()["seals"]) == (200, "differ")
    assert "a seal is broken: 2026-27-h1 sealed for the first time, line" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_verifying_writes_nothing_and_reads_one_snapshot() -> None:
    make_sealed()
    levels: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        levels.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert verify() == []

    assert levels[0] == "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def test_a_review_sealed_anew_is_chained_and_sound() -> None:
    sealed = make_sealed()
    first = sealed.review
    office = sealed.people.office
    reopen(
        review=first,
        activities=[sealed.activities["1.1.1"]],
        reason="A slip.",
        until=date(2026, 12, 1),
        by=office,
        now=SECOND_CLOSED,
    )
    assert told()[0] == 0

    close(sealed, sealed.second, SECOND_CLOSED.replace(day=20))

    again = review_of(sealed.second)
    assert (again.number, again.previous) == (2, first)
    assert told()[0] == 0
