"""What stands for a status in a chart: its word, its symbol and its colours, always together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from aims.choices import Mark
from reporting.choices import Headline

# Edges that hold 3:1 against the page where the ground does not; static/scss/_palette.scss has the same.
EDGES = {
    Mark.AMBER: "#96610a",
    Mark.UNRATED: "#0b5b66",
    Mark.NO_UPDATE: "#50595f",
    Mark.NOT_STARTED: "#6f7880",
}

# The pale ground and the dark text of each headline's tag, for what is past; static/scss/_palette.scss has the same.
PALE = {
    Headline.COMPLETE: ("#e0ebf8", "#123c70"),
    Headline.GREEN: ("#dff1e6", "#00482a"),
    Headline.AMBER: ("#fdeec9", "#573a00"),
    Headline.RED: ("#fbdfe1", "#7d0a15"),
    Headline.NOT_RATED: ("#e7ebee", "#2b3136"),
}


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours are sRGB hex."""

    label: str
    symbol: str
    ground: str
    ink: str
    edge: str
    is_dashed: bool = False

    @property
    def words(self) -> str:
        """ "■ Off track"."""
        return f"{self.symbol} {self.label}"

    @property
    def marker(self) -> dict[str, Any]:
        """The colours for Plotly."""
        return {"color": self.ground, "line": {"color": self.edge, "width": 1}}

    @property
    def meta(self) -> dict[str, Any]:
        """What the switch of a live series shows beside its name."""
        return {"symbol": self.symbol, "ink": self.ink}


NOT_RATED = Ink("Not rated", "–", "#e7ebee", "#2b3136", "#6f7880")
NOT_ENOUGH = Ink("Not enough evidence", "?", "#ffffff", "#3a444c", "#3a444c", is_dashed=True)
ABSENT = Ink("Not in that review", "·", "#ffffff", "#4a5a68", "#c9d3dc")
NOT_TRACED = Ink("Not traced", "◊", "#8a98a5", "#0b1f33", "#5c6b78")


def mark_ink(mark: Mark) -> Ink:
    """A key activity's mark."""
    drawing = mark.drawing
    edge = EDGES.get(mark, drawing.colour)
    return Ink(mark.label, drawing.symbol, drawing.colour, drawing.ink, edge, drawing.dashed)


def headline_ink(headline: Headline) -> Ink:
    """A scope's headline; its four ratings are drawn as an activity's."""
    if headline == Headline.NOT_RATED:
        return NOT_RATED
    return NOT_ENOUGH if headline == Headline.NOT_ENOUGH else mark_ink(Mark(headline.value))


def pale_ink(headline: Headline) -> Ink:
    """The same for an earlier review, so that the last one stands out."""
    ink = headline_ink(headline)
    if headline not in PALE:
        return ink
    ground, text = PALE[headline]
    return replace(ink, ground=ground, ink=text, edge=ground)


def painted(ink: Ink) -> SafeString:
    """The attributes of a shape in these colours: it keeps them wherever the picture goes."""
    dashes = format_html(' stroke-dasharray="{}"', "3 2") if ink.is_dashed else ""
    return format_html('fill="{}" stroke="{}"{}', ink.ground, ink.edge, dashes)
