"""What is promised, agreed, reached and overdue, as pages read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from aims.choices import DateField, State
from aims.models import KeyActivity, Milestone
from aims.selectors.dates import Promise, dates_of
from aims.services.dates import set_baseline
from tests.factories import (
    IN_ROUND,
    make_agreed_date_change,
    make_approved,
    make_date_change,
    make_milestone,
)

ON = IN_ROUND.date()
END = date(2027, 3, 31)
EXPLAINED: dict[str, Any] = {
    "override_reason": "The contract holds.",
    "evidence": "Minute 7",
}  # better than the dates suggest


@pytest.fixture
def dated(activity: KeyActivity) -> KeyActivity:
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_start=date(2026, 4, 1), baseline_end=END)
    activity.refresh_from_db()
    return activity


def milestone_of(activity: KeyActivity, on: date = ON) -> Promise:
    (promise,) = dates_of(activity, on).milestones
    return promise


def move(milestone: Milestone, days: int, at: datetime = IN_ROUND, **fields: Any) -> None:
    moved: dict[str, Any] = {"field": DateField.MILESTONE, "milestone": milestone, "previous_date": date(2026, 12, 1)}
    proposed = date(2026, 12, 1) + timedelta(days=days)
    make_agreed_date_change(milestone.activity, proposed_date=proposed, decided_at=at, **moved | fields)


def test_an_activity_without_dates_has_promises_without_any(activity: KeyActivity) -> None:
    dates = dates_of(activity, ON)

    assert [(each.key, each.title, each.baseline, each.agreed) for each in dates.promises] == [
        ("start", "Planned start", None, None),
        ("end", "Planned end", None, None),
    ]
    assert [each.variance or each.overdue or each.may_move for each in dates.promises] == [False, False]
    assert list(dates.without_baseline) == [dates.start, dates.end]


def test_a_baseline_set_since_a_review_closed_is_not_told_with_it(activity: KeyActivity, office: User) -> None:
    set_baseline(activity=activity, start=date(2026, 4, 1), end=None, by=office, now=IN_ROUND)
    set_baseline(activity=activity, start=None, end=END, by=office, now=IN_ROUND + timedelta(days=2))
    activity.refresh_from_db()

    told = dates_of(activity, ON, until=IN_ROUND + timedelta(days=1))
    assert (told.start.baseline, told.end.baseline, told.end.agreed) == (date(2026, 4, 1), None, None)
    assert dates_of(activity, ON).end.baseline == END


def test_every_move_is_kept_and_counted_beside_the_baseline(activity: KeyActivity) -> None:
    milestone = make_milestone(activity)
    move(milestone, 60, IN_ROUND, reason="Then the ground was wet.")
    move(milestone, 30, IN_ROUND - timedelta(days=90), effect="None.", decision_note="Agreed.")

    found = milestone_of(activity)

    assert (found.baseline, found.agreed, found.moves) == (date(2026, 12, 1), date(2027, 1, 30), 2)
    assert found.variance == "60 days later than the baseline"
    first, second = found.revisions
    assert (first.moved, first.effect, first.note, first.reason) == (
        "30 days later",
        "None.",
        "Agreed.",
        "Consent came late.",
    )
    assert (second.reason, second.decided_at) == ("Then the ground was wet.", IN_ROUND)
    assert first.asked_by
    assert first.decided_by


@pytest.mark.parametrize(
    ("reached", "words"),
    [
        (date(2026, 12, 1), "As first promised"),
        (date(2026, 12, 2), "1 day later than the baseline"),
        (date(2026, 11, 1), "30 days earlier than the baseline"),
    ],
)
def test_a_milestone_that_was_reached_varies_from_its_baseline(
    activity: KeyActivity, reached: date, words: str
) -> None:
    make_milestone(activity, completed_on=reached, evidence="It is there.")

    found = milestone_of(activity, date(2027, 6, 1))

    assert (found.actual, found.variance, found.overdue, found.may_move) == (reached, words, "", False)


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2026, 12, 1), ""), (date(2026, 12, 2), "1 day overdue"), (date(2026, 12, 13), "12 days overdue")],
)
def test_a_milestone_is_overdue_from_the_day_after_its_last_agreed_date(
    activity: KeyActivity, on: date, words: str
) -> None:
    make_milestone(activity)

    assert milestone_of(activity, on).overdue == words


def test_an_agreed_move_puts_overdue_off_and_an_asked_one_does_not(activity: KeyActivity) -> None:
    milestone = make_milestone(activity)
    make_date_change(
        activity,
        field=DateField.MILESTONE,
        milestone=milestone,
        previous_date=date(2026, 12, 1),
        proposed_date=date(2027, 2, 1),
    )
    found = milestone_of(activity, date(2026, 12, 13))
    assert (found.overdue, found.moves, found.may_move) == ("12 days overdue", 0, False)
    assert found.open_request
    assert found.open_request.proposed == date(2027, 2, 1)

    move(milestone, 30)

    assert milestone_of(activity, date(2026, 12, 13)).overdue == ""


def test_a_retired_milestone_is_left_out(activity: KeyActivity) -> None:
    make_milestone(activity, retired_on=ON)

    assert not dates_of(activity, ON).milestones


def test_the_end_that_the_last_approved_update_expects_is_the_forecast(dated: KeyActivity) -> None:
    make_approved(dated, forecast_end=date(2027, 5, 1), **EXPLAINED)

    end = dates_of(dated, ON).end

    assert (end.forecast, end.agreed, end.variance) == (date(2027, 5, 1), END, "31 days later than the baseline")


@pytest.mark.parametrize(
    ("fields", "overdue"),
    [
        ({}, True),
        ({"state": State.COMPLETE, "rag": None, "forecast_rag": None, "evidence": "It is there."}, False),
    ],
)
def test_an_end_that_has_passed_is_overdue_unless_settled(
    dated: KeyActivity, fields: dict[str, Any], overdue: bool
) -> None:
    make_approved(dated, **fields)

    assert bool(dates_of(dated, date(2027, 4, 1)).end.overdue) is overdue


def test_a_start_that_has_passed_is_overdue_only_where_nothing_has_started(dated: KeyActivity) -> None:
    make_approved(dated)
    assert dates_of(dated, ON).start.overdue == ""

    make_approved(dated, state=State.NOT_STARTED, rag=None, forecast_rag=None, start_reason="No staff.")

    assert dates_of(dated, ON).start.overdue == "194 days overdue"


def test_as_things_stood_at_an_instant(dated: KeyActivity, owner: User) -> None:
    before, after = datetime(2026, 10, 1, 9, tzinfo=UTC), IN_ROUND
    make_agreed_date_change(dated, proposed_date=date(2027, 4, 30), decided_at=before)
    make_agreed_date_change(dated, proposed_date=date(2027, 5, 31), decided_at=after)
    make_date_change(dated, previous_date=date(2027, 5, 31), proposed_date=date(2027, 6, 30))
    make_approved(dated, forecast_end=date(2027, 9, 1), **EXPLAINED)

    end = dates_of(dated, ON, until=before).end

    assert (end.agreed, end.moves, end.open_request, end.forecast) == (date(2027, 4, 30), 1, None, None)


def test_declined_requests_are_kept_and_not_counted(dated: KeyActivity) -> None:
    make_agreed_date_change(dated, decision="declined", decision_note="No.")

    end = dates_of(dated, ON).end

    assert (end.agreed, end.moves, [each.note for each in end.declined]) == (END, 0, ["No."])


@pytest.mark.parametrize("milestones", [1, 12])
def test_the_dates_cost_three_queries_whatever_their_number(
    dated: KeyActivity, milestones: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for position in range(1, milestones + 1):
        move(make_milestone(dated, position=position), 30)
    with django_assert_num_queries(3):
        dates = dates_of(dated, ON)
    assert dates.moves == milestones


def test_a_promise_is_found_by_the_key_of_its_address(dated: KeyActivity) -> None:
    make_milestone(dated)
    dates = dates_of(dated, ON)

    assert dates.by_key("1") is dates.milestones[0]
    assert dates.by_key("end") is dates.end
    assert dates.by_key("2") is None
