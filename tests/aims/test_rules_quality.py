"""What lets the office doubt an update: a table a signal, and what must hold of any two texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.choices import Rag, Signal, State
from aims.rules import MilestoneFact, QualityFacts, Said, likeness, quality_findings, repeated, words_of

ON = date(2026, 10, 12)
TEN = "one two three four five six seven eight nine ten"
STEP = MilestoneFact("Contract let", date(2026, 9, 12))


def said(rag: str | None = Rag.GREEN, **fields: Any) -> Said:
    return Said(**{"state": State.IN_PROGRESS, "rag": rag, "narrative": "New words.", **fields})


def found(on: date = ON, **fields: Any) -> dict[Signal, str]:
    facts = QualityFacts(**{"due": True, "has_dates": True, **fields})
    return {finding.signal: finding.sentence for finding in quality_findings(facts, on)}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Work goes on.", "work goes ON", Decimal(1)),
        ("Work goes on.", "", Decimal(0)),
        ("", "", Decimal(0)),
        (TEN, TEN.replace("ten", "eleven"), Decimal("0.9")),
        (TEN, TEN.replace("ten", "eleven").replace("one", "two"), Decimal("0.8")),
        ("Piling is done", "Nothing to say", Decimal(0)),
    ],
)
def test_likeness_is_the_share_of_common_words(one: str, other: str, alike: Decimal) -> None:
    assert likeness(one, other) == alike


@given(st.text(), st.text())
def test_likeness_is_a_share_and_goes_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == (1 if words_of(one) else 0)


@pytest.mark.parametrize(
    ("now", "before", "doubted"),
    [
        (said(narrative=TEN), said(narrative=TEN), "word for word"),
        (said(narrative=TEN.upper() + "!"), said(narrative=TEN), "word for word"),
        (said(narrative=TEN), said(narrative=TEN.replace("ten", "eleven")), "90 % of the words"),
        (said(narrative=TEN), said(narrative=TEN.replace("ten", "eleven").replace("one", "two")), None),
        (said(narrative=TEN, is_no_change=True), said(narrative=TEN), None),
        (said(narrative=TEN), None, None),
        (None, said(narrative=TEN), None),
    ],
)
def test_the_words_of_last_time(now: Said | None, before: Said | None, doubted: str | None) -> None:
    sentence = found(now=now, before=before).get(Signal.COPIED)
    assert (doubted in sentence) if doubted and sentence else sentence is doubted


@pytest.mark.parametrize(
    ("fields", "doubted"),
    [
        ({"now": said(), "milestones": (STEP,)}, True),
        ({"before": said(), "milestones": (STEP,)}, True),
        ({"now": said(Rag.AMBER), "before": said(), "milestones": (STEP,)}, False),
        ({"now": said(), "milestones": (MilestoneFact("Later", ON),)}, False),
        ({"now": said(), "milestones": (MilestoneFact("Done", STEP.due, date(2026, 9, 1)),)}, False),
        ({"now": said(state=State.COMPLETE, rag=None), "milestones": (STEP,)}, False),
        ({"milestones": (STEP,)}, False),
    ],
)
def test_on_track_with_overdue_milestones(fields: dict[str, Any], doubted: bool) -> None:
    assert (Signal.GREEN_OVERDUE in found(**fields)) is doubted


def test_the_milestone_longest_overdue_is_named_with_how_many_more() -> None:
    steps = (STEP, MilestoneFact("Site bought", date(2026, 10, 11)))
    sentence = found(now=said(), milestones=steps)[Signal.GREEN_OVERDUE]
    assert sentence == "rated on track; milestone “Contract let” is 30 days overdue and 1 more"


@pytest.mark.parametrize(
    ("due", "missed", "doubted"),
    [
        (True, (True, True), True),
        (True, (True, True, True), True),
        (True, (True, False, True), False),
        (True, (False, True, True), False),
        (True, (True,), False),
        (True, (), False),
        (False, (True, True), False),
    ],
)
def test_silence_takes_two_periods_in_a_row(due: bool, missed: tuple[bool, ...], doubted: bool) -> None:
    assert (Signal.SILENT in found(due=due, missed=missed)) is doubted


@pytest.mark.parametrize(
    ("rag", "suggested", "doubted"),
    [
        (Rag.GREEN, Rag.AMBER, True),
        (Rag.AMBER, Rag.RED, True),
        (Rag.RED, Rag.GREEN, False),
        (Rag.GREEN, None, False),
        (Rag.GREEN, Rag.GREEN, False),
    ],
)
def test_rated_better_than_suggested(rag: Rag, suggested: Rag | None, doubted: bool) -> None:
    assert (Signal.BETTER in found(now=said(rag, suggested=suggested))) is doubted
    assert Signal.BETTER not in found(before=said(rag, suggested=suggested))


@pytest.mark.parametrize(
    ("rag", "day", "doubted"),
    [
        (Rag.AMBER, date(2026, 10, 11), True),
        (Rag.RED, date(2026, 10, 11), True),
        (Rag.RED, ON, False),
        (Rag.GREEN, date(2026, 10, 11), False),
        (Rag.RED, None, False),
    ],
)
def test_a_promised_return_that_has_passed(rag: Rag, day: date | None, doubted: bool) -> None:
    assert (Signal.RETURN_PASSED in found(now=said(rag, return_to_green=day))) is doubted
    assert (Signal.RETURN_PASSED in found(before=said(rag, return_to_green=day))) is doubted


@pytest.mark.parametrize(
    ("now", "doubted"), [(said(Rag.RED), True), (said(Rag.RED, ask="Agree"), False), (said(Rag.AMBER), False)]
)
def test_off_track_without_an_ask(now: Said, doubted: bool) -> None:
    assert (Signal.RED_WITHOUT_ASK in found(now=now)) is doubted
    assert Signal.RED_WITHOUT_ASK not in found(before=now)


@pytest.mark.parametrize(
    ("due", "has_dates", "doubted"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_no_baseline(due: bool, has_dates: bool, doubted: bool) -> None:
    assert (Signal.NO_BASELINE in found(due=due, has_dates=has_dates)) is doubted


def test_the_same_words_in_several_activities_are_one_group() -> None:
    told = {1: "The site is cleared and works go on.", 2: "the site is cleared, and works go on", 3: "Another matter"}
    assert repeated(told) == [(1, 2)]


def test_a_few_words_may_be_the_same_anywhere() -> None:
    assert repeated({1: "Work goes on as planned.", 2: "Work goes on as planned."}) == []


def test_findings_come_in_the_order_of_the_signals() -> None:
    facts: dict[str, Any] = {
        "now": said(Rag.RED, suggested=None),
        "milestones": (STEP,),
        "has_dates": False,
        "missed": (True, True),
    }
    order = [*Signal]
    assert [*found(**facts)] == sorted(found(**facts), key=order.index)
