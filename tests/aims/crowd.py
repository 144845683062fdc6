"""Eight people at the same instant: long-lived threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from django.db import DatabaseError, connection, connections

from aims.errors import AimsError

EIGHT = 8
PATIENCE = 20.0
Call = Callable[[], object]


class Crowd:
    """Writers that start together, once a round; a refusal is an answer too."""

    def __init__(self) -> None:
        self.start_line = threading.Barrier(EIGHT)
        self.tasks: list[SimpleQueue[Call | None]] = [SimpleQueue() for _ in range(EIGHT)]
        self.answers: list[SimpleQueue[Any]] = [SimpleQueue() for _ in range(EIGHT)]
        self.threads = [threading.Thread(target=self._serve, args=(place,), daemon=True) for place in range(EIGHT)]
        for thread in self.threads:
            thread.start()

    def race(self, calls: Sequence[Call]) -> list[Any]:
        """The answers of eight calls that start at the same instant, in the order of the calls."""
        for tasks, call in zip(self.tasks, calls, strict=True):
            tasks.put(call)
        return [answers.get(timeout=PATIENCE) for answers in self.answers]

    def go_home(self) -> None:
        """Let the threads end, and their connections with them."""
        for tasks in self.tasks:
            tasks.put(None)
        for thread in self.threads:
            thread.join(PATIENCE)

    def _serve(self, place: int) -> None:
        while (call := self.tasks[place].get()) is not None:
            self.answers[place].put(self._answer(call))
        connections.close_all()

    def _answer(self, call: Call) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '15s'")
            self.start_line.wait(PATIENCE)
            return call()
        except (AimsError, DatabaseError) as error:
            return error


def meeting_after(step: Callable[..., Any], patience: float = 2.0) -> Callable[..., Any]:
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
