"""The demonstration's content and its dates, before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from aims.choices import Cause, Kind
from funding.rules import Around
from funding.rules.returns import problems_of, warnings_of
from reporting.demonstration.calendar import Calendar
from reporting.demonstration.plans import Plan, plan_of
from reporting.demonstration.purses import months_of, read_purses
from reporting.demonstration.stories import ROUNDS, Step, read_step, read_stories

STORIES = read_stories()
PURSES = read_purses()
FUNDING = Path(settings.BASE_DIR) / "fixtures" / "funding.json"
DAYS = [date(2025, 10, 1) + timedelta(days=19 * number) for number in range(60)]
BOUNDARIES = [date(2026, 4, 1), date(2026, 9, 30), date(2026, 10, 1), date(2028, 2, 29)]


def step(text: str) -> Step:
    return read_step(f"{text} Report published")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", Step("Report published", 2, False, (), None, False, 2)),
        ("2e", Step("Report published", 2, True, (), None, False, 2)),
        ("2>3", Step("Report published", 2, False, (), None, False, 3)),
        ("2>", Step("Report published", 2, False, (), None, False, None)),
        ("3~4", Step("Report published", 3, False, (4,), None, False, 4)),
        ("3~4~6", Step("Report published", 3, False, (4, 6), None, False, None)),
        ("4?5", Step("Report published", 4, False, (), 5, False, None)),
        ("3x5>4", Step("Report published", 3, False, (), 5, True, 4)),
        ("6", Step("Report published", 6, False, (), None, False, None)),
    ],
)
def test_a_step_reads_as_written(text: str, expected: Step) -> None:
    assert step(text) == expected


def test_a_line_that_is_no_step_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a step: Report published"):
        read_step("Report published")


def test_every_activity_of_the_strategy_has_a_story() -> None:
    assert len(STORIES) == 112
    assert all(len(story.track) <= ROUNDS for story in STORIES.values())


def test_what_is_behind_has_its_reasons_and_what_is_complete_its_evidence() -> None:
    for story in STORIES.values():
        for reasons in story.reasons.values():
            assert reasons.cause in Cause.values, story.number
            assert reasons.impact.endswith("."), story.number
        if "C" in story.track:
            assert story.evidence, story.number


@pytest.mark.parametrize("on", BOUNDARIES)
def test_the_open_round_has_ended_and_still_takes_updates(on: date) -> None:
    calendar = Calendar(on)

    assert calendar.half(ROUNDS).ends < on <= calendar.half(ROUNDS + 1).ends
    assert calendar.deadline >= on + timedelta(days=11)
    assert calendar.half(1).next().next().next() == calendar.half(ROUNDS)


@pytest.mark.parametrize("on", DAYS + BOUNDARIES)
def test_instants_of_a_round_keep_their_order_and_its_bounds(on: date) -> None:
    calendar = Calendar(on)
    for number in range(1, ROUNDS + 1):
        found = calendar.round(number)
        instants = [found.at(share / 100) for share in range(101)]
        assert instants == sorted(instants)
        assert found.opens_at <= instants[0]
        assert number == ROUNDS or instants[-1] < found.closes_at
        assert number < ROUNDS or instants[-1].date() <= on


def test_allocations_of_a_stream_stay_within_its_award_and_over_programming() -> None:
    awards = {row["fields"]["code"]: Decimal(row["fields"]["award"]) for row in json.loads(FUNDING.read_text())}
    for purse in PURSES:
        given: dict[str, Decimal] = {}
        for gift in sorted(purse.gifts, key=lambda gift: gift.half):
            given[gift.number] = gift.amount
            assert sum(given.values()) <= awards[purse.code] + purse.over_programming, purse.code
            assert gift.half < ROUNDS


@pytest.mark.parametrize("on", DAYS[::6] + BOUNDARIES)
def test_returns_of_every_day_are_settled_before_it_and_want_no_reason(on: date) -> None:
    awards = {row["fields"]["code"]: Decimal(row["fields"]["award"]) for row in json.loads(FUNDING.read_text())}
    for purse in PURSES:
        before = None
        for month in months_of(purse.code, purse.course, on) if purse.course else ():
            assert problems_of(month.figures, month.first, on) == {}
            assert warnings_of(month.figures, awards[purse.code], Around(before)) == (), (purse.code, month.first)
            assert month.last + timedelta(days=15) < on
            before = month.figures.spend_to_date


def plans(on: date) -> Iterator[Plan]:
    calendar = Calendar(on)
    for story in STORIES.values():
        yield plan_of(story, Kind.TIME_BOUND, calendar)


@pytest.mark.parametrize("on", DAYS[::6] + BOUNDARIES)
def test_promises_are_made_moved_and_kept_in_that_order(on: date) -> None:
    calendar = Calendar(on)
    for plan in plans(on):
        assert not plan.start or not plan.end or plan.start <= plan.end
        for post in plan.mileposts:
            assert not post.done or calendar.begins < post.done <= (post.noted or post.done) < on
            for move in post.moves:
                assert calendar.begins + timedelta(days=9) < move.asked_on <= move.decided_on < on
