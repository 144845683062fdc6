"""The pages of a closed review: who sees them, what they tell, and that nothing later changes a published one."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from tests import factories
from tests.reporting.sealed import Sealed, make_sealed

REVIEW = "/reviews/2026-27-h1/"
PAGES = (
    "",
    "changes/",
    "changes/?since=2025-26-h2",
    "exceptions/",
    "aims/1/",
    "aims/2/",
    "activities/1.1.1/",
    "activities/1.1.3/",
    "appendices/activities/",
    "appendices/activities/?rag=red&aim=1",
    "appendices/milestones/",
    "appendices/funding/",
    "appendices/changes/",
    "appendices/method/",
)


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


def as_role(role: UserRole | None) -> Client:
    client = Client()
    if role:
        client.force_login(factories.make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_of(client: Client, address: str) -> str:
    response: Any = client.get(f"{REVIEW}{address}")
    assert response.status_code == 200, address
    return unescape(response.content.decode())


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_every_page_is_there_for_the_board_before_publication_and_for_nobody_outside(sealed: Sealed) -> None:
    board = as_role(UserRole.BOARD)
    for address in PAGES:
        assert "Sealed, not yet agreed." in words(page_of(board, address)), address
    for client in (as_role(None), as_role(UserRole.PARTNER)):
        for address in PAGES:
            assert client.get(f"{REVIEW}{address}").status_code == 404, address
