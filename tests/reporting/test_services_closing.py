"""Closing a round."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from aims.choices import PeriodState
from aims.errors import Refused
from aims.models import ReviewPeriod
from aims.services.periods import begin_closing, ensure_periods, finish_closing
from reporting.models import EventPosition
from reporting.services import close_review, rebuild
from reporting.services import closing as closing_service
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_period,
    make_submitted,
)
from tests.reporting.at_work import in_threads, locks_held, summary
from tests.reporting.random_history import ON

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_DAY = date(2026, 10, 2)


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


def test_half_years_made_today_leave_the_closing_of_a_past_round_in_the_past() -> None:
    make_activity("1.1.1")
    period = make_period()
    ensure_periods(on=IN_ROUND.date() + timedelta(days=900), now=IN_ROUND + timedelta(days=900))

    assert close_review(period=period, by=None, now=IN_ROUND).closed_at == IN_ROUND
