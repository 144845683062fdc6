"""The worked examples of docs/rules.md about roll-up, computed, and their sentences found on the page."""

from pathlib import Path

from aims.rules import Thresholds
from reporting.choices import Direction, Headline
from reporting.rules import (
    Counts,
    Movement,
    direction,
    headline,
    movement_sentence,
    position_sentence,
    share_text,
)

PAGE = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
TEN = Counts(
    activities=10, due=2, updated=2, in_progress=2, complete=8, complete_rated=8, green=1, red=1, forecast_green=1
)


def test_the_position_of_the_page() -> None:
    counts = Counts(
        activities=112,
        due=92,
        updated=83,
        complete=20,
        complete_rated=20,
        in_progress=81,
        not_started=11,
        green=49,
        amber=17,
        red=6,
        no_update=9,
        no_update_rated=9,
    )
    assert counts.problems() == ()
    assert f"> {position_sentence(counts)}\n" in PAGE


def test_the_headlines_of_the_page() -> None:
    assert TEN.problems() == ()
    objective, aim = headline(TEN, Thresholds(), wide=False), headline(TEN, Thresholds(), wide=True)
    assert (objective.headline, aim.headline) == (Headline.AMBER, Headline.GREEN)
    assert f"| an objective | Amber | {objective.reason} |\n" in PAGE
    assert f"| an aim | Green | {aim.reason} |\n" in PAGE


def test_the_missing_evidence_of_the_page() -> None:
    silent = Counts(activities=5, due=5, updated=2, no_update=3, in_progress=5, green=2, no_update_rated=3)
    found = headline(silent, Thresholds(), wide=True)
    assert found.headline == Headline.NOT_ENOUGH
    assert f"> {found.reason}\n" in PAGE


def test_the_movement_of_the_page() -> None:
    assert direction("green", "amber") is Direction.BETTER
    assert direction("deferred", "green") is Direction.NOT_COMPARABLE
    assert f"> {movement_sentence(Movement(better=10, same=37, worse=13, not_comparable=52))}\n" in PAGE


def test_the_shares_of_the_page() -> None:
    assert f"`{share_text(18, 45)}`" in PAGE
    assert share_text(995, 1000) == "995 of 1000, more than 99 %"
    assert "995 of 1000 is `more than 99 %`" in PAGE
