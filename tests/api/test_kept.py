"""Answers to readers who are not signed in are kept, and never older than what stands."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import UserRole
from aims.models import KeyActivity
from tests.factories import make_activity, make_user

ITEM, LIST = "/api/v1/activities/1.1.1/", "/api/v1/activities/"
OWN_HEADERS = ("Link", "ETag", "Content-Type", "Vary", "Cache-Control")
PATIENCE = 60.0  # seconds
committed = pytest.mark.django_db(transaction=True)


def ask(path: str, client: Client | None = None) -> tuple[Any, int]:
    """The answer, and how many queries it took."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return answer, len(queries)


def ask_in_a_quiet_moment(path: str) -> tuple[Any, int]:
    """Asked until it was kept: whoever writes in another database of the server moves the snapshot too."""
    deadline = time.monotonic() + PATIENCE
    while (found := ask(path))[1] > 1 and time.monotonic() < deadline:
        pass
    return found


def reword(words: str) -> None:
    KeyActivity.objects.filter(number="1.1.1").update(description=words)


@committed
@pytest.mark.parametrize("path", [ITEM, LIST, f"{LIST}?page_size=1"])
def test_the_next_reader_gets_the_same_answer_for_one_query(path: str) -> None:
    make_activity("1.1.1")
    make_activity("1.1.2")
    first, _ = ask(path)
    second, queries = ask_in_a_quiet_moment(path)

    assert queries == 1
    assert second.content == first.content
    assert [second.get(name) for name in OWN_HEADERS] == [first.get(name) for name in OWN_HEADERS]


@committed
def test_whatever_is_committed_is_told_to_the_next_reader() -> None:
    make_activity("1.1.1")
    ask(ITEM)
    reword("Other words")

    assert ask(ITEM)[0].json()["description"] == "Other words"


@committed
def test_what_is_not_yet_committed_is_told_to_nobody_and_then_to_all() -> None:
    make_activity("1.1.1")
    before = ask(ITEM)[0].content
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            reword("Other words")
            assert elsewhere.submit(read_elsewhere).result() == before
            assert ask(ITEM)[0].json()["description"] == "Other words"
        assert b"Other words" in elsewhere.submit(read_elsewhere).result()


def read_elsewhere() -> Any:
    """What another connection is told."""
    try:
        return Client().get(ITEM).content
    finally:
        connections.close_all()


@committed
def test_what_somebody_is_told_who_is_signed_in_is_kept_for_nobody() -> None:
    make_activity("1.1.1")
    client = Client()
    client.force_login(make_user(UserRole.OFFICE), backend="allauth.account.auth_backends.AuthenticationBackend")
    _, first = ask(ITEM, client)
    _, second = ask(ITEM, client)

    assert second == first > 1


@committed
def test_addresses_in_a_kept_answer_are_those_of_the_host_that_was_asked() -> None:
    make_activity("1.1.1")
    ask(ITEM)

    assert Client(headers={"host": "127.0.0.1"}).get(ITEM).json()["url"].startswith("http://127.0.0.1/")


@pytest.mark.django_db
def test_whoever_has_written_in_a_transaction_reads_what_they_wrote() -> None:
    make_activity("1.1.1")
    ask(ITEM)
    reword("Other words")

    assert ask(ITEM)[0].json()["description"] == "Other words"
