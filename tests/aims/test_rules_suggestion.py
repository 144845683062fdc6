"""The suggested rating: every boundary, and what must hold whatever the facts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.choices import Rag, Role, State
from aims.rules import DeliveryFacts, MilestoneFact, Suggestion, Thresholds, is_better, is_rated, suggest_rag

ON = date(2026, 9, 30)
ON_TIME = DeliveryFacts(role=Role.DELIVER, state=State.IN_PROGRESS)
DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))


def ago(days: int) -> date:
    return ON - timedelta(days=days)


def ahead(days: int) -> date:
    return ON + timedelta(days=days)


def suggested(**facts: Any) -> Suggestion:
    return suggest_rag(replace(ON_TIME, **facts), ON, Thresholds())


def milestone(due: date | None, completed_on: date | None = None) -> tuple[MilestoneFact, ...]:
    return (MilestoneFact("Grid connection, Coventry", due, completed_on),)


@pytest.mark.parametrize(
    ("facts", "rag"),
    [
        ({}, Rag.GREEN),
        ({"milestones": milestone(ON)}, Rag.GREEN),
        ({"milestones": milestone(ahead(1))}, Rag.GREEN),
        ({"milestones": milestone(None)}, Rag.GREEN),
        ({"milestones": milestone(ago(1))}, Rag.AMBER),
        ({"milestones": milestone(ago(60))}, Rag.AMBER),
        ({"milestones": milestone(ago(61))}, Rag.RED),
        ({"milestones": milestone(ago(61), completed_on=ON)}, Rag.GREEN),
        ({"milestones": milestone(ago(61), completed_on=ago(70))}, Rag.GREEN),
        ({"milestones": milestone(ago(61), completed_on=ahead(1))}, Rag.RED),
        ({"milestones": milestone(ago(1)) + milestone(ago(61))}, Rag.RED),
        ({"agreed_end": ahead(10), "forecast_end": ahead(10)}, Rag.GREEN),
        ({"agreed_end": ahead(10), "forecast_end": ahead(5)}, Rag.GREEN),
        ({"agreed_end": ahead(10), "forecast_end": ahead(11)}, Rag.AMBER),
        ({"agreed_end": ahead(10), "forecast_end": ahead(100)}, Rag.AMBER),
        ({"agreed_end": ahead(10), "forecast_end": ahead(101)}, Rag.RED),
        ({"agreed_end": ahead(10)}, Rag.GREEN),
        ({"agreed_end": None, "forecast_end": ahead(500)}, Rag.GREEN),
        ({"agreed_end": ON}, Rag.GREEN),
        ({"agreed_end": ago(1)}, Rag.AMBER),
        ({"agreed_end": ago(90)}, Rag.AMBER),
        ({"agreed_end": ago(91)}, Rag.RED),
        ({"agreed_end": ago(91), "forecast_end": ago(90)}, Rag.RED),
        ({"agreed_end": ago(40), "forecast_end": ahead(50)}, Rag.AMBER),
        ({"agreed_end": ago(40), "forecast_end": ahead(51)}, Rag.RED),
        ({"agreed_end": ahead(5), "forecast_end": ago(5)}, Rag.GREEN),
        ({"agreed_moves": 1}, Rag.GREEN),
        ({"agreed_moves": 2}, Rag.AMBER),
        ({"agreed_moves": 9}, Rag.AMBER),
        ({"missed_previous": True}, Rag.AMBER),
        ({"role": Role.ENABLE, "missed_previous": True}, Rag.AMBER),
    ],
)
def test_the_facts_suggest_a_rating(facts: dict[str, Any], rag: Rag) -> None:
    assert suggested(**facts).rag == rag


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({}, ("nothing is overdue, no date has slipped and no update was missed",)),
        (
            {"milestones": milestone(ago(1))},
            ("milestone “Grid connection, Coventry” was due 29 September 2026 and is 1 day overdue",),
        ),
        (
            {"agreed_end": date(2027, 3, 31), "forecast_end": date(2027, 6, 30)},
            ("the forecast end, 30 June 2027, is 91 days after the agreed end, 31 March 2027",),
        ),
        ({"agreed_end": ago(30)}, ("the agreed end, 31 August 2026, passed 30 days ago",)),
        ({"agreed_moves": 2}, ("2 date changes have been agreed so far",)),
        ({"missed_previous": True}, ("the update due for the period before was missed",)),
        (
            {"milestones": milestone(ago(2)) + milestone(ago(70)), "agreed_moves": 3, "agreed_end": ago(5)},
            (
                "milestone “Grid connection, Coventry” was due 22 July 2026 and is 70 days overdue",
                "the agreed end, 25 September 2026, passed 5 days ago",
                "milestone “Grid connection, Coventry” was due 28 September 2026 and is 2 days overdue",
                "3 date changes have been agreed so far",
            ),
        ),
    ],
)
def test_every_finding_is_a_reason_worst_first(facts: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert suggested(**facts).reasons == reasons


def test_without_any_date_there_is_no_suggestion_but_a_flag() -> None:
    found = suggested(has_dates=False, missed_previous=True)
    assert (found.rag, found.flag) == (None, "no_baseline")
    assert found.reasons == ("no date has been agreed, so no rating can be suggested",)


@pytest.mark.parametrize("state", [state for state in State if state != State.IN_PROGRESS])
def test_only_what_is_in_progress_has_a_suggestion(state: State) -> None:
    assert suggested(state=state, milestones=milestone(ago(400)), has_dates=False) == Suggestion(None)


def test_influence_has_no_suggestion_and_no_flag() -> None:
    assert suggested(role=Role.INFLUENCE, milestones=milestone(ago(400)), has_dates=False) == Suggestion(None)


def test_thresholds_of_the_strategy_are_used() -> None:
    strict = Thresholds(overdue_red_days=0, slip_red_days=0, agreed_moves_amber=1)
    assert suggest_rag(replace(ON_TIME, milestones=milestone(ago(1))), ON, strict).rag == Rag.RED
    assert suggest_rag(replace(ON_TIME, agreed_end=ago(1)), ON, strict).rag == Rag.RED
    assert suggest_rag(replace(ON_TIME, agreed_moves=1), ON, strict) == Suggestion(
        Rag.AMBER, ("1 date change has been agreed so far",)
    )


@pytest.mark.parametrize(
    ("rag", "suggestion", "better"),
    [
        (Rag.GREEN, Rag.GREEN, False),
        (Rag.GREEN, Rag.AMBER, True),
        (Rag.GREEN, Rag.RED, True),
        (Rag.AMBER, Rag.GREEN, False),
        (Rag.AMBER, Rag.AMBER, False),
        (Rag.AMBER, Rag.RED, True),
        (Rag.RED, Rag.GREEN, False),
        (Rag.RED, Rag.AMBER, False),
        (Rag.RED, Rag.RED, False),
        (Rag.GREEN, None, False),
        (None, Rag.RED, False),
        ("", Rag.RED, False),
        ("green", "red", True),
    ],
)
def test_better_than_the_suggestion(rag: str | None, suggestion: str | None, better: bool) -> None:
    assert is_better(rag, suggestion) is better


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_only_deliver_and_enable_in_progress_are_rated(role: Role, state: State) -> None:
    assert is_rated(role.value, state.value) is (role != Role.INFLUENCE and state == State.IN_PROGRESS)


facts_strategy = st.builds(
    DeliveryFacts,
    role=st.sampled_from(Role),
    state=st.just(State.IN_PROGRESS.value),
    agreed_end=st.none() | DAYS,
    forecast_end=st.none() | DAYS,
    milestones=st.lists(st.builds(MilestoneFact, st.just("Step"), st.none() | DAYS), max_size=4).map(tuple),
    agreed_moves=st.integers(0, 4),
    missed_previous=st.booleans(),
)


@given(facts_strategy, DAYS, st.integers(0, 400))
def test_time_alone_never_improves_a_suggestion(facts: DeliveryFacts, on: date, wait: int) -> None:
    before = suggest_rag(facts, on, Thresholds()).rag
    after = suggest_rag(facts, on + timedelta(days=wait), Thresholds()).rag
    assert not is_better(after, before)


@given(facts_strategy, DAYS, DAYS)
def test_one_more_milestone_never_improves_a_suggestion(facts: DeliveryFacts, on: date, due: date) -> None:
    more = replace(facts, milestones=(*facts.milestones, MilestoneFact("One more", due)))
    assert not is_better(suggest_rag(more, on, Thresholds()).rag, suggest_rag(facts, on, Thresholds()).rag)


@given(facts_strategy, DAYS)
def test_a_suggestion_always_says_why(facts: DeliveryFacts, on: date) -> None:
    found = suggest_rag(facts, on, Thresholds())
    assert (found.rag is not None) == bool(found.reasons) == (facts.role != Role.INFLUENCE)
