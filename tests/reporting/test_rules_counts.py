"""Counts by definition, and how they must fit together."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.choices import Mark, Rag, Role, State
from aims.rules import is_rated, mark_for
from reporting.rules import ActivityPosition, Counts, tally


def position(role: str, state: str | None, rag: str, due: bool, updated: bool, overdue: int) -> ActivityPosition:
    """A position that the rules of progress allow: in progress is due, what was never reported has no update."""
    rated = is_rated(role, state)
    return ActivityPosition(
        role=role,
        state=state,
        rag=rag if rated else None,
        forecast_rag=rag if rated else None,
        due=due or state in (None, State.IN_PROGRESS, State.NOT_STARTED),
        has_counting_update=updated and state is not None,
        overdue_milestones=overdue,
    )


positions = st.lists(
    st.builds(
        position,
        role=st.sampled_from(Role.values),
        state=st.sampled_from([None, *State.values]),
        rag=st.sampled_from(Rag.values),
        due=st.booleans(),
        updated=st.booleans(),
        overdue=st.integers(0, 3),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("one", "counted"),
    [
        (ActivityPosition(role="deliver", state=None), Counts(activities=1, never_reported=1, due=1, no_update=1)),
        (
            ActivityPosition(
                role="deliver", state="in_progress", rag="red", forecast_rag="amber", has_counting_update=True
            ),
            Counts(activities=1, in_progress=1, due=1, updated=1, red=1, forecast_amber=1),
        ),
        (
            ActivityPosition(role="enable", state="in_progress", rag="red", overdue_milestones=2),
            Counts(activities=1, in_progress=1, due=1, no_update=1, no_update_rated=1, overdue_milestones=2),
        ),
        (
            ActivityPosition(role="influence", state="in_progress", has_counting_update=True),
            Counts(activities=1, in_progress=1, due=1, updated=1, unrated=1),
        ),
        (
            ActivityPosition(role="influence", state="in_progress", rag="red", has_counting_update=True),
            Counts(activities=1, in_progress=1, due=1, updated=1, unrated=1),
        ),
        (
            ActivityPosition(role="deliver", state="in_progress", rag=None, has_counting_update=True),
            Counts(activities=1, in_progress=1, due=1, updated=1, unrated=1),
        ),
        (
            ActivityPosition(role="influence", state="in_progress"),
            Counts(activities=1, in_progress=1, due=1, no_update=1),
        ),
        (
            ActivityPosition(role="deliver", state="complete", due=False),
            Counts(activities=1, complete=1, complete_rated=1),
        ),
        (ActivityPosition(role="influence", state="complete", due=False), Counts(activities=1, complete=1)),
        (
            ActivityPosition(role="enable", state="complete", has_counting_update=True),
            Counts(activities=1, complete=1, complete_rated=1, due=1, updated=1),
        ),
        (ActivityPosition(role="deliver", state="deferred"), Counts(activities=1, deferred=1, due=1, no_update=1)),
        (ActivityPosition(role="deliver", state="cancelled", due=False), Counts(activities=1, cancelled=1)),
    ],
)
def test_one_activity_is_counted(one: ActivityPosition, counted: Counts) -> None:
    assert tally([one]) == counted


def test_nothing_counts_nothing() -> None:
    assert tally([]) == Counts()
    assert Counts().problems() == ()


@given(positions)
def test_the_counts_of_any_positions_fit_together(found: list[ActivityPosition]) -> None:
    assert tally(found).problems() == ()


@given(positions)
def test_in_progress_and_rated_splits_into_green_amber_red_and_no_update(found: list[ActivityPosition]) -> None:
    total = tally(found)
    rated = sum(is_rated(one.role, one.state) for one in found)
    assert total.green + total.amber + total.red + total.no_update_rated == rated


@given(positions)
def test_the_counts_agree_with_the_marks(found: list[ActivityPosition]) -> None:
    total = tally(found)
    marks = Counter(mark_for(one.state, one.rag, one.role, one.has_counting_update, one.due) for one in found)
    for mark in (Mark.GREEN, Mark.AMBER, Mark.RED, Mark.UNRATED, Mark.NO_UPDATE):
        assert marks[mark] == getattr(total, mark.value)


@given(positions, positions)
def test_two_scopes_add(first: list[ActivityPosition], second: list[ActivityPosition]) -> None:
    assert tally(first) + tally(second) == tally(first + second)


SOUND = Counts(
    activities=10,
    due=8,
    updated=6,
    no_update=2,
    not_started=1,
    in_progress=6,
    complete=2,
    complete_rated=1,
    never_reported=1,
    green=3,
    amber=1,
    red=1,
    no_update_rated=1,
    forecast_green=5,
)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"overdue_milestones": -1}, "a count is negative"),
        ({"activities": 11}, "states and never reported do not add to activities"),
        ({"due": 9}, "updated and no update do not add to due"),
        ({"due": 12, "updated": 10}, "more are due than there are activities"),
        ({"complete_rated": 3}, "more complete in rated roles than complete"),
        ({"unrated": 1}, "ratings and no update exceed those in progress"),
        ({"green": 2, "forecast_green": 4}, "some without an update are not counted"),
        ({"forecast_amber": 1}, "more forecasts than ratings"),
        ({"forecast_red": 1}, "more forecasts than ratings"),
    ],
)
def test_counts_that_contradict_each_other_say_so(changes: dict[str, int], problem: str) -> None:
    assert SOUND.problems() == ()
    assert replace(SOUND, **changes).problems() == (problem,)
