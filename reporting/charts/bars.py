"""Bars of counted marks, one below the other: of reviews in the trend, of aims in the strips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from aims.choices import Mark
from reporting.charts.inks import Ink, mark_ink
from reporting.charts.picture import both, box, group

BAR, GAP, WORDS = 24, 14, 22  # pixels
WIDE, NARROW = 960, 290  # pixels that the width has at least, where there is room and on a phone
HAIR = 0.15  # per cent between two segments


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its short name, the words above it, and how many stand under each of the marks."""

    name: str
    words: SafeString
    counts: tuple[int, ...]


def height_of(bars: Sequence[Bar]) -> int:
    """How high the bars are together."""
    return (WORDS + BAR + GAP) * len(bars) - GAP + 1


def drawn(bars: Sequence[Bar], marks: Sequence[Mark], full: int | None = None) -> Iterator[SafeString]:
    """Each bar under its words; `full` is the count that fills the width, without it each bar does."""
    for at, bar in enumerate(bars):
        top = at * (WORDS + BAR + GAP) + WORDS
        yield bar.words
        yield from _segments(bar, marks, full or sum(bar.counts), top)


def base_line(at: int) -> float:
    """Where the words of a bar stand."""
    return at * (WORDS + BAR + GAP) + WORDS - 6


def _segments(bar: Bar, marks: Sequence[Mark], full: int, top: float) -> Iterator[SafeString]:
    start = 0.0
    for mark, count in zip(marks, bar.counts, strict=True):
        if count:
            width = 100 * count / full
            yield _segment(f"{bar.name}: {count} {mark.label}", mark_ink(mark), count, start, width, top)
            start += width


def _segment(told: str, ink: Ink, count: int, left: float, width: float, top: float) -> SafeString:
    wide, narrow = (_words(ink, count, width * room / 100) for room in (WIDE, NARROW))
    words = both(wide, narrow, at=left + width / 2, top=top + BAR - 7, anchor="middle", kind="strong", colour=ink.ink)
    return group(told, box(ink, left=left, top=top, width=width - HAIR, height=BAR), words)


def _words(ink: Ink, count: int, pixels: float) -> str:
    """The count, with the mark's symbol where there is room; nothing where not even the count fits."""
    number = str(count)
    if pixels < 2 + 9 * len(number):
        return ""
    return f"{ink.symbol} {number}" if pixels > 22 + 9 * len(number) else number


def bar_figure(bars: Sequence[Bar], marks: Sequence[Mark]) -> dict[str, Any]:
    """The same bars for Plotly: a trace per mark, in the scale's order."""
    return {
        "data": [_trace(bars, at, mark_ink(mark)) for at, mark in enumerate(marks)],
        "layout": {
            "barmode": "stack",
            "showlegend": False,
            "uniformtext": {"minsize": 12, "mode": "hide"},
            "height": 80 + 48 * len(bars),
            "margin": {"l": 8, "r": 10, "t": 10, "b": 40},
            "xaxis": {"title": {"text": "Key activities"}, "gridcolor": "#c9d3dc", "fixedrange": True},
            "yaxis": {"autorange": "reversed", "type": "category", "fixedrange": True, "automargin": True},
        },
    }


def _trace(bars: Sequence[Bar], at: int, ink: Ink) -> dict[str, Any]:
    counts = [bar.counts[at] for bar in bars]
    return {
        "type": "bar",
        "orientation": "h",
        "name": ink.label,
        "x": counts,
        "y": [bar.name for bar in bars],
        "text": [f"{ink.symbol} {count}" if count else "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": ink.ink},
        "hovertemplate": f"%{{y}}: %{{x}} {ink.label}<extra></extra>",
        "marker": ink.marker,
        "meta": ink.meta,
    }
