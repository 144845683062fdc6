"""Aggregation by its services: what an event moves, turns that are taken, closing a round."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from aims.choices import PeriodState
from aims.errors import Refused
from aims.models import Event, KeyActivity, Milestone, ReviewPeriod
from aims.services.dates import add_milestone, complete_milestone
from aims.services.periods import begin_closing, finish_closing, open_period
from reporting import locks
from reporting.models import EventPosition, Position, Summary
from reporting.services import check_drift, close_review, process_events, rebuild
from reporting.services import closing as closing_service
from reporting.services import events as events_service
from reporting.summaries import sums
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_period,
    make_red_values,
    make_submitted,
    make_user,
)
from tests.reporting.random_history import ON, RandomHistory

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_DAY = date(2026, 10, 2)


def process() -> int:
    return process_events(now=IN_ROUND)


def summary(scope: str = "strategy", key: str = "") -> Summary:
    return Summary.objects.select_related("worst").get(scope=scope, key=key)


def test_an_approved_update_moves_its_position_and_every_scope_around_it() -> None:
    make_period()
    activity, _ = make_activity("1.1.1"), make_activity("2.1.1")
    process()
    make_approved(activity)

    assert process() == 2

    position = Position.objects.get(activity=activity)
    assert (position.mark, position.is_due) == ("green", True)
    scopes = [("strategy", ""), ("aim", "1"), ("objective", "1.1"), ("role", "deliver")]
    scopes.append(("organisation", activity.owner.organisation.slug))
    assert [summary(*scope).green for scope in scopes] == [1] * 5
    assert [summary(*scope).updated for scope in (("aim", "2"), ("objective", "2.1"))] == [0, 0]
    assert summary().no_update == 1


def test_what_is_only_submitted_counts_for_nothing_and_still_gets_its_place_in_the_feed() -> None:
    make_period()
    update = make_submitted(make_activity())

    process()

    assert summary().updated == 0
    assert EventPosition.objects.filter(event__update=update).count() == 1


def test_the_feed_numbers_events_from_one_without_a_gap() -> None:
    make_period()
    for number in range(1, 4):
        make_approved(make_activity(f"1.1.{number}"))
        process()

    assert list(EventPosition.objects.order_by("event").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_events_are_taken_in_batches_until_none_is_left() -> None:
    make_period()
    for number in range(1, 4):
        make_approved(make_activity(f"1.1.{number}"))

    assert process_events(now=IN_ROUND, limit=2) == 6
    assert process() == 0


def test_an_event_that_becomes_visible_late_is_found_by_looking_at_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    make_period()
    make_approved(make_activity())
    first, *_ = Event.objects.order_by("pk")
    process()
    EventPosition.objects.filter(event=first).delete()
    monkeypatch.setattr(events_service, "LOOK_BACK", 0)

    assert process() == 0
    assert process_events(now=IN_ROUND, everything=True) == 1


def test_a_milestone_moves_the_open_round_though_it_names_no_period() -> None:
    period = make_period()
    activity = make_activity()
    late = period.ends - timedelta(days=30)
    office = make_user()
    milestone = add_milestone(activity=activity, title="Open", baseline_date=late, by=office, now=IN_ROUND)
    process()
    assert summary().overdue_milestones == 1

    complete_milestone(milestone=milestone, completed_on=late, evidence="It opened.", by=office, now=IN_ROUND)
    process()

    assert summary().overdue_milestones == 0


def test_opening_a_round_builds_all_of_it() -> None:
    make_activity("1.1.1")
    make_activity("1.1.2")
    period = make_period(state=PeriodState.SCHEDULED)
    process()
    assert not Position.objects.exists()

    open_period(period=period, by=make_user(), now=IN_ROUND)
    process()

    assert summary().never_reported == 2


def test_a_new_day_moves_what_is_overdue_without_any_event() -> None:
    period = make_period()
    Milestone.objects.create(
        activity=make_activity(), position=1, title="Open", baseline_date=period.ends - timedelta(days=2)
    )
    two_days = timedelta(days=20)
    process_events(now=IN_ROUND - two_days)
    assert (summary().as_at, summary().overdue_milestones) == (date(2026, 9, 22), 0)

    process()

    assert (summary().as_at, summary().overdue_milestones) == (period.ends, 1)


def test_a_closed_period_never_moves_by_events() -> None:
    history = RandomHistory(6, activities=10)
    rebuild(period=history.periods[0], on=ON)
    before = rows_of(history.periods[0])
    add_milestone(
        activity=history.activities[0], title="Old", baseline_date=date(2025, 1, 1), by=history.author, now=IN_ROUND
    )
    process()

    assert rows_of(history.periods[0]) == before


# Turns


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
            assert self.added_up.wait(60)
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


# Closing


def test_closing_counts_everything_approved_as_it_stood_on_the_last_day() -> None:
    period = make_period()
    make_period(NEXT_DAY, PeriodState.SCHEDULED)
    make_approved(make_activity())

    closed = close_review(period=period, by=None, now=IN_ROUND)

    assert (closed.state, closed.closed_at) == (PeriodState.CLOSED, IN_ROUND)
    assert (summary().as_at, summary().updated) == (period.ends, 1)
    assert EventPosition.objects.exists()
    assert not rebuild(period=closed, on=ON, check=True)


def test_what_was_not_signed_off_goes_to_the_next_period() -> None:
    period = make_period()
    following = make_period(NEXT_DAY, PeriodState.SCHEDULED)
    update = make_submitted(make_activity())

    close_review(period=period, by=None, now=IN_ROUND)

    update.refresh_from_db()
    assert update.period == following
    assert ReviewPeriod.objects.get(pk=following.pk).state == PeriodState.SCHEDULED


def test_a_failure_returns_the_period_to_open_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    period = make_period()
    make_approved(make_activity())

    def fail(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(closing_service, "finish_closing", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        close_review(period=period, by=None, now=IN_ROUND + timedelta(days=-20))

    period.refresh_from_db()
    assert (period.state, period.closed_at) == (PeriodState.OPEN, None)
    assert summary().as_at == date(2026, 9, 22)
    assert locks_held() == 0


def test_closing_reads_one_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    period = make_period()
    make_period(NEXT_DAY, PeriodState.SCHEDULED)
    make_activity()
    levels = []

    def noted(**named: Any) -> ReviewPeriod:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            levels.append(cursor.fetchone()[0])
        return finish_closing(**named)

    monkeypatch.setattr(closing_service, "finish_closing", noted)
    close_review(period=period, by=None, now=IN_ROUND)

    assert levels == ["repeatable read"]


def test_a_closing_that_a_crash_left_behind_is_taken_up() -> None:
    period = make_period()
    make_activity()
    begin_closing(period=period, by=None, now=IN_ROUND)

    assert close_review(period=period, by=None, now=IN_ROUND).state == PeriodState.CLOSED


def test_a_round_is_closed_once_however_many_ask() -> None:
    period = make_period()
    make_activity()
    done = in_threads(*[lambda: close_review(period=period, by=None, now=IN_ROUND)] * 2)

    failures = [future.exception() for future in done]
    assert {type(failure) for failure in failures} == {Refused, type(None)}
    assert ReviewPeriod.objects.get().state == PeriodState.CLOSED


def test_closing_works_inside_a_transaction_of_the_caller() -> None:
    period = make_period()
    make_approved(make_activity())

    with transaction.atomic():
        close_review(period=period, by=None, now=IN_ROUND)

    assert ReviewPeriod.objects.get().state == PeriodState.CLOSED
    assert summary().updated == 1


# Drift


def test_drift_of_an_open_round_is_logged_and_repaired(caplog: pytest.LogCaptureFixture) -> None:
    make_period()
    make_approved(make_activity())
    process()
    Summary.objects.filter(scope="aim").update(green=7)

    with caplog.at_level(logging.ERROR):
        assert check_drift(now=IN_ROUND) == 1

    assert [record.getMessage() for record in caplog.records] == ["drift in 2026-27-h1: summary aim 1"]
    assert summary("aim", "1").green == 1


def test_drift_of_a_closed_period_is_logged_and_left(caplog: pytest.LogCaptureFixture) -> None:
    period = make_period()
    make_approved(make_activity())
    close_review(period=period, by=None, now=IN_ROUND)
    Position.objects.update(mark="red")

    with caplog.at_level(logging.ERROR):
        assert check_drift(now=IN_ROUND) > 0

    assert "drift in 2026-27-h1: position 1.1.1" in [record.getMessage() for record in caplog.records]
    assert Position.objects.get().mark == "red"


def test_a_new_day_is_no_drift() -> None:
    make_period()
    make_approved(make_activity())
    process_events(now=IN_ROUND - timedelta(days=15))

    assert check_drift(now=IN_ROUND) == 0
    assert summary().as_at == date(2026, 9, 30)


def test_what_is_recorded_after_closing_is_no_drift_of_the_closed_period() -> None:
    period = make_period()
    activity = make_activity()
    office = make_user()
    milestone = add_milestone(
        activity=activity, title="Open", baseline_date=period.ends - timedelta(days=30), by=office, now=IN_ROUND
    )
    close_review(period=period, by=None, now=IN_ROUND)
    later = IN_ROUND + timedelta(days=1)

    complete_milestone(milestone=milestone, completed_on=period.starts, evidence="It opened.", by=office, now=later)
    add_milestone(activity=activity, title="Old", baseline_date=period.starts, by=office, now=later)

    assert check_drift(now=later) == 0


def test_a_rating_out_of_an_update_reaches_the_headline_and_the_worst_member() -> None:
    make_period()
    good, bad = make_activity("1.1.1"), make_activity("1.1.2")
    make_approved(good)
    make_approved(bad, **vars_of_red())
    process()

    objective = summary("objective", "1.1")
    assert (objective.headline, objective.red, objective.worst) == ("amber", 1, bad)


def vars_of_red() -> dict[str, Any]:
    red = make_red_values()
    return {name: getattr(red, name) for name in RED_FIELDS}


RED_FIELDS = ("rag", "forecast_rag", "cause", "impact", "action", "action_owner", "action_by", "return_to_green")


# What these tests stand on


def in_threads(*functions: Callable[[], Any]) -> list[Future[Any]]:
    """Run each in a thread with a database connection of its own, and wait for all."""

    def run(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [pool.submit(run, function) for function in functions]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def somebody_waits_for_a_turn() -> bool:
    return locks_held(granted=False) > 0


def locks_held(granted: bool = True) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [granted],
        )
        return int(cursor.fetchone()[0])


def rows_of(period: ReviewPeriod) -> list[Any]:
    positions = Position.objects.filter(period=period).order_by("pk").values_list()
    return [*positions, *Summary.objects.filter(period=period).order_by("pk").values_list()]
