"""The look keeps to the scales of the code and to the contrast that the accessibility statement promises."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from aims.choices import DRAWINGS, Mark, Rag, State
from reporting.choices import Headline

ROOT: Path = settings.BASE_DIR
PALETTE = (ROOT / "static" / "scss" / "_palette.scss").read_text()
SPRITE = (ROOT / "templates" / "components" / "_marks_sprite.html").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAPER = ROOT / "templates" / "reporting" / "pack" / "paper.html"
WITHOUT_SHAPE = {Headline.NOT_RATED.value, Headline.NOT_ENOUGH.value}


def colours(name: str) -> dict[str, dict[str, str]]:
    """A map of the palette: for each status its colours by their use."""
    block = re.search(rf"\${name}: \((.*?)\n\);", PALETTE, re.DOTALL)
    assert block is not None
    entries = re.findall(r'"([a-z-]+)": \((.*?)\)', block.group(1))
    return {status: dict(re.findall(r"(\w+): (#[0-9a-f]{6})", uses)) for status, uses in entries}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_style_sheet_draws_marks_in_the_colours_of_the_scale() -> None:
    drawn = {status: (uses["ground"], uses["ink"]) for status, uses in colours("marks").items()}

    assert drawn == {mark.css: (DRAWINGS[mark].colour, DRAWINGS[mark].ink) for mark in Mark}


@pytest.mark.parametrize("mark", Mark)
def test_each_mark_has_a_tile_in_the_sprite(mark: Mark) -> None:
    assert f'id="mark-{mark.value}"' in SPRITE


def test_each_status_that_a_tag_can_have_has_a_shape_and_colours() -> None:
    statuses = {*Mark.values, *Rag.values, *State.values, *Headline.values}

    assert {status.replace("_", "-") for status in statuses} == set(colours("tags"))
    assert {status for status in statuses if f'id="glyph-{status}"' not in SPRITE} == WITHOUT_SHAPE


def test_no_two_marks_share_a_shape() -> None:
    shapes = [drawing.shape for drawing in DRAWINGS.values()]

    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(("status", "tag"), colours("tags").items())
def test_a_tag_can_be_read(status: str, tag: dict[str, str]) -> None:
    assert contrast(tag["text"], tag["ground"]) >= 7


@pytest.mark.parametrize(("status", "mark"), colours("marks").items())
def test_a_mark_stands_out_from_the_page_and_its_shape_from_the_mark(status: str, mark: dict[str, str]) -> None:
    assert contrast(mark["edge"], "#ffffff") >= 3
    assert contrast(mark["ink"], mark["ground"]) >= 4.5


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_script_or_style_of_its_own(template: Path) -> None:
    text = template.read_text()
    if template == PAPER:  # a file that stands alone: its own policy allows this one sheet by its hash
        text = text.replace("<style>{{ style }}</style>", "", 1)

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text))
