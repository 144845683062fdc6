"""How the position moved from review to review: stacked bars."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from aims.choices import Mark
from reporting.charts.bars import Bar, bar_figure, base_line, drawn, height_of
from reporting.charts.chart import Chart, Row
from reporting.charts.inks import mark_ink
from reporting.charts.picture import key, picture, text
from reporting.frames import TrendTable

TITLE = "Key activities by status in each review"
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def trend_chart(table: TrendTable, csv_url: str) -> Chart:
    """How the position moved from review to review."""
    return Chart(
        id="trend",
        title="Review by review",
        sentence=trend_sentence(table),
        svg=_svg(table) + key(map(mark_ink, table.marks), always=True),
        figure=bar_figure(_bars(table), table.marks),
        csv_url=csv_url,
        headers=("Review", *(mark.label for mark in table.marks)),
        rows=_rows(table),
    )


def _rows(table: TrendTable) -> tuple[Row, ...]:
    """A row a review, oldest first."""
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


def _svg(table: TrendTable) -> SafeString:
    """Each review fills the width: shares are seen, their counts are told."""
    bars = _bars(table)
    return picture(
        of="trend",
        title=TITLE,
        sentence=trend_sentence(table),
        height=height_of(bars),
        parts=drawn(bars, table.marks),
    )


def _bars(table: TrendTable) -> list[Bar]:
    rows = zip(table.periods, table.counts, strict=True)
    return [
        Bar(period, text(period, at=0, top=base_line(at), kind="quiet"), counts)
        for at, (period, counts) in enumerate(rows)
    ]
