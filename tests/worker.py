"""A real Celery worker on the test database: `celery_worker_process` in a `transaction=True` test."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from django.db import connection

from wmca_tracker.celery import app
from wmca_tracker.local.children import Child, stop_together
from wmca_tracker.local.programs import worker

PATIENCE = 300.0  # a machine with much else to do is slow, not wrong
QUEUE = "celery"


class WorkerProcess:
    """One worker with four processes of its own; its queue is this test process's alone."""

    def __init__(self, child: Child) -> None:
        self.child = child

    @property
    def pid(self) -> int:
        assert self.child.process is not None
        return self.child.process.pid

    def start(self) -> None:
        self.child.start()
        deadline = time.monotonic() + PATIENCE
        while not app.control.ping(timeout=0.5):
            assert self.child.running, self.child.last_words(40)
            assert time.monotonic() < deadline, self.child.last_words(40)

    def stop(self) -> None:
        stop_together([self.child])

    def serve(self) -> None:
        """Take tasks, from an empty queue."""
        app.control.purge()
        if not self.child.running:
            self.start()
        app.control.add_consumer(QUEUE, reply=True, limit=1, timeout=PATIENCE)

    def rest(self) -> None:
        """Take no more tasks, and finish those at hand: one that still writes would lock the tables to be emptied."""
        if self.child.running:
            app.control.cancel_consumer(QUEUE, reply=True, limit=1, timeout=PATIENCE)
            self.finish()

    def finish(self) -> None:
        """Wait until nothing is at hand."""
        deadline = time.monotonic() + PATIENCE
        while self._at_hand():
            assert time.monotonic() < deadline, self.child.last_words(40)
            time.sleep(0.05)

    def _at_hand(self) -> list[Any]:
        inspect = app.control.inspect(limit=1, timeout=PATIENCE)
        answers = [inspect.active() or {}, inspect.reserved() or {}]
        return [task for answer in answers for tasks in answer.values() for task in tasks]

    def children(self) -> list[int]:
        """The processes that do the work, to be killed by a test that wants to."""
        return [child.pid for child in psutil.Process(self.pid).children()]


def own_database_url() -> str:
    """DATABASE_URL, with the database that this test process uses in place of the named one."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    folder: Path = tmp_path_factory.mktemp("worker")
    (folder / "logs").mkdir()
    child = worker(folder)
    environment = {**child.environment, "DATABASE_URL": own_database_url()}
    command = [*child.command, "--concurrency", "4"]
    process = WorkerProcess(replace(child, command=command, environment=environment))
    yield process
    process.stop()


@pytest.fixture
def celery_worker_process(worker_process: WorkerProcess, transactional_db: None) -> Iterator[WorkerProcess]:
    """At work for this test, from an empty queue; started at the first use, and again where a test has killed it."""
    worker_process.serve()
    yield worker_process
    worker_process.rest()
