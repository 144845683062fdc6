"""Aggregation at work in several threads at once, and what it found."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection

from reporting.models import Summary
from reporting.services import process_events
from tests.factories import IN_ROUND


def process() -> int:
    return process_events(now=IN_ROUND)


def summary(scope: str = "strategy", key: str = "") -> Summary:
    return Summary.objects.select_related("worst").get(scope=scope, key=key)


def in_threads(*functions: Callable[[], Any]) -> list[Future[Any]]:
    """Run each in a thread with a database connection of its own, and wait for all."""

    def run(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [pool.submit(run, function) for function in functions]


def wait_until(condition: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def somebody_waits_for_a_turn() -> bool:
    return locks_held(granted=False) > 0


def somebody_waits() -> bool:
    """Whether another connection of this database, not of one that a test beside this one uses, waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0]) > 0


def locks_held(granted: bool = True) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [granted],
        )
        return int(cursor.fetchone()[0])
