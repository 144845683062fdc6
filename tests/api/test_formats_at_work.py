"""Long lists as gunicorn streams them: from one snapshot, in constant memory, and never a part that looks whole."""

from __future__ import annotations

import gc
import http.client
import json
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from django.db import connection
from django.test import Client

from aims.models import KeyActivity
from tests.bench.dashboard import wait_for
from tests.factories import make_activity
from tests.worker import own_database_url
from wmca_tracker.api.formats import files, whole
from wmca_tracker.local.children import stop_together
from wmca_tracker.local.programs import HOST, web
from wmca_tracker.local.redis_server import free_port

PATIENCE = 60.0
LONG = "A long wording. " * 250  # so that a part of the list fills what lies between the server and its reader


def make_activities(count: int, wording: str = "Wording", objective: str = "1.1") -> None:
    """So many activities under one objective, written at once."""
    first = make_activity(f"{objective}.1", description=wording)
    rows = [
        KeyActivity(
            strategy=first.strategy,
            objective=first.objective,
            owner=first.owner,
            number=f"{objective}.{place}",
            description=wording,
            role=first.role,
            kind=first.kind,
        )
        for place in range(2, count + 1)
    ]
    KeyActivity.objects.bulk_create(rows, batch_size=2_000)


def apart(work: Any) -> None:
    """Do something on a connection of its own, as another process would."""

    def done() -> None:
        work()
        connection.close()

    thread = Thread(target=done)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_file_tells_how_things_stood_when_it_began(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SHORT", 3)
    monkeypatch.setattr(whole, "BATCH", 2)
    make_activities(9)
    before = client.get("/api/v1/activities/").json()["results"]
    pieces = iter(cast(Any, client.get("/api/v1/activities.json")))
    began = [next(pieces), next(pieces)]

    def change() -> None:
        make_activity("1.1.10")
        KeyActivity.objects.filter(number="1.1.5").update(description="Another wording")
        KeyActivity.objects.filter(number="1.1.7").update(retired_on="2026-01-01")

    apart(change)

    assert json.loads(b"".join([*began, *pieces]))["results"] == before
    assert client.get("/api/v1/activities/").json()["results"] != before


@pytest.mark.django_db(transaction=True)
def test_what_is_left_half_read_leaves_no_transaction_behind(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SHORT", 3)
    monkeypatch.setattr(whole, "BATCH", 2)
    make_activities(9)
    response = client.get("/api/v1/activities.csv")
    pieces = iter(cast(Any, response))
    next(pieces), next(pieces)
    states = [connection.in_atomic_block]
    response.close()
    states.append(connection.in_atomic_block)

    assert states == [True, False]
    make_activity("1.1.10")  # writing goes on


@pytest.mark.django_db
def test_memory_does_not_grow_with_the_list(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SHORT", 3)
    monkeypatch.setattr(whole, "BATCH", 20)
    make_activities(60, LONG, "1.1")
    make_activities(480, LONG, "1.2")
    client.get("/api/v1/activities.csv?objective=1.1").getvalue()  # fills what is kept for good

    assert held(client, "1.2") < 1.5 * held(client, "1.1")


def held(client: Client, objective: str) -> int:
    """The most memory that Python held on to while a list was read, in bytes."""
    most = 0
    gc.freeze()
    tracemalloc.start()
    for _ in cast(Any, client.get(f"/api/v1/activities.csv?objective={objective}")):
        gc.collect()
        most = max(most, tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    gc.unfreeze()
    return most


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """gunicorn as `up` runs it, on the test's database; its port."""
    (tmp_path / "logs").mkdir()
    port = free_port()
    child = web(tmp_path, port)
    child = replace(
        child, environment={**child.environment, "DATABASE_URL": own_database_url(), "WEB_CONCURRENCY": "1"}
    )
    child.start()
    try:
        wait_for(port)
        yield port
    finally:
        stop_together([child])


def test_a_reader_is_told_whether_a_file_is_whole(server: int) -> None:
    make_activities(2_000, LONG)
    with closing(http.client.HTTPConnection(HOST, server, timeout=PATIENCE)) as reader:
        reader.request("GET", "/api/v1/activities.json")
        answer = reader.getresponse()
        assert (answer.status, answer.getheader("Transfer-Encoding")) == (200, "chunked")
        assert len(json.loads(answer.read())["results"]) == 2_000

        reader.request("GET", "/api/v1/activities.csv")
        answer = reader.getresponse()
        assert answer.read(10)
        end_who_waits_in_a_transaction()

        with pytest.raises(http.client.IncompleteRead):
            answer.read()


def end_who_waits_in_a_transaction() -> None:
    """The stream, once its reader keeps it waiting."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while cursor.rowcount != 1:
            assert time.monotonic() < deadline
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
            )
