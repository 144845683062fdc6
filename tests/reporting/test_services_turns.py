"""Several tasks at once: each event has one effect, and whoever writes last is right."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from aims.models import KeyActivity
from reporting import locks
from reporting.models import EventPosition
from reporting.summaries import sums
from tests.factories import (
    make_activity,
    make_approved,
    make_period,
)
from tests.reporting.at_work import in_threads, process, somebody_waits_for_a_turn, summary, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_event_taken_by_four_at_once_has_one_effect() -> None:
    make_period()
    process()
    make_approved(make_activity())
    start = threading.Barrier(4)

    def run() -> int:
        start.wait()
        return process()

    done = in_threads(*[run] * 4)

    assert sum(future.result() for future in done) == 2
    assert list(EventPosition.objects.order_by("position").values_list("position", flat=True)) == [1, 2]
    assert (summary().activities, summary().updated) == (1, 1)


@pytest.fixture
def slow_writer(monkeypatch: pytest.MonkeyPatch) -> SlowWriter:
    return SlowWriter(monkeypatch)


class SlowWriter:
    """Two tasks on different events of one aim: the first has added up its sums, and writes them last.

    It goes on once the second has finished, or waits for a turn.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.added_up = threading.Event()
        self.second_done = threading.Event()
        self.first: int | None = None
        write = sums._write

        def write_last(*arguments: Any) -> None:
            if threading.get_ident() == self.first:
                self.added_up.set()
                wait_until(lambda: self.second_done.is_set() or somebody_waits_for_a_turn())
            write(*arguments)

        monkeypatch.setattr(sums, "_write", write_last)

    def run(self, first: KeyActivity, second: KeyActivity) -> None:
        process()
        make_approved(first)

        def run_first() -> int:
            self.first = threading.get_ident()
            return process()

        def run_second() -> int:
            assert self.added_up.wait(300)
            make_approved(second)
            try:
                return process()
            finally:
                self.second_done.set()

        for future in in_threads(run_first, run_second):
            assert future.result() == 2


def test_without_turns_the_slower_task_forgets_what_the_other_counted(
    slow_writer: SlowWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_period()
    monkeypatch.setattr(locks, "take_turns", lambda numbers: None)

    slow_writer.run(make_activity("1.1.1"), make_activity("1.2.1"))

    assert summary("aim", "1").updated == 1


def test_with_turns_the_slower_task_writes_last_and_right(slow_writer: SlowWriter) -> None:
    make_period()

    slow_writer.run(make_activity("1.1.1"), make_activity("1.2.1"))

    assert summary("aim", "1").updated == 2
    assert summary().updated == 2
