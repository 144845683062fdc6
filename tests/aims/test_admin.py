"""Rounds in the administration pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import UserRole
from aims.choices import PeriodState
from tests.factories import make_period, make_user

pytestmark = pytest.mark.django_db
ROUNDS = "/administration/aims/reviewperiod/"


@pytest.mark.parametrize(
    ("today", "deadline"),
    [
        (datetime(2026, 10, 12, 9, tzinfo=UTC), date(2026, 11, 4)),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 12, 28)),
    ],
    ids=["the usual day", "five weeks after a late start"],
)
def test_an_opened_round_takes_updates(monkeypatch: pytest.MonkeyPatch, today: datetime, deadline: date) -> None:
    monkeypatch.setattr(timezone, "now", lambda: today)
    period = make_period(state=PeriodState.SCHEDULED)
    client = Client()
    administrator = make_user(UserRole.ADMINISTRATOR)
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(ROUNDS, {"action": "open_round", "_selected_action": [period.pk]})
    period.refresh_from_db()
    assert (period.state, period.submission_closes) == (PeriodState.OPEN, deadline)


@pytest.mark.parametrize(("role", "finds"), [(UserRole.ADMINISTRATOR, True), (UserRole.OWNER, False)])
def test_an_administrator_finds_the_administration_from_every_page(role: UserRole, finds: bool) -> None:
    client = Client()
    client.force_login(make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert ('href="/administration/"' in client.get("/definitions/").content.decode()) is finds
