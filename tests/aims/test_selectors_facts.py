"""What is known of activities' delivery, against the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from aims.choices import DateField, Decision, PeriodState, Rag, State
from aims.models import KeyActivity, ReviewPeriod
from aims.selectors.facts import last_approved, standing, standings, values_of
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_agreed_date_change,
    make_approved,
    make_date_change,
    make_draft,
    make_milestone,
    make_period,
    make_submitted,
)

END = date(2027, 3, 31)
LAST_ROUND = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
COMPLETE: dict[str, Any] = {"state": State.COMPLETE, "rag": None, "forecast_rag": None, "evidence": "The line is open."}


pytestmark = pytest.mark.django_db


@pytest.fixture
def previous(db: None) -> ReviewPeriod:
    """2025/26 H2, open until a test closes it: see `move_on`."""
    return make_period(date(2026, 3, 31))


def move_on(previous: ReviewPeriod) -> ReviewPeriod:
    """Close the round and open the next, 2026/27 H1."""
    ReviewPeriod.objects.filter(pk=previous.pk).update(state=PeriodState.CLOSED, closed_at=LAST_ROUND)
    return make_period()


def test_without_any_date_change_the_baseline_is_what_was_agreed(period: ReviewPeriod) -> None:
    activity = make_activity(baseline_start=date(2026, 4, 1), baseline_end=END)

    found = standing(activity, period)

    assert (found.start, found.end, found.agreed_moves) == (date(2026, 4, 1), END, 0)


def test_the_last_agreed_date_stands_and_every_agreed_move_counts(period: ReviewPeriod) -> None:
    activity = make_activity(baseline_end=END)
    moved_on = [(date(2027, 6, 30), datetime(2026, 9, 2, tzinfo=UTC)), (date(2027, 5, 31), IN_ROUND)]
    for proposed, decided in reversed(moved_on):
        make_agreed_date_change(activity, proposed_date=proposed, decided_at=decided)

    found = standing(activity, period)

    assert (found.end, found.agreed_moves) == (date(2027, 5, 31), 2)


def test_what_is_asked_or_declined_moves_nothing(period: ReviewPeriod) -> None:
    activity = make_activity(baseline_end=END)
    make_date_change(activity)
    make_agreed_date_change(activity, decision=Decision.DECLINED)

    found = standing(activity, period)

    assert (found.end, found.agreed_moves) == (END, 0)


def test_a_move_of_the_start_leaves_the_end(period: ReviewPeriod) -> None:
    activity = make_activity(baseline_start=date(2026, 4, 1), baseline_end=END)
    make_agreed_date_change(activity, field=DateField.START, proposed_date=date(2026, 5, 1))

    found = standing(activity, period)

    assert (found.start, found.end) == (date(2026, 5, 1), END)


def test_milestones_come_in_order_with_their_agreed_dates_and_without_the_retired(
    activity: KeyActivity, period: ReviewPeriod
) -> None:
    make_milestone(activity, position=2, title="Second", completed_on=date(2026, 8, 1), evidence="Minutes")
    first = make_milestone(activity, position=1, title="First")
    make_milestone(activity, position=3, retired_on=date(2026, 5, 1))
    make_agreed_date_change(activity, field=DateField.MILESTONE, milestone=first, proposed_date=date(2027, 1, 15))

    found = standing(activity, period).milestones

    assert [(m.title, m.due, m.completed_on) for m in found] == [
        ("First", date(2027, 1, 15), None),
        ("Second", date(2026, 12, 1), date(2026, 8, 1)),
    ]


def test_the_last_update_is_the_latest_approved_by_as_at_whenever_it_was_sent(
    activity: KeyActivity, period: ReviewPeriod
) -> None:
    newest = make_approved(activity, as_at=date(2026, 9, 30))
    make_approved(activity, as_at=date(2026, 8, 31), now=IN_ROUND.replace(day=20))
    make_draft(activity, narrative="Not yet")

    assert standing(activity, period).last == newest
    assert last_approved(activity) == newest


def test_of_two_for_the_same_day_the_one_sent_later_is_the_last(activity: KeyActivity, period: ReviewPeriod) -> None:
    make_approved(activity)
    later = make_approved(activity, now=IN_ROUND.replace(day=20))

    assert standing(activity, period).last == later


def test_what_was_never_reported_has_no_last_update(activity: KeyActivity, period: ReviewPeriod) -> None:
    make_submitted(activity)

    assert standing(activity, period).last is None
    assert last_approved(activity) is None


def test_what_became_complete_in_a_period_was_still_due_in_it_and_not_in_the_next(previous: ReviewPeriod) -> None:
    activity = make_activity()
    make_approved(activity, now=LAST_ROUND, **COMPLETE)
    period = move_on(previous)

    assert standing(activity, previous).is_due(previous.ends)
    assert not standing(activity, period).is_due(period.ends)


def test_a_period_without_the_update_that_was_due_was_missed(previous: ReviewPeriod) -> None:
    told, silent = make_activity("1.1.1"), make_activity("1.1.2")
    make_approved(told, now=LAST_ROUND)
    period = move_on(previous)

    assert not standing(told, period).missed_previous
    assert standing(silent, period).missed_previous


def test_what_was_not_there_or_complete_then_has_missed_nothing() -> None:
    older = make_period(date(2025, 9, 30))
    complete, retired = make_activity("1.1.1"), make_activity("1.1.3", retired_on=date(2026, 3, 1))
    make_approved(complete, now=datetime(2025, 10, 10, tzinfo=UTC), **COMPLETE)
    ReviewPeriod.objects.filter(pk=older.pk).update(state=PeriodState.CLOSED, closed_at=LAST_ROUND)
    added = make_activity("1.1.2", added_on=date(2026, 4, 1))
    period = move_on(make_period(date(2026, 3, 31)))

    found = standings([complete.pk, added.pk, retired.pk], period)

    assert {row.activity.number for row in found.values() if row.missed_previous} == set()


def test_without_a_closed_period_before_nothing_was_missed(activity: KeyActivity, period: ReviewPeriod) -> None:
    make_period(date(2026, 3, 31), PeriodState.SCHEDULED)

    assert not standing(activity, period).missed_previous


def test_what_was_missed_makes_the_suggestion_amber(previous: ReviewPeriod) -> None:
    activity = make_activity(baseline_end=END)
    period = move_on(previous)

    assert standing(activity, period).suggestion(period.ends).rag == Rag.AMBER


def test_an_update_gives_back_what_was_written(activity: KeyActivity, owner: User) -> None:
    values = values_of(make_draft(activity, by=owner, state=None, rag=None, forecast_rag=None, ask="Agree the bid"))

    assert (values.state, values.rag, values.cause) == ("", "", "")
    assert (values.narrative, values.ask, values.as_at) == ("Work goes on.", "Agree the bid", date(2026, 9, 30))


def queries_for(activities: list[KeyActivity], period: ReviewPeriod) -> int:
    with CaptureQueriesContext(connection) as queries:
        found = standings([activity.pk for activity in activities], period)
        for row in found.values():
            row.suggestion(period.ends)
            row.no_change_problem(period.ends)
            str(row.activity.owner.organisation)
    return len(queries)


def test_many_activities_take_as_many_queries_as_two(previous: ReviewPeriod) -> None:
    objective_mates = [make_activity(f"1.1.{number}", baseline_end=END) for number in range(1, 61)]
    for activity in objective_mates[::5]:
        make_approved(activity, now=LAST_ROUND)
        make_milestone(activity)
        make_agreed_date_change(activity)
    period = move_on(previous)

    few, many = queries_for(objective_mates[:2], period), queries_for(objective_mates, period)

    assert few == many <= 9
