"""The SQL of aggregation against the rules in plain Python, and what it writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aims.choices import Mark
from aims.models import KeyActivity, ReviewPeriod
from reporting.models import Part, Position, Summary
from reporting.services import rebuild, rebuild_all
from reporting.summaries import round_of, write_parts, write_positions, write_summaries
from reporting.summaries.parts import scopes_of
from tests.factories import make_activity, make_approved, make_period
from tests.reporting.random_history import ON, RandomHistory
from tests.reporting.reference import Expected, expected_history, stored_history

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sql_finds_what_the_rules_say_of_every_activity_and_scope(seed: int) -> None:
    history = RandomHistory(seed)
    rebuild_all(on=ON)

    expected = expected_history(ON)

    assert_equal(stored_history(), expected)
    assert len(expected) == len(history.periods)
    marks = {position["mark"] for period in expected.values() for position in period.positions.values()}
    assert marks == set(Mark.values)


def test_recomputing_a_few_activities_ends_where_a_full_rebuild_does() -> None:
    history = RandomHistory(4, activities=40)
    rebuild_all(on=ON)
    period = history.periods[-1]
    touched = history.activities[:5]
    history.activities = touched
    history.tell(period, drafts=False)

    round_ = round_of(period, ON)
    write_positions(round_, [activity.pk for activity in touched])
    parts = write_parts(round_, {activity.objective_id for activity in touched})
    write_summaries(round_, scopes_of(parts))

    assert parts
    assert not rebuild(period=period, on=ON, check=True)


def test_a_second_rebuild_touches_no_row() -> None:
    RandomHistory(5, activities=30)
    assert any(rebuild_all(on=ON))

    assert not any(rebuild_all(on=ON))


def test_rows_of_what_was_retired_are_removed() -> None:
    gone, _ = make_activity("1.1.1"), make_activity("2.1.1")
    period = make_period()
    rebuild(period=period, on=period.ends)
    KeyActivity.objects.filter(pk=gone.pk).update(retired_on=period.ends)

    rebuild(period=period, on=period.ends)

    assert [position.activity.number for position in Position.objects.all()] == ["2.1.1"]
    assert {(s.scope, s.key) for s in Summary.objects.filter(scope="aim")} == {("aim", "2")}
    assert not Part.objects.filter(objective=gone.objective).exists()


def test_a_retired_one_leaves_alone_by_its_own_event_too() -> None:
    gone, kept = make_activity("1.1.1"), make_activity("1.1.2")
    period = make_period()
    rebuild(period=period, on=period.ends)
    KeyActivity.objects.filter(pk=gone.pk).update(retired_on=period.ends)

    written = write_positions(round_of(period, period.ends), [gone.pk])

    assert (written.rows, written.names) == (1, ("1.1.1",))
    assert list(Position.objects.values_list("activity", flat=True)) == [kept.pk]


def test_the_worst_member_is_the_first_by_number_of_the_worst() -> None:
    make_period()
    for number in ("1.1.10", "1.1.2"):
        make_approved(make_activity(number))
    make_activity("1.1.11")
    make_activity("1.1.3")

    rebuild(period=the_period(), on=the_period().ends)

    strategy = Summary.objects.get(scope="strategy")
    assert strategy.worst is not None
    assert strategy.worst.number == "1.1.3"


def test_a_full_rebuild_costs_the_same_number_of_queries_at_any_size() -> None:
    make_period()
    counted = []
    for first in (1, 10):
        for number in range(first, first + 9):
            make_activity(f"1.{number}.1")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rebuild(period=the_period(), on=the_period().ends)
        counted.append(len(queries))

    assert counted[0] == counted[1] <= 25


def the_period() -> ReviewPeriod:
    return ReviewPeriod.objects.select_related("strategy").get()


def assert_equal(stored: dict[int, Expected], expected: dict[int, Expected]) -> None:
    """Row by row, so that a failure names the row."""
    assert stored.keys() == expected.keys()
    for period, rows in expected.items():
        assert_rows_equal(stored[period].positions, rows.positions)
        assert_rows_equal(stored[period].summaries, rows.summaries)


def assert_rows_equal(stored: dict[Any, Any], expected: dict[Any, Any]) -> None:
    assert stored.keys() == expected.keys()
    for key, row in expected.items():
        assert (key, stored[key]) == (key, row)
