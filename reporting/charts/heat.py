"""The headline of each objective in each review."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from aims.rules.wording import in_a_row
from reporting.charts.chart import Chart
from reporting.charts.inks import ABSENT, Ink, headline_ink, pale_ink
from reporting.charts.picture import both, box, clipped, group, key, picture, text
from reporting.choices import Headline
from reporting.rules import Movement, direction, movement_of

LEFT = 25.0  # per cent of the width for the objectives' names
ROW, GAP, HEAD, BREAK = 26, 3, 42, 8  # pixels; BREAK stands between two aims
WIDE = 32  # characters of an objective's name
WORDS = {
    Headline.COMPLETE: "complete",
    Headline.GREEN: "on track",
    Headline.AMBER: "at risk",
    Headline.RED: "off track",
    Headline.NOT_RATED: "not rated",
    Headline.NOT_ENOUGH: "without enough evidence",
}
# Plotly's shapes.
POINTS = {
    Headline.COMPLETE: "hexagon",
    Headline.GREEN: "circle",
    Headline.AMBER: "triangle-up",
    Headline.RED: "square",
    Headline.NOT_RATED: "diamond",
    Headline.NOT_ENOUGH: "cross",
}


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One objective: its headline in each review, None where that review did not know it."""

    number: str
    name: str
    cells: tuple[Headline | None, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """The reviews, oldest first, and the objectives of the last in their order."""

    periods: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    @property
    def headlines(self) -> list[Headline]:
        """Those that occur, in the scale's order."""
        found = {cell for row in self.rows for cell in row.cells}
        return [headline for headline in Headline if headline in found]

    @property
    def movement(self) -> Movement:
        """How the objectives moved between the last two reviews."""
        return movement_of(direction(row.cells[-1], row.cells[-2]) for row in self.rows)


def heat_chart(table: HeatTable, csv_url: str) -> Chart:
    """The objectives, at least one, through the reviews, at least one."""
    sentence = heat_sentence(table)
    inks = [*map(headline_ink, table.headlines), *([ABSENT] if _has_absent(table) else [])]
    return Chart(
        id="heat",
        title="Objective by objective",
        sentence=sentence,
        svg=_svg(table, sentence) + key(inks),
        figure=_figure(table),
        csv_url=csv_url,
        headers=("Objective", *table.periods),
        rows=tuple((f"{row.number} {row.name}", *map(_said, row.cells)) for row in table.rows),
    )


def _has_absent(table: HeatTable) -> bool:
    return any(None in row.cells for row in table.rows)


def _said(cell: Headline | None) -> str | None:
    return None if cell is None else cell.label


def heat_sentence(table: HeatTable) -> str:
    """How the objectives stand now, and how many of them moved since the review before."""
    return f"{_standing(table.rows)}{_moved(table)}."


def _standing(rows: Sequence[HeatRow]) -> str:
    found = Counter(row.cells[-1] for row in rows)
    groups = [(found[headline], WORDS[headline]) for headline in Headline if found[headline]]
    if len(rows) == 1:
        return f"The one objective is {groups[0][1]}"
    if len(groups) == 1:
        return f"All {len(rows)} objectives are {groups[0][1]}"
    (first, words), *others = groups
    told = [f"{first} {'is' if first == 1 else 'are'} {words}", *(f"{count} {words}" for count, words in others)]
    return f"Of {len(rows)} objectives {in_a_row(told)}"


def _moved(table: HeatTable) -> str:
    if len(table.periods) < 2:
        return ""
    moved = table.movement
    told = [f"{count} {word}" for count, word in ((moved.better, "improved"), (moved.worse, "worsened")) if count]
    return f"; since {table.periods[-2]}, {in_a_row(told) or 'none improved or worsened'}"


def _svg(table: HeatTable, sentence: str) -> SafeString:
    step = (100 - LEFT) / len(table.periods)
    tops = list(_tops(table.rows))
    return picture(
        of="heat",
        title="The headline of each objective in each review",
        sentence=sentence,
        height=tops[-1] + ROW + 1,
        parts=[*_heads(table.periods, step), *_cells(table, step, tops)],
    )


def _tops(rows: Sequence[HeatRow]) -> Iterator[float]:
    """Where each row begins: a little lower where an aim does."""
    top, before = float(HEAD), rows[0].number.partition(".")[0]
    for row in rows:
        aim = row.number.partition(".")[0]
        top += BREAK if aim != before else 0
        before = aim
        yield top
        top += ROW + GAP


def _heads(periods: Sequence[str], step: float) -> Iterator[SafeString]:
    """Year above half."""
    for at, period in enumerate(periods):
        middle = LEFT + (at + 0.5) * step
        for number, word in enumerate(period.split()):
            yield text(word, at=middle, top=14 + 18 * number, anchor="middle", kind="small quiet")


def _cells(table: HeatTable, step: float, tops: Sequence[float]) -> Iterator[SafeString]:
    for row, top in zip(table.rows, tops, strict=True):
        name = f"{row.number} {row.name}"
        yield both(clipped(name, WIDE), row.number, at=0, top=top + 18)
        for at, (period, cell) in enumerate(zip(table.periods, row.cells, strict=True)):
            ink = _ink(cell, is_last=at == len(table.periods) - 1)
            yield _cell(f"{name}, {period}: {ink.label}", ink, LEFT + at * step, step, top)


def _ink(cell: Headline | None, *, is_last: bool) -> Ink:
    """What is past is pale."""
    if cell is None:
        return ABSENT
    return headline_ink(cell) if is_last else pale_ink(cell)


def _cell(told: str, ink: Ink, left: float, step: float, top: float) -> SafeString:
    words = ink.symbol if ink == ABSENT else ink.words
    return group(
        told,
        box(ink, left=left + 0.2, top=top, width=step - 0.4, height=ROW),
        both(words, ink.symbol, at=left + step / 2, top=top + 18, anchor="middle", kind="strong", colour=ink.ink),
    )


def _figure(table: HeatTable) -> dict[str, Any]:
    """A trace per headline, so that each can be shown alone."""
    return {
        "data": [_trace(table, headline) for headline in table.headlines],
        "layout": {
            "height": 90 + 28 * len(table.rows),
            "showlegend": False,
            "xaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": list(table.periods),
                "range": [-0.5, len(table.periods) - 0.5],
                "side": "top",
                "fixedrange": True,
                "automargin": True,
            },
            "yaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": [row.number for row in table.rows],
                "range": [len(table.rows) - 0.5, -0.5],
                "dtick": 1,
                "fixedrange": True,
                "automargin": True,
            },
        },
    }


def _trace(table: HeatTable, headline: Headline) -> dict[str, Any]:
    ink = headline_ink(headline)
    spots = [
        (period, row)
        for row in table.rows
        for period, cell in zip(table.periods, row.cells, strict=True)
        if cell == headline
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": ink.label,
        "x": [period for period, _ in spots],
        "y": [row.number for _, row in spots],
        "text": [row.name for _, row in spots],
        "marker": {**ink.marker, "symbol": POINTS[headline], "size": 16},
        "meta": ink.meta,
        "hovertemplate": f"%{{y}} %{{text}}, %{{x}}: {ink.label}<extra></extra>",
    }
