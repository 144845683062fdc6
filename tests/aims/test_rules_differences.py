"""Which words changed: a table of cases, and what holds for any two texts."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims.rules.differences import MOST_COMPARED, Piece, Pieces, differences


def shown(pieces: Pieces) -> str:
    """A text with its changed stretches in square brackets."""
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        ("", "", "", ""),
        ("Work goes on.", "Work goes on.", "Work goes on.", "Work goes on."),
        ("", "Work goes on.", "", "[Work goes on.]"),
        ("Work goes on.", "", "[Work goes on.]", ""),
        (
            "Two of five pilots live.",
            "Three of five pilots live.",
            "[Two] of five pilots live.",
            "[Three] of five pilots live.",
        ),
        ("Pilots live.", "Pilots are live.", "Pilots live.", "Pilots [are] live."),
        ("Pilots are live.", "Pilots live.", "Pilots [are] live.", "Pilots live."),
        ("Work stops.", "Work stops!", "Work stops[.]", "Work stops[!]"),
        ("It cost £1.5m.", "It cost £1.6m.", "It cost £[1.5m].", "It cost £[1.6m]."),
        ("The board’s view", "The Board’s view", "The [board’s] view", "The [Board’s] view"),
        ("Let in May.", "Let  in\nMay.", "Let in May.", "Let  in\nMay."),
        ("One. Two.", "Zero. One. Two.", "One. Two.", "[Zero.] One. Two."),
        ("First line\nSecond line", "First line\nThird line", "First line\n[Second] line", "First line\n[Third] line"),
        ("Let by Kier", "Let by Kier and Amey", "Let by Kier", "Let by Kier [and Amey]"),
        ("Due 31 March 2027", "Due 30 June 2027", "Due [31 March] 2027", "Due [30 June] 2027"),
    ],
)
def test_the_changed_words_are_marked_on_their_side(before: str, after: str, old: str, new: str) -> None:
    assert tuple(map(shown, differences(before, after))) == (old, new)


TEXTS = st.text(alphabet=st.sampled_from("abAB .,!?\n\t’-£é5")) | st.text()


@given(TEXTS, TEXTS)
def test_the_pieces_put_together_give_both_texts_again(before: str, after: str) -> None:
    old, new = differences(before, after)

    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after


@given(TEXTS, TEXTS)
def test_what_is_not_marked_says_the_same_on_both_sides(before: str, after: str) -> None:
    old, new = differences(before, after)

    assert kept(old) == kept(new)


def kept(pieces: Pieces) -> str:
    """What is unmarked, white space aside."""
    return "".join("".join(piece.text.split()) for piece in pieces if not piece.changed)


@given(TEXTS)
def test_a_text_beside_itself_has_no_mark(text: str) -> None:
    assert differences(text, text) == ((Piece(text),), (Piece(text),)) if text else ((), ())


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_neighbours_differ(before: str, after: str) -> None:
    for pieces in differences(before, after):
        assert all(piece.text for piece in pieces)
        assert all(one.changed != other.changed for one, other in pairwise(pieces))


def test_a_word_changed_in_a_long_text_is_marked_alone() -> None:
    words = [f"word{number}" for number in range(5000)]
    old, new = differences(" ".join(words), " ".join([*words[:2500], "other", *words[2501:]]))

    assert [piece.text for piece in old if piece.changed] == ["word2500"]
    assert [piece.text for piece in new if piece.changed] == ["other"]


def test_long_texts_that_changed_throughout_are_compared_by_sentence() -> None:
    sentences = [f"Sentence {number} says what was done in week {number}." for number in range(200)]
    old, new = differences(" ".join(["Begun.", *sentences, "Ended."]), " ".join(["Planned.", *sentences, "Closed."]))

    assert [piece.text for piece in old if piece.changed] == ["Begun.", "Ended"]
    assert [piece.text for piece in new if piece.changed] == ["Planned.", "Closed"]


WORST = [
    ("a b " * 10_000, "b a a " * 6_000),
    ("a. b! " * 10_000, "b? a. a! " * 6_000),
    ("x" * 100_000, "y" * 100_000),
    (" " * 100_000 + "a", "b" + "\n" * 100_000),
    ("a b " * (MOST_COMPARED // 2), "b a a " * (MOST_COMPARED // 3)),
]


@pytest.mark.parametrize(("before", "after"), WORST)
def test_no_text_takes_long(before: str, after: str) -> None:
    started = time.monotonic()
    old, new = differences(before, after)

    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == after
    assert time.monotonic() - started < 30  # a matching without bound takes minutes
