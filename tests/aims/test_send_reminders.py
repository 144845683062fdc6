"""`manage.py send_reminders`: who would get what, and the tick by hand."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from aims.models import KeyActivity, Mail, Notice
from aims.services.notices import choose_mail
from aims.tasks import make_reminders_task, send_mail_task
from tests.aims.test_services_mailing import at
from tests.factories import make_activity, make_user
from wmca_tracker.celery import app

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("send_reminders", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock at the edges stands at eight, two weeks before the deadline."""
    monkeypatch.setattr(timezone, "now", lambda: at(date(2026, 10, 21)))


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(date(2026, 10, 21), 22))


def test_a_dry_run_prints_who_would_get_what_and_writes_nothing(activity: KeyActivity, owner: User) -> None:
    make_activity("1.1.2", owner=activity.owner)
    silent = make_user(holds=activity.owner)
    choose_mail(person=silent, reminders=False, decisions=True)
    empty = make_activity("1.1.3").owner

    assert run("--dry-run", "--on", "2026-10-28").splitlines() == [
        f"Olive Owner <{owner.email}>  due-7  {activity.owner}  1.1.1, 1.1.2",
        f"{silent.name} <{silent.email}>  has turned reminders off  {activity.owner}",
        f"Nobody holds  {empty}",
        "28 October 2026: 1 reminder to 1 person; nothing was sent.",
    ]
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.usefixtures("morning")
def test_without_it_the_tick_is_made_now(owner: User) -> None:
    assert run() == "1 reminder made. Mails: 1 sent.\n"
    assert [message.to for message in outbox.outbox] == [[owner.email]]
    assert run() == "0 reminders made. Mails: none.\n"


@pytest.mark.usefixtures("night")
def test_at_night_it_says_so(owner: User) -> None:
    assert run().splitlines() == [
        "It is night in London: reminders go out from 08:00 to 20:00.",
        "0 reminders made. Mails: none.",
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--dry-run", "--on", "soon"), "--on takes a date such as 2026-10-21"),
        (("--dry-run", "--on", "2026-02-30"), "--on takes a date such as 2026-10-21"),
        (("--on", "2026-10-21"), "--on goes with --dry-run: mail is sent on its day alone"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: tuple[str, ...], line: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert (str(refused.value), refused.value.returncode) == (line, 2)


def test_without_a_mail_server_nobody_is_reminded(owner: User, settings: Settings) -> None:
    settings.REMINDERS = False

    with pytest.raises(CommandError) as refused:
        run()
    assert refused.value.returncode == 2
    assert (make_reminders_task(), send_mail_task()) == (0, {})
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("morning")
def test_the_tasks_make_and_send(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_reminders_task() == 1
    assert send_mail_task() == {"sent": 1}


def test_beat_knows_the_tasks_every_hour_and_every_minute(settings: Settings) -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE
    hourly, minutely = schedule["make-reminders"], schedule["send-mail"]

    assert {hourly["task"], minutely["task"]} <= set(app.tasks)
    assert (hourly["schedule"].minute, len(hourly["schedule"].hour)) == ({0}, 24)
    assert minutely["schedule"] == 60
