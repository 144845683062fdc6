"""What an event moves, in the round under way and in the feed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from aims.choices import PeriodState
from aims.models import Event, Milestone, ReviewPeriod
from aims.services.dates import add_milestone, complete_milestone
from aims.services.periods import open_period
from reporting.models import EventPosition, Position, Summary
from reporting.services import events as events_service
from reporting.services import process_events, rebuild
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_period,
    make_red_values,
    make_submitted,
    make_user,
)
from tests.reporting.at_work import process, summary
from tests.reporting.random_history import ON, RandomHistory

pytestmark = pytest.mark.django_db(transaction=True)


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


def rows_of(period: ReviewPeriod) -> list[Any]:
    positions = Position.objects.filter(period=period).order_by("pk").values_list()
    return [*positions, *Summary.objects.filter(period=period).order_by("pk").values_list()]
