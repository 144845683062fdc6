"""What has drifted, and what only looks so."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest

from aims.services.dates import add_milestone, complete_milestone
from reporting.models import Position, Summary
from reporting.services import check_drift, close_review, process_events
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_period,
    make_user,
)
from tests.reporting.at_work import process, summary

pytestmark = pytest.mark.django_db(transaction=True)


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
