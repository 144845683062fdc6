"""Eight people at the same instant: long-lived threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, connection, connections

from aims.errors import AimsError

EIGHT = 8
PATIENCE = 300.0  # a machine with much else to do is slow, not wrong
Call = Callable[[], object]


class Crowd:
    """Writers that start together, once a round; a refusal is an answer too."""

    def __init__(self, size: int = EIGHT) -> None:
        self.start_line = threading.Barrier(size)
        self.people = [ThreadPoolExecutor(1, f"writer-{place}") for place in range(size)]

    def race(self, calls: Sequence[Call]) -> list[Any]:
        """The answers of as many calls that start at the same instant, in the order of the calls."""
        started = [person.submit(self._answer, call) for person, call in zip(self.people, calls, strict=True)]
        return [answer.result(PATIENCE) for answer in started]

    def go_home(self) -> None:
        """Let the threads end, and their connections with them."""
        for person in self.people:
            person.submit(connections.close_all).result(PATIENCE)
            person.shutdown()

    def _answer(self, call: Call) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '120s'")
        self.start_line.wait(PATIENCE)
        try:
            return call()
        except (AimsError, DatabaseError) as error:
            return error


def meeting_after(step: Callable[..., Any], patience: float = 120.0) -> Callable[..., Any]:
    """The step, after which all eight wait for each other: so all have read before any of them writes.

    Whoever waits for a lock before the step never arrives; the others then go on without them.
    """
    barrier = threading.Barrier(EIGHT)

    def slowly(*given: Any, **named: Any) -> Any:
        answer = step(*given, **named)
        if threading.current_thread() is not threading.main_thread():
            with suppress(threading.BrokenBarrierError):
                barrier.wait(patience)
        return answer

    return slowly
