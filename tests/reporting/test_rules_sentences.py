"""Shares, movement and the position in words."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.choices import Mark
from reporting.choices import Direction, Headline
from reporting.rules import (
    Counts,
    Movement,
    direction,
    movement_of,
    movement_sentence,
    position_pieces,
    position_sentence,
    share,
    share_text,
)

BOARD = Counts(
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


@pytest.mark.parametrize(
    ("part", "whole", "fraction", "text"),
    [
        (0, 0, None, "0 of 0"),
        (0, 5, Decimal(0), "0 of 5, 0 %"),
        (5, 5, Decimal(1), "5 of 5, 100 %"),
        (18, 45, Decimal("0.4"), "18 of 45, 40 %"),
        (1, 8, Decimal("0.125"), "1 of 8, 13 %"),
        (1, 1000, Decimal("0.001"), "1 of 1000, less than 1 %"),
        (5, 1000, Decimal("0.005"), "5 of 1000, 1 %"),
        (995, 1000, Decimal("0.995"), "995 of 1000, more than 99 %"),
        (994, 1000, Decimal("0.994"), "994 of 1000, 99 %"),
    ],
)
def test_a_share_names_its_denominator(part: int, whole: int, fraction: Decimal | None, text: str) -> None:
    assert share(part, whole) == fraction
    assert share_text(part, whole) == text


@pytest.mark.parametrize(
    ("now", "before", "way"),
    [
        ("green", "amber", Direction.BETTER),
        ("amber", "red", Direction.BETTER),
        ("complete", "green", Direction.BETTER),
        ("complete", "red", Direction.BETTER),
        ("green", "green", Direction.SAME),
        ("complete", "complete", Direction.SAME),
        ("red", "red", Direction.SAME),
        ("amber", "green", Direction.WORSE),
        ("red", "complete", Direction.WORSE),
        (Mark.GREEN, Mark.AMBER, Direction.BETTER),
        (Headline.RED, Headline.AMBER, Direction.WORSE),
        ("green", None, Direction.NOT_COMPARABLE),
        (None, "green", Direction.NOT_COMPARABLE),
        (None, None, Direction.NOT_COMPARABLE),
    ],
)
def test_direction_of_travel(now: str | None, before: str | None, way: Direction) -> None:
    assert direction(now, before) is way


COMPARABLE = {"red", "amber", "green", "complete"}
OTHERS = sorted({*Mark.values, *Headline.values} - COMPARABLE)


@pytest.mark.parametrize("other", OTHERS)
def test_any_other_status_is_not_comparable(other: str) -> None:
    assert direction(other, "green") is Direction.NOT_COMPARABLE
    assert direction("green", other) is Direction.NOT_COMPARABLE
    assert direction(other, other) is Direction.NOT_COMPARABLE


@given(st.sampled_from(sorted(COMPARABLE)), st.sampled_from(sorted(COMPARABLE)))
def test_direction_turns_round_with_time_and_a_rebaseline_breaks_it(now: str, before: str) -> None:
    turned = {Direction.BETTER: Direction.WORSE, Direction.WORSE: Direction.BETTER, Direction.SAME: Direction.SAME}
    assert direction(before, now) is turned[direction(now, before)]
    assert direction(now, before, rebaselined=True) is Direction.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("movement", "sentence"),
    [
        (Movement(), "No activity can be compared with the earlier review."),
        (Movement(not_comparable=7), "No activity can be compared with the earlier review."),
        (Movement(better=1), "The one comparable activity improved or stayed the same."),
        (Movement(worse=1), "The one comparable activity worsened."),
        (Movement(10, 37, 13, 52), "78 % of 60 comparable activities improved or stayed the same."),
        (Movement(worse=4), "0 % of 4 comparable activities improved or stayed the same."),
        (Movement(same=4), "100 % of 4 comparable activities improved or stayed the same."),
        (Movement(1, 0, 400), "Less than 1 % of 401 comparable activities improved or stayed the same."),
    ],
)
def test_movement_in_words(movement: Movement, sentence: str) -> None:
    assert movement_sentence(movement) == sentence


@given(st.lists(st.sampled_from(Direction)))
def test_movement_counts_every_direction_once(directions: list[Direction]) -> None:
    found = movement_of(directions)
    assert found.comparable + found.not_comparable == len(directions)
    assert found.better == directions.count(Direction.BETTER)
    assert found.worse == directions.count(Direction.WORSE)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (Counts(), "There are no key activities here."),
        (
            BOARD,
            "Of 112 key activities, 20 are complete, 81 in progress and 11 not started. "
            "Of the 81: 49 on track, 17 at risk, 6 off track, 9 with no update.",
        ),
        (
            Counts(activities=112, due=112, no_update=112, never_reported=112),
            "All 112 key activities are yet to be reported.",
        ),
        (Counts(activities=1, due=1, no_update=1, never_reported=1), "The one key activity is yet to be reported."),
        (
            Counts(activities=1, due=1, updated=1, in_progress=1, amber=1),
            "The one key activity is in progress. It is at risk.",
        ),
        (
            Counts(activities=1, due=1, in_progress=1, no_update=1),
            "The one key activity is in progress. It is without an update.",
        ),
        (
            Counts(activities=4, due=4, updated=4, in_progress=4, unrated=4),
            "All 4 key activities are in progress. All 4 in progress are not rated.",
        ),
        (Counts(activities=3, complete=3), "All 3 key activities are complete."),
        (Counts(activities=3, complete=1, cancelled=2), "Of 3 key activities, 1 is complete and 2 cancelled."),
        (
            Counts(
                activities=6,
                due=3,
                updated=2,
                complete=1,
                in_progress=1,
                red=1,
                deferred=2,
                cancelled=1,
                not_started=1,
                no_update=1,
            ),
            "Of 6 key activities, 1 is complete, 1 in progress, 1 not started, 2 deferred and 1 cancelled. "
            "The one in progress is off track. In all, 1 of the 3 due has no update.",
        ),
        (
            Counts(
                activities=5, due=5, updated=1, in_progress=3, green=1, no_update=4, no_update_rated=2, never_reported=2
            ),
            "Of 5 key activities, 3 are in progress and 2 yet to be reported. "
            "Of the 3: 1 on track, 2 with no update. In all, 4 of the 5 due have no update.",
        ),
        (
            Counts(activities=2, due=1, updated=1, in_progress=1, unrated=1, complete=1),
            "Of 2 key activities, 1 is complete and 1 in progress. The one in progress is not rated.",
        ),
    ],
)
def test_the_position_in_words(counts: Counts, sentence: str) -> None:
    assert counts.problems() == ()
    assert position_sentence(counts) == sentence


@st.composite
def any_counts(draw: st.DrawFn) -> Counts:
    """Any counts of the right shape."""
    number = st.integers(0, 30)
    names = ("not_started", "complete", "deferred", "cancelled", "never_reported", "green", "amber", "red", "unrated")
    found = {name: draw(number) for name in names}
    silent, influence_silent, waiting = draw(number), draw(number), draw(st.integers(0, found["not_started"]))
    in_progress = found["green"] + found["amber"] + found["red"] + found["unrated"] + silent + influence_silent
    no_update = found["never_reported"] + silent + influence_silent + waiting
    updated = in_progress - silent - influence_silent + found["not_started"] - waiting
    states = in_progress + sum(found[name] for name in names[:5])
    return Counts(
        **found,
        in_progress=in_progress,
        activities=states,
        no_update=no_update,
        no_update_rated=silent,
        updated=updated,
        due=updated + no_update,
    )


@given(any_counts())
def test_the_numbers_of_a_sentence_add_up(counts: Counts) -> None:
    assert counts.problems() == ()
    first, *rest = position_sentence(counts).split(". ")
    if first.startswith("Of "):
        whole, *parts = (int(number) for number in re.findall(r"\d+", first))
        assert whole == counts.activities == sum(parts)
        assert 0 not in parts
    if rest and rest[0].startswith("Of the "):
        whole, *parts = (int(number) for number in re.findall(r"\d+", rest[0]))
        assert whole == counts.in_progress == sum(parts)
        assert 0 not in parts


@given(any_counts())
def test_the_pieces_make_the_sentence_and_name_each_mark_once(counts: Counts) -> None:
    pieces = position_pieces(counts)
    sentence = position_sentence(counts)
    assert "".join(piece.text for piece in pieces) == sentence
    assert sentence.endswith(".")
    assert "  " not in sentence
    rated = [piece.mark for piece in pieces if piece.mark not in (None, Mark.NO_UPDATE)]
    assert len(rated) == len(set(rated))
