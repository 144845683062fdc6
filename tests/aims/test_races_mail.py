"""Two beats and two senders at once, on real threads and connections."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections
from django.db.models import QuerySet

from accounts.models import User
from aims.models import Mail, Notice
from aims.selectors.reminders import planned_reminders
from aims.services import mailing, sending
from aims.services.mailing import make_reminders
from aims.services.sending import Outcome, send_waiting
from tests.aims.test_services_mailing import at
from tests.factories import make_activity, make_period, make_user
from tests.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at(date(2026, 10, 28))
PEOPLE = 6
SENDERS = 4
PATIENCE = 300.0  # a machine with much else to do is slow, not wrong
A_MOMENT = 1.0
Call = Callable[[], Any]


def in_a_thread(call: Call) -> Any:
    """The answer, or the database's refusal."""
    try:
        return call()
    except DatabaseError as error:
        return error
    finally:
        connections.close_all()


def at_once(call: Call, times: int) -> list[Any]:
    with ThreadPoolExecutor(times) as pool:
        return [each.result(PATIENCE) for each in [pool.submit(in_a_thread, call) for _ in range(times)]]


@pytest.fixture
def people() -> list[User]:
    make_period()
    owner = make_activity("1.1.1").owner
    return [make_user(holds=owner) for _ in range(PEOPLE)]


@pytest.fixture
def waiting(people: list[User]) -> None:
    """A mail to each of them."""
    make_reminders(now=NOW)


@pytest.fixture
def no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "_take_turns", lambda: None)


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Two beats both look for what is to be told before either writes, unless the lock keeps one waiting."""
    barrier, look = threading.Barrier(2), planned_reminders
    patience = PATIENCE if "no_turns" in request.fixturenames else A_MOMENT

    def together(on: date) -> Any:
        found = look(on)
        try:
            barrier.wait(patience)
        except threading.BrokenBarrierError:
            return found
        return found

    monkeypatch.setattr(mailing, "planned_reminders", together)


@pytest.mark.usefixtures("met")
def test_two_beats_at_once_remind_everybody_once(people: list[User]) -> None:
    assert sorted(at_once(lambda: make_reminders(now=NOW), 2)) == [0, PEOPLE]
    assert Notice.objects.count() == Mail.objects.count() == PEOPLE


@pytest.mark.usefixtures("met", "no_turns")
def test_without_the_lock_the_second_beat_meets_the_constraint(people: list[User]) -> None:
    answers = at_once(lambda: make_reminders(now=NOW), 2)

    assert Counter(type(answer) for answer in answers) == {int: 1, IntegrityError: 1}
    assert Notice.objects.count() == Mail.objects.count() == PEOPLE


@pytest.mark.usefixtures("waiting")
def test_of_several_senders_at_once_each_mail_is_sent_by_one(mail_server: MailServer) -> None:
    mail_server.delay = 0.05

    sent = sum(tally[Outcome.SENT] for tally in at_once(lambda: send_waiting(now=NOW), SENDERS))

    assert sent == len(mail_server.taken) == len(set(mail_server.addresses())) == PEOPLE
    assert not Mail.objects.waiting().exists()


@pytest.mark.usefixtures("waiting")
def test_without_the_turn_the_lock_of_the_row_still_keeps_a_mail_from_going_twice(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.delay = 0.05
    monkeypatch.setattr(sending, "_is_my_turn", lambda: True)

    at_once(lambda: send_waiting(now=NOW), SENDERS)

    assert sorted(mail_server.addresses()) == sorted(set(mail_server.addresses()))
    assert len(mail_server.taken) == PEOPLE


@pytest.mark.usefixtures("waiting")
def test_without_either_lock_a_mail_goes_twice(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have chosen the first mail before one of them sends it."""
    all_have_chosen, hand_over, begun = threading.Barrier(SENDERS), sending._hand_over, threading.local()

    def hand_over_together(*given: Any) -> Any:
        if not hasattr(begun, "at"):
            begun.at = all_have_chosen.wait(PATIENCE)
        return hand_over(*given)

    monkeypatch.setattr(sending, "_hand_over", hand_over_together)
    monkeypatch.setattr(sending, "_is_my_turn", lambda: True)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)

    at_once(lambda: send_waiting(now=NOW), SENDERS)

    assert len(mail_server.taken) > PEOPLE
