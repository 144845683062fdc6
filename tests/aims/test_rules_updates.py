"""What keeps an update from being sent, one field at a time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.choices import Cause, Kind, Rag, Role, State
from aims.rules import UpdateContext, UpdateValues, update_problems

ON = date(2026, 10, 20)
AS_AT = date(2026, 9, 30)
BEFORE = AS_AT - timedelta(days=1)
CONTEXT = UpdateContext(role=Role.DELIVER, kind=Kind.TIME_BOUND, period_ends=AS_AT, on=ON)

GREEN = UpdateValues(state="in_progress", rag="green", forecast_rag="green", narrative="Piling is done.", as_at=AS_AT)
RED = replace(
    GREEN,
    rag="red",
    cause="planning",
    impact="Opens four months late",
    action="Appeal lodged",
    action_owner="Director of Transport",
    action_by=date(2026, 11, 30),
    return_to_green=date(2027, 2, 28),
)
NOT_STARTED = UpdateValues(state="not_started", narrative="Waiting for the consent.", as_at=AS_AT)
COMPLETE = UpdateValues(state="complete", narrative="Opened.", evidence="Opening notice", as_at=AS_AT)
CANCELLED = UpdateValues(
    state="cancelled",
    narrative="Stopped.",
    decision_by="WMCA Board",
    decision_on=AS_AT,
    decision_reference="Minute 42",
    as_at=AS_AT,
)
DEFERRED = replace(CANCELLED, state="deferred", deferred_until=date(2027, 4, 1))


@pytest.mark.parametrize("values", [GREEN, RED, replace(RED, rag="amber"), NOT_STARTED, COMPLETE, CANCELLED, DEFERRED])
def test_a_full_update_has_no_problem(values: UpdateValues) -> None:
    assert update_problems(values, CONTEXT) == {}


def test_an_empty_update_is_told_where_to_begin() -> None:
    assert update_problems(UpdateValues(), CONTEXT) == {
        "state": "Choose where the activity stands",
        "narrative": "Say what has happened since the last update",
        "as_at": "Enter the date that this update speaks of",
    }


@pytest.mark.parametrize(
    ("values", "changes", "fields"),
    [
        (GREEN, {"state": "paused"}, {"state", "rag", "forecast_rag"}),
        (GREEN, {"narrative": " \n"}, {"narrative"}),
        (GREEN, {"rag": None}, {"rag"}),
        (GREEN, {"rag": ""}, {"rag"}),
        (GREEN, {"rag": "blue"}, {"rag"}),
        (GREEN, {"forecast_rag": None}, {"forecast_rag"}),
        (GREEN, {"forecast_rag": "red"}, set()),
        (RED, {"cause": None}, {"cause"}),
        (RED, {"cause": "bad luck"}, {"cause"}),
        (RED, {"cause": Cause.OTHER}, {"cause_detail"}),
        (RED, {"cause": Cause.OTHER, "cause_detail": "A flood"}, set()),
        (GREEN, {"cause": Cause.OTHER}, {"cause_detail"}),
        (RED, {"impact": ""}, {"impact"}),
        (RED, {"action": ""}, {"action"}),
        (RED, {"action_owner": ""}, {"action_owner"}),
        (RED, {"action_by": None}, {"action_by"}),
        (RED, {"action_by": BEFORE}, {"action_by"}),
        (RED, {"action_by": AS_AT}, set()),
        (RED, {"return_to_green": None}, {"return_to_green"}),
        (RED, {"return_to_green": BEFORE}, {"return_to_green"}),
        (RED, {"return_to_green": AS_AT}, set()),
        (RED, {"ask": ""}, set()),
        (RED, {"rag": "green", "action_by": BEFORE, "return_to_green": BEFORE, "impact": ""}, set()),
        (
            GREEN,
            {"rag": "amber"},
            {"cause", "impact", "action", "action_owner", "action_by", "return_to_green"},
        ),
        (NOT_STARTED, {"rag": "green"}, {"rag"}),
        (NOT_STARTED, {"forecast_rag": "green"}, {"forecast_rag"}),
        (COMPLETE, {"rag": "red"}, {"rag"}),
        (COMPLETE, {"evidence": " "}, {"evidence"}),
        (CANCELLED, {"decision_by": ""}, {"decision_by"}),
        (CANCELLED, {"decision_on": None}, {"decision_on"}),
        (CANCELLED, {"decision_on": ON}, set()),
        (CANCELLED, {"decision_on": ON + timedelta(days=1)}, {"decision_on"}),
        (CANCELLED, {"decision_reference": ""}, {"decision_reference"}),
        (CANCELLED, {"deferred_until": BEFORE}, set()),
        (DEFERRED, {"decision_by": "", "decision_reference": ""}, {"decision_by", "decision_reference"}),
        (DEFERRED, {"deferred_until": None}, {"deferred_until"}),
        (DEFERRED, {"deferred_until": AS_AT}, {"deferred_until"}),
        (DEFERRED, {"deferred_until": AS_AT + timedelta(days=1)}, set()),
        (GREEN, {"as_at": AS_AT + timedelta(days=1)}, {"as_at"}),
        (GREEN, {"as_at": date(2025, 1, 1)}, set()),
        (GREEN, {"forecast_end": BEFORE}, {"forecast_end"}),
        (GREEN, {"forecast_end": AS_AT}, set()),
        (NOT_STARTED, {"forecast_end": BEFORE}, {"forecast_end"}),
        (COMPLETE, {"forecast_end": BEFORE}, set()),
        (DEFERRED, {"forecast_end": BEFORE}, set()),
        (GREEN, {"exempt_narrative": "The tender price", "exempt_paragraph": None}, {"exempt_paragraph"}),
        (GREEN, {"exempt_narrative": "The tender price", "exempt_paragraph": 0}, {"exempt_paragraph"}),
        (GREEN, {"exempt_narrative": "The tender price", "exempt_paragraph": 1}, set()),
        (GREEN, {"exempt_narrative": "The tender price", "exempt_paragraph": 7}, set()),
        (GREEN, {"exempt_narrative": "The tender price", "exempt_paragraph": 8}, {"exempt_paragraph"}),
        (GREEN, {"exempt_narrative": " ", "exempt_paragraph": 3}, {"exempt_narrative"}),
    ],
)
def test_what_is_missing_is_named(values: UpdateValues, changes: dict[str, Any], fields: set[str]) -> None:
    assert set(update_problems(replace(values, **changes), CONTEXT)) == fields


@pytest.mark.parametrize("state", State)
def test_influence_carries_no_rating(state: State) -> None:
    values = replace(COMPLETE, state=state, rag="green", forecast_rag="red")
    problems = update_problems(values, replace(CONTEXT, role=Role.INFLUENCE))
    assert {"rag", "forecast_rag"} <= set(problems)
    assert "cause" not in problems


def test_influence_in_progress_needs_no_rating_and_no_override() -> None:
    values = replace(GREEN, rag=None, forecast_rag=None)
    assert update_problems(values, replace(CONTEXT, role=Role.INFLUENCE, suggested=Rag.RED)) == {}


def test_a_continuing_activity_never_completes() -> None:
    assert set(update_problems(COMPLETE, replace(CONTEXT, kind=Kind.CONTINUING))) == {"state"}
    assert update_problems(GREEN, replace(CONTEXT, kind=Kind.CONTINUING)) == {}


@pytest.mark.parametrize(
    ("values", "suggested", "fields"),
    [
        (GREEN, None, set()),
        (GREEN, Rag.GREEN, set()),
        (GREEN, Rag.AMBER, {"override_reason", "evidence"}),
        (replace(GREEN, override_reason="Float in the programme"), Rag.AMBER, {"evidence"}),
        (replace(GREEN, evidence="Programme, revision 4"), Rag.AMBER, {"override_reason"}),
        (replace(GREEN, evidence="Revision 4", override_reason="Float in the programme"), Rag.RED, set()),
        (RED, Rag.GREEN, set()),
        (replace(RED, rag="amber"), Rag.AMBER, set()),
        (replace(RED, rag="amber"), Rag.RED, {"override_reason", "evidence"}),
        (replace(GREEN, rag="blue"), Rag.RED, {"rag"}),
        (COMPLETE, Rag.RED, set()),
    ],
)
def test_a_rating_better_than_suggested_is_explained(
    values: UpdateValues, suggested: Rag | None, fields: set[str]
) -> None:
    assert set(update_problems(values, replace(CONTEXT, suggested=suggested))) == fields


@pytest.mark.parametrize(
    ("planned_start", "reason", "fields"),
    [
        (None, "", set()),
        (AS_AT, "", set()),
        (AS_AT + timedelta(days=5), "", set()),
        (BEFORE, "", {"start_reason"}),
        (BEFORE, "The consent is awaited", set()),
    ],
)
def test_not_started_after_its_planned_start_needs_a_reason(
    planned_start: date | None, reason: str, fields: set[str]
) -> None:
    values = replace(NOT_STARTED, start_reason=reason)
    assert set(update_problems(values, replace(CONTEXT, planned_start=planned_start))) == fields


def test_what_has_started_needs_no_reason_for_starting_late() -> None:
    assert update_problems(GREEN, replace(CONTEXT, planned_start=BEFORE)) == {}


def test_an_update_never_speaks_of_a_day_to_come() -> None:
    early = replace(CONTEXT, on=date(2026, 8, 15))
    assert update_problems(replace(GREEN, as_at=date(2026, 8, 15)), early) == {}
    assert update_problems(replace(GREEN, as_at=date(2026, 8, 16)), early) == {
        "as_at": "Enter a date up to 15 August 2026, the earlier of today and the end of the period"
    }


def test_without_its_own_date_an_update_is_judged_at_the_default_one() -> None:
    assert set(update_problems(replace(RED, as_at=None, action_by=BEFORE), CONTEXT)) == {"as_at", "action_by"}


words = st.sampled_from(["", " ", "Said."])
days = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
any_values = st.builds(
    UpdateValues,
    state=st.sampled_from([None, *State.values]),
    rag=st.sampled_from([None, *Rag.values]),
    forecast_rag=st.sampled_from([None, *Rag.values]),
    cause=st.sampled_from([None, *Cause.values]),
    exempt_paragraph=st.none() | st.integers(0, 9),
    **dict.fromkeys(["action_by", "return_to_green", "decision_on", "deferred_until", "forecast_end", "as_at"], days),
    **dict.fromkeys(
        ["narrative", "exempt_narrative", "cause_detail", "impact", "action", "action_owner", "evidence"], words
    ),
    **dict.fromkeys(["override_reason", "decision_by", "decision_reference", "start_reason"], words),
)
any_context = st.builds(
    UpdateContext,
    role=st.sampled_from(Role.values),
    kind=st.sampled_from(Kind.values),
    period_ends=st.just(AS_AT),
    on=st.dates(date(2026, 4, 1), date(2026, 11, 30)),
    suggested=st.sampled_from([None, *Rag.values]),
    planned_start=days,
)


@given(any_values, any_context)
def test_problems_name_fields_and_end_without_a_full_stop(values: UpdateValues, context: UpdateContext) -> None:
    for field, message in update_problems(values, context).items():
        assert hasattr(values, field)
        assert message[0].isupper()
        assert not message.endswith(".")


@given(any_values, any_context)
def test_a_rating_goes_out_exactly_where_there_is_one_to_give(values: UpdateValues, context: UpdateContext) -> None:
    rated = values.state == State.IN_PROGRESS and context.role != Role.INFLUENCE
    problems = update_problems(values, context)
    assert ("rag" in problems) == (bool(values.rag) != rated)
    assert ("forecast_rag" in problems) == (bool(values.forecast_rag) != rated)
