"""The streams by the size of their awards: one rectangle each, its area the award.

All of one colour: the size alone says something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from funding.rules import in_millions
from reporting.charts.chart import PALETTE, Chart, Row

WIDTH, HEIGHT = 100.0, 320.0  # per cent of the page's width, pixels: words keep their size on a phone
NARROW, WIDE = 2.8, 9.0  # pixels a per cent of the width is on the narrowest phone, and on a wide page
SMALL = 9.0  # pixels a character takes


@dataclass(frozen=True, slots=True)
class Area:
    """One member of a treemap; `amount` in pounds."""

    key: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Where a member is drawn: left and width in per cent, top and height in pixels."""

    left: float
    top: float
    width: float
    height: float


def treemap_chart(areas: Sequence[Area], csv_url: str) -> Chart:
    """The members by size, the largest first."""
    ordered = sorted((area for area in areas if area.amount), key=lambda area: area.amount, reverse=True)
    sentence = treemap_sentence(ordered)
    return Chart(
        id="treemap",
        sentence=sentence,
        svg=_svg(ordered, sentence),
        figure=_figure(ordered),
        csv_url=csv_url,
        headers=("Stream", "Name", "Award, £m"),
        rows=tuple(_row(area) for area in ordered),
    )


def _row(area: Area) -> Row:
    return (area.key, area.name, in_millions(area.amount))


def treemap_sentence(ordered: Sequence[Area]) -> str:
    """How much of the whole the largest three are."""
    total = sum((area.amount for area in ordered), Decimal(0))
    if not total:
        return "No stream has an award."
    largest = ordered[:3]
    share = (sum((area.amount for area in largest), Decimal(0)) * 100 / total).quantize(Decimal(1))
    names = ", ".join(area.key for area in largest)
    return (
        f"The largest {len(largest)} of {len(ordered)} streams, {names}, hold {share} % of £{in_millions(total, 0)}m."
    )


def squarified(amounts: Sequence[float], width: float, height: float) -> Iterator[Rectangle]:
    """Rectangles whose areas are as the amounts (the largest first), row by row along the shorter side.

    A row takes members while its worst proportion gets no worse (Bruls, Huizing and van Wijk, 2000).
    """
    left, top, rest = 0.0, 0.0, list(amounts)
    scale = width * height / sum(amounts) if amounts else 0.0
    while rest:
        side = min(width, height)
        row = _row_of(rest, side, scale)
        depth = sum(row) * scale / side
        along_width = width >= height
        yield from _laid(row, left, top, depth, scale, along_width=along_width)
        if along_width:
            left, width = left + depth, width - depth
        else:
            top, height = top + depth, height - depth
        rest = rest[len(row) :]


def _row_of(rest: Sequence[float], side: float, scale: float) -> list[float]:
    row = [rest[0]]
    for amount in rest[1:]:
        if _worst([*row, amount], side, scale) > _worst(row, side, scale):
            break
        row.append(amount)
    return row


def _worst(row: Sequence[float], side: float, scale: float) -> float:
    """The longest proportion of a row's rectangles."""
    total = sum(row) * scale
    return max(max(side**2 * part * scale / total**2, total**2 / (side**2 * part * scale)) for part in row)


def _laid(
    row: Sequence[float], left: float, top: float, depth: float, scale: float, *, along_width: bool
) -> Iterator[Rectangle]:
    for amount in row:
        length = amount * scale / depth
        if along_width:
            yield Rectangle(left, top, depth, length)
            top += length
        else:
            yield Rectangle(left, top, length, depth)
            left += length


def _svg(ordered: Sequence[Area], sentence: str) -> SafeString:
    """Laid out for a page twice as wide as high, then stretched to per cents."""
    page = 2 * HEIGHT
    drawn = zip(ordered, squarified([float(area.amount) for area in ordered], page, HEIGHT), strict=True)
    parts = format_html_join("", "{}", ((_part(area, place, page),) for area, place in drawn))
    return format_html(
        '<svg class="treemap" width="100%" height="{}" role="img" aria-label="{}">{}</svg>',
        int(HEIGHT),
        f"Streams by award. {sentence}",
        parts,
    )


def _part(area: Area, place: Rectangle, page: float) -> SafeString:
    left, width = place.left * WIDTH / page, place.width * WIDTH / page
    narrow, wide = (_words(area, width * pixels, place.height) for pixels in (NARROW, WIDE))
    label = '<text class="treemap__words treemap__words--{}" x="{}%" y="{}" dx="6" dy="18">{}</text>'
    spot = (f"{left:.3f}", f"{place.top:.1f}")
    both = [(size, *spot, words) for size, words in (("narrow", narrow), ("wide", wide)) if words]
    return format_html(
        '<g class="treemap__part"><title>{}</title><rect x="{}%" y="{}" width="{}%" height="{}"/>{}</g>',
        f"{area.key} {area.name}: £{in_millions(area.amount)}m",
        *spot,
        f"{width:.3f}",
        f"{place.height:.1f}",
        format_html_join("", label, both),
    )


def _words(area: Area, width: float, height: float) -> str:
    """The code, with its amount where there is room; nothing where not even the code fits. All in pixels."""
    if height < SMALL + 13 or width < 16 + SMALL * len(area.key):
        return ""
    words = f"{area.key} £{in_millions(area.amount, 0)}m"
    return words if width > 12 + SMALL * len(words) else area.key


def _figure(ordered: Sequence[Area]) -> dict[str, Any]:
    return {
        "data": [
            {
                "type": "treemap",
                "labels": [f"{area.key} {area.name}" for area in ordered],
                "parents": ["" for _ in ordered],
                "values": [float(area.amount) / 1_000_000 for area in ordered],
                "text": [f"£{in_millions(area.amount)}m" for area in ordered],
                "textinfo": "label+text",
                "hovertemplate": "%{label}: %{text}<extra></extra>",
                "marker": {"colors": [PALETTE[0]] * len(ordered), "line": {"color": "#ffffff", "width": 2}},
                "textfont": {"color": "#ffffff"},
                "pathbar": {"visible": False},
            }
        ],
        "layout": {
            "height": 480,
            "uniformtext": {"minsize": 12, "mode": "hide"},
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        },
    }
