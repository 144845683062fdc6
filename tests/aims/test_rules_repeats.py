"""When "no change" is refused, and what it says."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aims.choices import Rag, Role, State
from aims.rules import DeliveryFacts, LastUpdate, MilestoneFact, Suggestion, no_change_problem

ON = date(2026, 9, 30)
LAST_AS_AT = date(2026, 3, 31)
GREEN = Suggestion(Rag.GREEN, ("nothing is overdue",))
AMBER = Suggestion(Rag.AMBER, ("2 date changes have been agreed so far",))
FACTS = DeliveryFacts(role=Role.DELIVER, state=State.IN_PROGRESS)
LAST = LastUpdate(state="in_progress", rag="green", suggested="green", as_at=LAST_AS_AT, was_no_change=False)
AT_RISK = replace(LAST, rag="amber")
NOT_STARTED = LastUpdate(state="not_started", as_at=LAST_AS_AT, was_no_change=False)
DEFERRED = LastUpdate(state="deferred", as_at=LAST_AS_AT, was_no_change=False, deferred_until=date(2027, 4, 1))


def problem(
    last: LastUpdate | None = LAST,
    suggestion: Suggestion = GREEN,
    planned_start: date | None = None,
    **facts: Any,
) -> str | None:
    return no_change_problem(last, replace(FACTS, **facts), suggestion, planned_start, ON)


def step(due: date, completed_on: date | None = None) -> tuple[MilestoneFact, ...]:
    return (MilestoneFact("Piling", due, completed_on),)


def test_what_stands_as_it_stood_may_be_repeated() -> None:
    assert problem() is None
    assert problem(NOT_STARTED) is None
    assert problem(DEFERRED) is None


def test_there_must_be_something_to_repeat() -> None:
    assert problem(None) == "There is no last update to repeat: write the first one"


def test_it_is_not_repeated_twice() -> None:
    refused = problem(replace(LAST, was_no_change=True))
    assert refused == "The last update was also “no change”: say in words how it stands now"


@pytest.mark.parametrize(
    ("last", "suggestion", "allowed"),
    [
        (LAST, GREEN, True),
        (LAST, AMBER, False),
        (replace(LAST, suggested="amber"), AMBER, True),
        (replace(LAST, suggested="amber"), Suggestion(Rag.RED, ("late",)), False),
        (replace(LAST, suggested="red"), AMBER, True),
        (replace(LAST, suggested=None), AMBER, False),
        (replace(LAST, rag="amber", suggested=None), AMBER, True),
        (LAST, Suggestion(None), True),
        (replace(NOT_STARTED, suggested="green"), AMBER, True),
    ],
)
def test_a_worsened_suggestion_refuses_it(last: LastUpdate, suggestion: Suggestion, allowed: bool) -> None:
    assert (problem(last, suggestion) is None) is allowed


def test_the_refusal_names_the_suggestion_and_its_first_reason() -> None:
    assert problem(LAST, AMBER) == (
        "The suggested rating has worsened to “at risk”: 2 date changes have been agreed so far"
    )


@pytest.mark.parametrize(
    ("last", "facts", "allowed"),
    [
        (LAST, {"milestones": step(date(2026, 9, 29))}, False),
        (LAST, {"milestones": step(date(2026, 3, 31))}, False),
        (LAST, {"milestones": step(date(2026, 3, 30))}, True),
        (LAST, {"milestones": step(ON)}, True),
        (LAST, {"milestones": step(date(2026, 6, 30), completed_on=date(2026, 7, 1))}, True),
        (NOT_STARTED, {"milestones": step(date(2026, 6, 30))}, False),
        (DEFERRED, {"milestones": step(date(2026, 6, 30))}, True),
        (LAST, {"agreed_end": date(2026, 9, 29)}, False),
        (LAST, {"agreed_end": ON}, True),
        (LAST, {"agreed_end": date(2026, 3, 30)}, True),
        (replace(LAST, forecast_end=date(2026, 9, 29)), {}, False),
        (replace(LAST, forecast_end=ON), {}, True),
        (replace(AT_RISK, action_by=date(2026, 9, 29)), {}, False),
        (replace(AT_RISK, rag="red", return_to_green=date(2026, 9, 29)), {}, False),
        (replace(AT_RISK, action_by=ON, return_to_green=ON), {}, True),
        (replace(LAST, action_by=date(2026, 9, 29), return_to_green=date(2026, 9, 29)), {}, True),
    ],
)
def test_a_promised_date_passed_since_refuses_it(last: LastUpdate, facts: dict[str, Any], allowed: bool) -> None:
    assert (problem(last, **facts) is None) is allowed


def test_the_refusal_names_the_promise() -> None:
    assert problem(milestones=step(date(2026, 6, 30))) == (
        "The milestone “Piling”, 30 June 2026, has passed since the last update: say what came of it"
    )


@pytest.mark.parametrize(
    ("planned_start", "allowed"),
    [(None, True), (ON, True), (date(2026, 9, 29), False), (date(2025, 1, 1), False)],
)
def test_not_started_past_its_planned_start_is_asked_again(planned_start: date | None, allowed: bool) -> None:
    assert (problem(NOT_STARTED, planned_start=planned_start) is None) is allowed


def test_a_start_long_past_does_not_trouble_what_has_started() -> None:
    assert problem(LAST, planned_start=date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("until", "allowed"), [(date(2026, 10, 1), True), (ON, False), (date(2026, 9, 29), False), (None, True)]
)
def test_a_deferral_that_has_ended_is_asked_again(until: date | None, allowed: bool) -> None:
    assert (problem(replace(DEFERRED, deferred_until=until)) is None) is allowed
