"""Closing a round from the desk: what it says first, who may, and what a crash leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind, PeriodState
from aims.models import Event, KeyActivity, ReviewPeriod
from aims.services.periods import begin_closing
from reporting.services import closing as closing_service
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_extension,
    make_period,
    make_submitted,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)
NAMED = {"period": "2026-27-h1"}


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


@pytest.fixture
def office() -> User:
    return make_user(UserRole.OFFICE)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def desk(office: User) -> Client:
    return signed_in(office)


@pytest.fixture
def period() -> ReviewPeriod:
    """Four activities, one of each: approved, sent, begun, silent."""
    period = make_period()
    make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    make_approved(make_activity("1.1.1"))
    make_submitted(make_activity("1.1.2"))
    make_draft(make_activity("1.1.3"))
    make_activity("1.1.4")
    return period


def words(client: Client) -> str:
    return " ".join(client.get("/round/close/").content.decode().split())


def test_the_page_says_what_closing_would_do_and_does_nothing(desk: Client, period: ReviewPeriod) -> None:
    page = words(desk)

    assert "1 of 4 updates are approved and count." in page
    assert "<strong>3 activities</strong> that are due will count as “no update”." in page
    assert "2 updates not approved yet go to 2026/27 H2." in page
    assert "<strong>2 posts still have time</strong>" in page
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_who_still_has_time_is_named_with_the_extension(
    office: User, period: ReviewPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = KeyActivity.objects.get(number="1.1.4").owner
    make_extension(period, silent, until=date(2026, 11, 10))
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND.replace(month=11, day=6))

    page = words(signed_in(office))

    assert f"<strong>1 post still has time</strong>: {silent.title} until 10 November." in page


def test_closing_hands_on_what_was_not_approved_and_names_who_closed(
    desk: Client, period: ReviewPeriod, office: User
) -> None:
    answer = desk.post("/round/close/", NAMED)

    assert (answer.status_code, answer["Location"]) == (302, "/reviews/2026-27-h1/")
    period.refresh_from_db()
    assert period.state == PeriodState.CLOSED
    assert period.updates.count() == 1
    assert Event.objects.get(kind=EventKind.PERIOD_CLOSED).by == office


@pytest.mark.parametrize("posted", [{}, {"period": "2026-27-h2"}])
def test_a_page_about_another_round_closes_nothing(desk: Client, period: ReviewPeriod, posted: dict[str, str]) -> None:
    answer = desk.post("/round/close/", posted)

    assert answer.status_code == 409
    assert "This is not the round that is under way" in answer.content.decode()
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_pressing_twice_says_how_it_stands(desk: Client, period: ReviewPeriod) -> None:
    desk.post("/round/close/", NAMED)

    answer = desk.post("/round/close/", NAMED)

    assert answer.status_code == 409
    assert "No round is under way" in answer.content.decode()
    assert Event.objects.filter(kind=EventKind.PERIOD_CLOSED).count() == 1


def test_without_a_round_the_page_leads_back_to_the_desk(desk: Client) -> None:
    assert desk.get("/round/close/")["Location"] == "/round/"


def test_a_refusal_is_said_and_the_round_goes_on(desk: Client, period: ReviewPeriod) -> None:
    earlier = {"starts": date(2020, 4, 1), "ends": date(2020, 9, 30), "submission_opens": date(2020, 10, 1)}
    ReviewPeriod.objects.filter(slug="2026-27-h2").update(**earlier)

    answer = desk.post("/round/close/", NAMED)

    assert answer.status_code == 409
    assert "Make the period after 2026/27 H1 first" in answer.content.decode()
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_a_failure_of_the_database_is_said_and_the_round_goes_on(
    desk: Client, period: ReviewPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any, **named: Any) -> None:
        raise OperationalError("the disk is full")

    monkeypatch.setattr(closing_service, "finish_closing", fail)

    answer = desk.post("/round/close/", NAMED)

    assert answer.status_code == 503
    assert "The round goes on as before" in answer.content.decode()
    assert "disk" not in answer.content.decode()
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_a_closing_that_a_crash_left_behind_is_finished(desk: Client, period: ReviewPeriod, office: User) -> None:
    begin_closing(period=period, by=office, now=IN_ROUND)
    assert "A closing is under way or was interrupted." in words(desk)

    desk.post("/round/close/", NAMED)

    period.refresh_from_db()
    assert period.state == PeriodState.CLOSED
