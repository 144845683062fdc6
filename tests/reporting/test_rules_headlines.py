"""The headline: every boundary, the order of its rules, and what must hold whatever is counted."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aims.rules import Thresholds
from reporting.choices import Headline
from reporting.rules import Counts, Member, headline, score, worst_member

LIMITS = Thresholds()
NUMBERS = st.integers(0, 40)


def rated(green: int = 0, amber: int = 0, red: int = 0, complete: int = 0, silent: int = 0) -> Counts:
    """Deliver activities: so many of each rating, complete carried forward, and in progress without an update."""
    reported = green + amber + red
    return Counts(
        activities=reported + complete + silent,
        due=reported + silent,
        updated=reported,
        in_progress=reported + silent,
        complete=complete,
        complete_rated=complete,
        green=green,
        amber=amber,
        red=red,
        no_update=silent,
        no_update_rated=silent,
    )


@pytest.mark.parametrize(
    ("counts", "narrow", "wide"),
    [
        (rated(green=1), Headline.GREEN, Headline.GREEN),
        (rated(amber=1), Headline.AMBER, Headline.AMBER),
        (rated(red=1), Headline.RED, Headline.RED),
        (rated(green=1, amber=1), Headline.GREEN, Headline.GREEN),
        (rated(green=50, amber=51), Headline.AMBER, Headline.AMBER),
        (rated(green=51, amber=50), Headline.GREEN, Headline.GREEN),
        (rated(green=1, red=1), Headline.AMBER, Headline.AMBER),
        (rated(green=50, red=51), Headline.RED, Headline.RED),
        (rated(amber=9, red=1), Headline.RED, Headline.RED),
        (rated(green=9, red=1), Headline.AMBER, Headline.GREEN),
        (rated(green=8, red=1), Headline.AMBER, Headline.AMBER),
        (rated(green=89, red=11), Headline.AMBER, Headline.AMBER),
        (rated(green=90, red=10), Headline.AMBER, Headline.GREEN),
        (rated(complete=9, red=1), Headline.AMBER, Headline.GREEN),
        (rated(complete=1, amber=1), Headline.GREEN, Headline.GREEN),
        (rated(green=6, silent=4), Headline.GREEN, Headline.GREEN),
        (rated(green=59, silent=41), Headline.NOT_ENOUGH, Headline.NOT_ENOUGH),
        (rated(silent=3), Headline.NOT_ENOUGH, Headline.NOT_ENOUGH),
        (rated(complete=8, green=1, silent=1), Headline.NOT_ENOUGH, Headline.NOT_ENOUGH),
        (rated(complete=4), Headline.COMPLETE, Headline.COMPLETE),
        (Counts(), Headline.NOT_RATED, Headline.NOT_RATED),
        (Counts(activities=2, cancelled=2), Headline.NOT_RATED, Headline.NOT_RATED),
        (Counts(activities=2, deferred=2), Headline.NOT_RATED, Headline.NOT_RATED),
        (Counts(activities=3, complete=2, complete_rated=2, cancelled=1), Headline.COMPLETE, Headline.COMPLETE),
        (Counts(activities=3, complete=2, complete_rated=2, deferred=1), Headline.GREEN, Headline.GREEN),
        (Counts(activities=2, complete=2), Headline.COMPLETE, Headline.COMPLETE),
        (
            Counts(activities=3, due=3, updated=3, in_progress=3, unrated=3),
            Headline.NOT_RATED,
            Headline.NOT_RATED,
        ),
        (
            Counts(activities=3, due=3, updated=1, no_update=2, in_progress=3, unrated=1),
            Headline.NOT_ENOUGH,
            Headline.NOT_ENOUGH,
        ),
        (
            Counts(activities=2, due=2, updated=2, not_started=2),
            Headline.NOT_RATED,
            Headline.NOT_RATED,
        ),
    ],
)
def test_the_headline(counts: Counts, narrow: Headline, wide: Headline) -> None:
    assert counts.problems() == ()
    assert headline(counts, LIMITS, wide=False).headline == narrow
    assert headline(counts, LIMITS, wide=True).headline == wide


def test_a_complete_influence_activity_stays_outside_the_mean() -> None:
    with_influence = replace(rated(amber=2), activities=5, complete=3)
    assert with_influence.problems() == ()
    assert headline(with_influence, LIMITS, wide=True) == headline(rated(amber=2), LIMITS, wide=True)
    assert score(with_influence) == Decimal("0.5")


@pytest.mark.parametrize(
    ("counts", "mean"),
    [
        (Counts(), None),
        (rated(silent=5), None),
        (rated(red=3), Decimal("0")),
        (rated(green=1, amber=1), Decimal("0.75")),
        (rated(green=2, red=1), Decimal("0.6666")),
        (rated(complete=3, amber=1), Decimal("0.875")),
        (rated(green=49999, amber=50001), Decimal("0.7499")),
    ],
)
def test_the_score_keeps_zero_and_nothing_apart_and_is_cut(counts: Counts, mean: Decimal | None) -> None:
    assert score(counts) == mean


@pytest.mark.parametrize(
    ("counts", "wide", "reason"),
    [
        (Counts(), True, "There is no activity here to rate."),
        (Counts(activities=1, deferred=1), True, "Nothing here carries a rating."),
        (rated(complete=1), False, "The one activity is complete."),
        (
            replace(rated(complete=4), activities=5, cancelled=1),
            True,
            "All 4 activities are complete (1 cancelled aside).",
        ),
        (rated(green=2, silent=3), True, "Of the 5 due, 2 (40 %) have an update that counts: under 60 %."),
        (rated(green=3, amber=1), True, "The mean of 4 rated (3 on track, 1 at risk) is 0.87, at least 0.75."),
        (
            rated(green=1, red=1),
            True,
            "The mean of 2 rated (1 on track, 1 off track) is 0.50, at least 0.50 and under 0.75.",
        ),
        (rated(amber=1, red=1), True, "The mean of 2 rated (1 at risk, 1 off track) is 0.25, under 0.50."),
        (
            rated(complete=8, green=1, red=1),
            False,
            "The mean of 10 rated (1 on track, 8 complete, 1 off track) is 0.90, but 1 of 10, 10 %, is off track: "
            "an objective with any off track is at best at risk.",
        ),
        (
            rated(complete=8, red=2),
            True,
            "The mean of 10 rated (8 complete, 2 off track) is 0.80, but 2 of 10, 20 %, are off track: "
            "a wider scope with over 10 % off track is at best at risk.",
        ),
    ],
)
def test_the_headline_says_which_rule_made_it(counts: Counts, wide: bool, reason: str) -> None:
    assert headline(counts, LIMITS, wide=wide).reason == reason


def test_the_thresholds_of_the_strategy_are_used() -> None:
    own = Thresholds(
        green_from=Decimal("0.90"),
        amber_from=Decimal("0.80"),
        wide_red_share=Decimal("0.04"),
        enough_share=Decimal("0.95"),
    )
    assert headline(rated(green=3, amber=1), own, wide=True).headline == Headline.AMBER
    assert headline(rated(amber=1, green=1), own, wide=True).headline == Headline.RED
    assert headline(rated(green=19, red=1), own, wide=True).headline == Headline.AMBER
    assert headline(rated(green=9, silent=1), own, wide=True).headline == Headline.NOT_ENOUGH


any_counts = st.builds(rated, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
GOODNESS = {Headline.RED: 0, Headline.AMBER: 1, Headline.GREEN: 2}


@given(any_counts, st.sampled_from([("green", "amber"), ("green", "red"), ("amber", "red")]), st.booleans())
def test_worsening_one_rating_never_improves_score_or_headline(
    counts: Counts, step: tuple[str, str], wide: bool
) -> None:
    was, becomes = step
    assume(getattr(counts, was) > 0)
    worse = replace(counts, **{was: getattr(counts, was) - 1, becomes: getattr(counts, becomes) + 1})
    before, after = headline(counts, LIMITS, wide=wide), headline(worse, LIMITS, wide=wide)
    assert (score(worse) or 0) <= (score(counts) or 0)
    if before.headline in GOODNESS:
        assert GOODNESS[after.headline] <= GOODNESS[before.headline]
    else:
        assert after.headline == before.headline


@given(any_counts, st.booleans())
def test_red_caps_the_headline(counts: Counts, wide: bool) -> None:
    found = headline(counts, LIMITS, wide=wide).headline
    if found == Headline.GREEN:
        assert counts.red * 10 <= counts.rated if wide else counts.red == 0


@given(any_counts)
def test_an_objective_is_never_judged_better_than_the_same_counts_in_a_wider_scope(counts: Counts) -> None:
    narrow, wide = (headline(counts, LIMITS, wide=wide).headline for wide in (False, True))
    assert narrow == wide or (narrow, wide) == (Headline.AMBER, Headline.GREEN)


@given(any_counts, st.booleans())
def test_a_score_stands_beside_exactly_the_headlines_that_it_made(counts: Counts, wide: bool) -> None:
    found = headline(counts, LIMITS, wide=wide)
    assert (found.score is not None) == (found.headline in GOODNESS)
    assert found.score is None or 0 <= found.score <= 1
    assert found.reason.endswith(".")


def member(number: str, **counts: int) -> Member:
    return Member(number, f"Number {number}", Counts(**counts))


@pytest.mark.parametrize(
    ("members", "worst"),
    [
        ([], None),
        ([member("1.1", green=4)], None),
        ([member("1.1", amber=9, no_update=9), member("1.2", red=1)], "1.2"),
        ([member("1.1", red=1, no_update=9), member("1.2", red=1, amber=1)], "1.2"),
        ([member("1.1", no_update=1), member("1.2", no_update=2)], "1.2"),
        ([member("1.1", no_update=1), member("1.2", no_update=1, overdue_milestones=1)], "1.2"),
        ([member("1.1"), member("1.2", overdue_milestones=1)], "1.2"),
        ([member("1.1.10", red=1), member("1.1.2", red=1)], "1.1.2"),
        ([member("2", red=1), member("1", red=1)], "1"),
    ],
)
def test_the_worst_member_is_named(members: list[Member], worst: str | None) -> None:
    found = worst_member(members)
    assert (found.number if found else None) == worst
