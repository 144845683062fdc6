"""Half years, due, counting and marks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.choices import Mark, Rag, Role, State
from aims.rules import counts, default_as_at, end_of_day, half_year, half_years_around, is_due, mark_for

ON = date(2026, 9, 30)
DAYS = st.dates(date(1990, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(
    ("on", "label", "slug", "starts", "ends", "closes"),
    [
        (date(2026, 4, 1), "2026/27 H1", "2026-27-h1", date(2026, 4, 1), date(2026, 9, 30), date(2026, 11, 4)),
        (date(2026, 9, 30), "2026/27 H1", "2026-27-h1", date(2026, 4, 1), date(2026, 9, 30), date(2026, 11, 4)),
        (date(2026, 10, 1), "2026/27 H2", "2026-27-h2", date(2026, 10, 1), date(2027, 3, 31), date(2027, 5, 5)),
        (date(2026, 12, 31), "2026/27 H2", "2026-27-h2", date(2026, 10, 1), date(2027, 3, 31), date(2027, 5, 5)),
        (date(2027, 1, 1), "2026/27 H2", "2026-27-h2", date(2026, 10, 1), date(2027, 3, 31), date(2027, 5, 5)),
        (date(2027, 3, 31), "2026/27 H2", "2026-27-h2", date(2026, 10, 1), date(2027, 3, 31), date(2027, 5, 5)),
        (date(2099, 5, 5), "2099/00 H1", "2099-00-h1", date(2099, 4, 1), date(2099, 9, 30), date(2099, 11, 4)),
    ],
)
def test_the_half_year_of_a_day(on: date, label: str, slug: str, starts: date, ends: date, closes: date) -> None:
    found = half_year(on)
    assert (found.label, found.slug) == (label, slug)
    assert (found.starts, found.ends) == (starts, ends)
    assert (found.submission_opens, found.submission_closes) == (ends + timedelta(days=1), closes)


def test_half_years_around_a_day_come_oldest_first() -> None:
    row = half_years_around(date(2026, 11, 23), back=2, ahead=1)
    assert [found.label for found in row] == ["2025/26 H2", "2026/27 H1", "2026/27 H2", "2027/28 H1"]
    assert half_years_around(ON, back=0, ahead=0) == (half_year(ON),)


@given(DAYS)
def test_a_day_lies_in_its_half_year_and_neighbours_abut(on: date) -> None:
    found = half_year(on)
    assert found.starts <= on <= found.ends
    assert found.previous().next() == found == found.next().previous()
    assert found.next().starts - found.ends == timedelta(days=1)


@given(DAYS, st.integers(0, 6), st.integers(0, 6))
def test_a_row_of_half_years_has_no_gap_and_one_window_at_a_time(on: date, back: int, ahead: int) -> None:
    row = half_years_around(on, back, ahead)
    assert len(row) == len({found.slug for found in row}) == back + ahead + 1
    assert row[back] == half_year(on)
    for earlier, later in pairwise(row):
        assert later.starts == earlier.ends + timedelta(days=1)
        assert earlier.submission_closes < later.submission_opens


@pytest.mark.parametrize(("on", "as_at"), [(date(2026, 8, 1), date(2026, 8, 1)), (ON, ON), (date(2026, 10, 20), ON)])
def test_an_update_speaks_of_today_or_the_last_day_of_the_period(on: date, as_at: date) -> None:
    assert default_as_at(on, ON) == as_at


@pytest.mark.parametrize(
    ("retired_on", "state", "until", "due"),
    [
        (None, None, None, True),
        (None, "not_started", None, True),
        (None, "in_progress", None, True),
        (None, "complete", None, False),
        (None, "cancelled", None, False),
        (None, "deferred", None, False),
        (None, "deferred", ON + timedelta(days=1), False),
        (None, "deferred", ON, True),
        (None, "deferred", ON - timedelta(days=1), True),
        (ON - timedelta(days=1), "in_progress", None, False),
        (ON, "in_progress", None, False),
        (ON, None, None, False),
        (ON + timedelta(days=1), "in_progress", None, True),
        (None, "in_progress", ON + timedelta(days=1), True),
    ],
)
def test_what_is_due(retired_on: date | None, state: str | None, until: date | None, due: bool) -> None:
    assert is_due(retired_on, state, until, ON) is due


DEADLINE = end_of_day(date(2026, 11, 4))
INSTANT = timedelta(microseconds=1)
CLOSED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("submitted", "approved", "closed", "counted"),
    [
        (DEADLINE - INSTANT, CLOSED - INSTANT, CLOSED, True),
        (DEADLINE, CLOSED - INSTANT, CLOSED, False),
        (DEADLINE - INSTANT, CLOSED, CLOSED, False),
        (DEADLINE - INSTANT, CLOSED + INSTANT, None, True),
        (DEADLINE - INSTANT, None, None, False),
        (DEADLINE - INSTANT, None, CLOSED, False),
        (None, None, None, False),
        (None, CLOSED - INSTANT, CLOSED, False),
    ],
)
def test_which_update_counts(
    submitted: datetime | None, approved: datetime | None, closed: datetime | None, counted: bool
) -> None:
    assert counts(submitted, DEADLINE, approved, closed) is counted


@pytest.mark.parametrize(
    ("day", "over"),
    [
        (date(2026, 11, 4), datetime(2026, 11, 5, 0, tzinfo=UTC)),
        (date(2026, 5, 5), datetime(2026, 5, 5, 23, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 23, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 26, 0, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_at_midnight_in_london(day: date, over: datetime) -> None:
    assert end_of_day(day) == over


@pytest.mark.parametrize(
    ("state", "rag", "role", "updated", "due", "mark"),
    [
        (None, None, Role.DELIVER, False, True, Mark.NO_UPDATE),
        (None, None, Role.DELIVER, False, False, Mark.NO_UPDATE),
        ("in_progress", "green", Role.DELIVER, False, True, Mark.NO_UPDATE),
        ("not_started", None, Role.DELIVER, False, True, Mark.NO_UPDATE),
        ("deferred", None, Role.DELIVER, False, True, Mark.NO_UPDATE),
        ("in_progress", None, Role.INFLUENCE, False, True, Mark.NO_UPDATE),
        ("in_progress", "green", Role.DELIVER, True, True, Mark.GREEN),
        ("in_progress", "amber", Role.ENABLE, True, True, Mark.AMBER),
        ("in_progress", "red", Role.DELIVER, True, True, Mark.RED),
        ("in_progress", None, Role.INFLUENCE, True, True, Mark.UNRATED),
        ("in_progress", "green", Role.INFLUENCE, True, True, Mark.UNRATED),
        ("in_progress", None, Role.DELIVER, True, True, Mark.UNRATED),
        ("not_started", None, Role.DELIVER, True, True, Mark.NOT_STARTED),
        ("complete", None, Role.DELIVER, True, True, Mark.COMPLETE),
        ("complete", None, Role.INFLUENCE, False, False, Mark.COMPLETE),
        ("complete", None, Role.DELIVER, True, False, Mark.COMPLETE),
        ("deferred", None, Role.DELIVER, False, False, Mark.DEFERRED),
        ("cancelled", None, Role.DELIVER, False, False, Mark.CANCELLED),
    ],
)
def test_the_mark_of_an_activity(
    state: str | None, rag: str | None, role: Role, updated: bool, due: bool, mark: Mark
) -> None:
    assert mark_for(state, rag, role, updated, due) is mark


@given(
    st.sampled_from(State.values),
    st.sampled_from([None, *Rag.values]),
    st.sampled_from(Role.values),
    st.booleans(),
    st.booleans(),
)
def test_no_update_is_exactly_what_was_due_and_did_not_come(
    state: str, rag: str | None, role: str, updated: bool, due: bool
) -> None:
    assert (mark_for(state, rag, role, updated, due) is Mark.NO_UPDATE) is (due and not updated)
