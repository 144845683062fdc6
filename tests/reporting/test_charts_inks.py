"""A status in a chart is told by word, symbol and colour, also in greyscale and to whoever sees colours differently."""

from __future__ import annotations

from itertools import combinations

import pytest

from aims.choices import Mark
from reporting.charts.inks import ABSENT, NOT_ENOUGH, NOT_RATED, NOT_TRACED, Ink, headline_ink, mark_ink, pale_ink
from reporting.charts.milestones import DAYS
from reporting.choices import Headline
from tests.test_look import colours, contrast, luminance

MARKS = [mark_ink(mark) for mark in Mark]
HEADLINES = [headline_ink(headline) for headline in Headline]
PALE = [pale_ink(headline) for headline in Headline]
ALL = [*MARKS, *HEADLINES, *PALE, ABSENT, NOT_ENOUGH, NOT_RATED, NOT_TRACED]
# How the three common deficiencies see linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1).
DEFICIENCIES = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def linear(colour: str) -> list[float]:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]


def seen(colour: str, deficiency: str) -> str:
    """The colour as somebody with the deficiency sees it."""
    red, green, blue = linear(colour)
    mixed = [row[0] * red + row[1] * green + row[2] * blue for row in DEFICIENCIES[deficiency]]
    clipped = [min(max(value, 0), 1) for value in mixed]
    channels = [12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055 for value in clipped]
    return "#" + "".join(f"{round(255 * value):02x}" for value in channels)


def grey(colour: str) -> str:
    level = luminance(colour)
    value = 12.92 * level if level <= 0.0031308 else 1.055 * level ** (1 / 2.4) - 0.055
    return "#" + f"{round(255 * value):02x}" * 3


@pytest.mark.parametrize("inks", [MARKS, HEADLINES, PALE], ids=["marks", "headlines", "earlier reviews"])
def test_no_two_statuses_of_a_scale_share_word_or_symbol(inks: list[Ink]) -> None:
    for one, other in combinations(inks, 2):
        assert one.symbol != other.symbol
        assert one.label != other.label


@pytest.mark.parametrize("ink", ALL, ids=lambda ink: ink.words)
def test_words_and_symbols_can_be_read_on_their_ground_by_everybody(ink: Ink) -> None:
    assert contrast(ink.ink, ink.ground) >= 4.5
    assert contrast(grey(ink.ink), grey(ink.ground)) >= 4.4  # rounded to a grey of whole steps
    for deficiency in DEFICIENCIES:
        assert contrast(seen(ink.ink, deficiency), seen(ink.ground, deficiency)) >= 4.5


@pytest.mark.parametrize("ink", [*MARKS, NOT_RATED, NOT_ENOUGH, NOT_TRACED], ids=lambda ink: ink.words)
def test_a_bar_stands_out_from_the_page(ink: Ink) -> None:
    assert contrast(ink.edge, "#ffffff") >= 3
    for deficiency in DEFICIENCIES:
        assert contrast(seen(ink.edge, deficiency), "#ffffff") >= 3


def test_the_two_sums_of_money_are_told_apart_without_colour() -> None:
    red, amber = (mark_ink(mark).ground for mark in (Mark.RED, Mark.AMBER))
    assert contrast(grey(red), grey(amber)) >= 3
    for deficiency in DEFICIENCIES:
        assert contrast(seen(red, deficiency), seen(amber, deficiency)) >= 3


def test_the_days_of_a_milestone_have_shapes_of_their_own() -> None:
    assert len({path for _, path, *_ in DAYS}) == len(DAYS)
    assert all(contrast(edge, "#ffffff") >= 3 for *_, edge in DAYS)


def test_pictures_have_the_edges_and_tints_of_the_style_sheet() -> None:
    marks, tags = colours("marks"), colours("tags")
    assert {mark.css: mark_ink(mark).edge for mark in Mark} == {name: uses["edge"] for name, uses in marks.items()}
    for headline in (*list(Headline)[:4], Headline.NOT_RATED):
        ink = pale_ink(headline)
        assert tags[headline.value.replace("_", "-")] == {"ground": ink.ground, "text": ink.ink}
