"""Two sealed reviews, the first one published, and how the API is asked for what they told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.choices import UserRole
from accounts.models import User
from reporting.api import then
from tests.factories import make_user
from tests.reporting.published import opened
from tests.reporting.sealed import FIRST_CLOSED, Sealed, make_sealed, review_of

TODAY = date(2026, 11, 23)
FIRST, SECOND = "2025-26-h2", "2026-27-h1"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(then, "timezone", SimpleNamespace(localdate=lambda: TODAY))


@pytest.fixture(scope="module")
def sealed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """Two sealed reviews, the first one published; every test here is rolled back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = make_sealed()
        opened(found, review_of(found.first), FIRST_CLOSED)
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def board(client: Client) -> Client:
    return signed_in(make_user(UserRole.BOARD))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == status, response.content
    return response.json()


def rows(client: Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(client, address)["results"]
    return found


def numbers(client: Client, address: str) -> list[str]:
    return [row["number"] for row in rows(client, address)]


def position(client: Client, number: str, query: str = "") -> Any:
    return ask(client, f"activities/{number}/?include=position{query}")["included"]["position"]
