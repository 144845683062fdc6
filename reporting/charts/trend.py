"""How the position moved from review to review: stacked bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aims.choices import Mark
from reporting.charts.chart import Chart, Row
from reporting.frames import TrendTable

BAR, GAP, WORDS = 22, 12, 20
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def trend_chart(table: TrendTable, csv_url: str) -> Chart:
    """How the position moved from review to review."""
    return Chart(
        id="trend",
        sentence=trend_sentence(table),
        svg=trend_svg(table),
        figure=trend_figure(table),
        csv_url=csv_url,
        headers=trend_headers(table),
        rows=trend_rows(table),
    )


def trend_headers(table: TrendTable) -> tuple[str, ...]:
    """The header of the table and of its CSV."""
    return ("Review", *(mark.label for mark in table.marks))


def trend_rows(table: TrendTable) -> tuple[Row, ...]:
    """The rows of the table and of its CSV, oldest first."""
    return tuple((period, *counts) for period, counts in zip(table.periods, table.counts, strict=True))


def trend_sentence(table: TrendTable) -> str:
    """What the chart shows, in words."""
    complete, red = table.of(Mark.COMPLETE), table.of(Mark.RED)
    if len(table.periods) < 2:
        return f"{table.periods[0]}: {complete[0]} complete, {red[0]} off track. A trend needs a second review."
    return f"Complete {_course(complete)} in {_number(len(complete))} reviews; off track is at {red[-1]}{_place(red)}."


def _course(counts: Sequence[int]) -> str:
    first, last = counts[0], counts[-1]
    if first == last:
        return f"stands at {last} again" if len(set(counts)) > 1 else f"has stayed at {last}"
    return f"has {'risen' if last > first else 'fallen'} from {first} to {last}"


def _place(counts: Sequence[int]) -> str:
    last, earlier = counts[-1], counts[:-1]
    if last < min(earlier):
        return ", its lowest"
    if last > max(earlier):
        return ", its highest"
    return ", as before" if last == earlier[-1] else f", after {earlier[-1]}"


def _number(count: int) -> str:
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def trend_svg(table: TrendTable) -> SafeString:
    """Stacked bars, one a review; lengths are percentages, so that words keep their size on a phone."""
    step = WORDS + BAR + GAP
    bars = format_html_join("", "{}", ((_bar(table, at, at * step),) for at in range(len(table.periods))))
    return format_html(
        '<svg class="trend" width="100%" height="{}" role="img" aria-label="{}">{}</svg>',
        step * len(table.periods) - GAP,
        f"Key activities by status in each review. {trend_sentence(table)}",
        bars,
    )


def _bar(table: TrendTable, at: int, top: int) -> SafeString:
    segments = format_html_join(
        "",
        '<g class="trend__part trend__part--{}"><title>{}</title><rect x="{}%" y="{}" width="{}%" height="{}"/>{}</g>',
        (
            (
                mark.css,
                f"{table.periods[at]}: {count} {mark.label}",
                f"{start:.3f}",
                top + WORDS,
                f"{width:.3f}",
                BAR,
                _words(mark, count, start + width / 2, width, top + WORDS + BAR - 6),
            )
            for mark, count, start, width in _shares(table, at)
        ),
    )
    return format_html(
        '<text class="trend__review" x="0" y="{}">{}</text>{}', top + WORDS - 6, table.periods[at], segments
    )


def _shares(table: TrendTable, at: int) -> Iterator[tuple[Mark, int, float, float]]:
    """Each mark that occurs, with its count and where its segment starts and how wide it is, in per cent."""
    total, start = sum(table.counts[at]), 0.0
    for mark, count in zip(table.marks, table.counts[at], strict=True):
        if count:
            width = 100 * count / total
            yield mark, count, start, width
            start += width


def _words(mark: Mark, count: int, middle: float, width: float, baseline: int) -> SafeString:
    """The count, with the mark's shape where there is room; nothing where not even the count fits."""
    number, symbol = str(count), mark.drawing.symbol
    if width < 1 + 2.8 * len(number):
        return SafeString("")
    words = f"{symbol} {number}" if width > 7 + 2.8 * len(number) else number
    return format_html('<text x="{}%" y="{}" text-anchor="middle">{}</text>', f"{middle:.3f}", baseline, words)


def trend_figure(table: TrendTable) -> dict[str, Any]:
    """The same bars for Plotly: a trace per mark, in the scale's order."""
    return {
        "data": [_trace(table, mark) for mark in table.marks],
        "layout": {
            "barmode": "stack",
            "showlegend": False,
            "uniformtext": {"minsize": 12, "mode": "hide"},
            "height": 80 + 48 * len(table.periods),
            "margin": {"l": 90, "r": 10, "t": 10, "b": 40},
            "font": {"family": "Arial, sans-serif", "size": 14, "color": "#0b1f33"},
            "paper_bgcolor": "#ffffff",
            "plot_bgcolor": "#ffffff",
            "xaxis": {"title": {"text": "Key activities"}, "gridcolor": "#c9d3dc", "fixedrange": True},
            "yaxis": {"autorange": "reversed", "type": "category", "fixedrange": True},
        },
    }


def _trace(table: TrendTable, mark: Mark) -> dict[str, Any]:
    drawing = mark.drawing
    edge = "#ffffff" if drawing.colour != "#ffffff" else drawing.ink
    return {
        "type": "bar",
        "orientation": "h",
        "name": mark.label,
        "x": list(table.of(mark)),
        "y": list(table.periods),
        "text": [f"{drawing.symbol} {count}" if count else "" for count in table.of(mark)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": drawing.ink},
        "hovertemplate": f"%{{y}}: %{{x}} {mark.label}<extra></extra>",
        "marker": {"color": drawing.colour, "line": {"color": edge, "width": 1}},
    }
