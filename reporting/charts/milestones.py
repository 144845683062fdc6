"""Milestones in time: promised first, agreed last, reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aims.rules import HalfYear, half_year
from aims.rules.wording import days, long_date
from reporting.charts.chart import PALETTE, Chart, Row, shown
from reporting.charts.picture import both, clipped, group, line, picture, text, upright

LEFT, RIGHT = 27.0, 71.0  # per cent of the width: between them the days, beyond them the variance
ROW, HEAD = 28, 34  # pixels
WIDE = 32  # characters of a milestone's name
INK, QUIET, HAIR, LATE = "#0b1f33", "#4a5a68", "#c9d3dc", "#aa0f1f"
# Each day's name, its drawing around the origin, and the colours of ground and edge.
DAYS = (
    ("Baseline", "M-8 0A8 8 0 1 0 8 0A8 8 0 1 0-8 0Z", "#ffffff", PALETTE[4]),
    ("Last agreed", "M0-6L6 0 0 6-6 0Z", PALETTE[0], PALETTE[0]),
    ("Completed", "M-4.5-4.5H4.5V4.5H-4.5Z", PALETTE[1], "#0b1f33"),
)
# The same for Plotly: its shape and size, and the symbol beside its name with its ink.
POINTS = (("circle", 16, "○", INK), ("diamond", 10, "◆", "#ffffff"), ("square", 9, "■", INK))


@dataclass(frozen=True, slots=True)
class Dated:
    """One milestone; `variance` and `overdue` are days, None where there is no baseline or it is not overdue."""

    reference: str
    title: str
    baseline: date | None
    agreed: date | None
    completed: date | None
    variance: int | None
    overdue: int | None
    moves: int

    @property
    def name(self) -> str:
        """Reference and title."""
        return f"{self.reference} {self.title}"

    @property
    def known(self) -> tuple[date | None, date | None, date | None]:
        """Its days in the order of `DAYS`."""
        return self.baseline, self.agreed, self.completed


@dataclass(frozen=True, slots=True)
class MilestoneTable:
    """Milestones as at a day, in or next to a half year or all; `number` are there, `lines` may hold some of them."""

    as_at: date
    number: int
    done: int
    overdue: int
    lines: tuple[Dated, ...]
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days from left to right."""

    first: HalfYear
    last: HalfYear

    def at(self, day: date) -> float:
        """Where a day stands, in per cent of the width."""
        whole = (self.last.ends - self.first.starts).days
        return LEFT + (RIGHT - LEFT) * (day - self.first.starts).days / whole

    def halves(self) -> Iterator[HalfYear]:
        """The half years from first to last."""
        half = self.first
        while half <= self.last:
            yield half
            half = half.next()


def milestone_chart(table: MilestoneTable, csv_url: str) -> Chart:
    """The milestones, at least one, each with a baseline or an agreed day."""
    sentence = milestone_sentence(table)
    return Chart(
        id="milestone-dates",
        title="Milestones",
        sentence=sentence,
        svg=_svg(table, sentence) + _key(table),
        figure=_figure(table),
        csv_url=csv_url,
        headers=("Milestone", *(name for name, *_ in DAYS), "Variance, days", "Overdue, days", "Moves"),
        rows=tuple(map(_row, table.lines)),
    )


def _row(dated: Dated) -> Row:
    return (dated.name, *dated.known, dated.variance, dated.overdue, dated.moves)


def milestone_sentence(table: MilestoneTable) -> str:
    """How many are reached and overdue, and which is furthest behind its baseline."""
    told = f"{_counted(table)}{_furthest(table.lines)}."
    if len(table.lines) == table.number:
        return told
    return f"{told} The {len(table.lines)} furthest behind are shown."


def _counted(table: MilestoneTable) -> str:
    done, overdue = table.done, table.overdue
    where = " in or next to the half year" if table.is_near else ""
    if table.number == 1:
        state = "is reached" if done else "is overdue" if overdue else "is not due yet"
        return f"The one milestone{where} {state}"
    late = f"{overdue} {'is' if overdue == 1 else 'are'} overdue" if overdue else "none is overdue"
    return f"Of {table.number} milestones{where} {done or 'none'} {'is' if done < 2 else 'are'} reached and {late}"


def _furthest(lines: Sequence[Dated]) -> str:
    behind = [dated for dated in lines if dated.variance and dated.variance > 0]
    if not behind:
        return "; none stands later than its baseline"
    most = max(behind, key=lambda dated: dated.variance or 0)
    return f"; {most.reference} stands furthest behind its baseline, by {days(most.variance or 0)}"


def _svg(table: MilestoneTable, sentence: str) -> SafeString:
    axis = _axis(table)
    height = HEAD + ROW * len(table.lines)
    rows = [each for at, dated in enumerate(table.lines) for each in _line(dated, axis, table.as_at, HEAD + at * ROW)]
    return picture(
        of="milestone-dates",
        title="Milestones: baseline, last agreed and completed",
        sentence=sentence,
        height=height + 4,
        parts=[*_grid(axis, table.as_at, height), *rows],
    )


def _axis(table: MilestoneTable) -> _Axis:
    known = [table.as_at, *(day for dated in table.lines for day in dated.known if day)]
    return _Axis(half_year(min(known)), half_year(max(known)))


def _grid(axis: _Axis, as_at: date, height: float) -> Iterator[SafeString]:
    """A line where each half year begins, and one for the day of the position."""
    for half in axis.halves():
        yield upright(at=axis.at(half.starts), top=HEAD - 8, bottom=height, colour=HAIR)
    yield text(f"{axis.first.starts:%b %Y}", at=LEFT, top=14, kind="small quiet")
    yield text(f"{axis.last.ends:%b %Y}", at=RIGHT, top=14, anchor="end", kind="small quiet")
    yield upright(at=axis.at(as_at), top=HEAD - 14, bottom=height, colour=QUIET, dashes="4 3")


def _line(dated: Dated, axis: _Axis, as_at: date, top: float) -> Iterator[SafeString]:
    middle = top + ROW / 2
    wide, narrow = _late(dated)
    yield both(clipped(dated.name, WIDE), dated.reference, at=0, top=middle + 5)
    yield group(_told(dated), *_way(dated, axis, as_at, middle), *_days(dated, axis, middle))
    yield both(wide, narrow, at=100, top=middle + 5, anchor="end", kind="small strong" if dated.overdue else "small")


def _late(dated: Dated) -> tuple[str, str]:
    """How long it is overdue, else how far it is from its baseline; in words, and shorter."""
    variance = dated.variance
    if dated.overdue:
        return f"{days(dated.overdue)} overdue", f"{dated.overdue} overdue"
    if variance is None:
        return "no baseline", "–"
    if not variance:
        return "as promised", "as promised"
    word = "late" if variance > 0 else "early"
    return f"{days(abs(variance))} {word}", f"{abs(variance)} {word}"


def _told(dated: Dated) -> str:
    """Every cell of its row."""
    known = (f"{name.lower()} {shown(day)}" for (name, *_), day in zip(DAYS, dated.known, strict=True))
    rest = (("variance", dated.variance), ("overdue", dated.overdue), ("moves", dated.moves))
    return f"{dated.name}: {', '.join([*known, *(f'{name} {shown(number)}' for name, number in rest)])}"


def _way(dated: Dated, axis: _Axis, as_at: date, middle: float) -> Iterator[SafeString]:
    """From its first day to its last; on to today where it is overdue."""
    known = [axis.at(day) for day in dated.known if day]
    if known:
        yield line(start=min(known), end=max(known), top=middle, colour=QUIET, width=2)
    if dated.overdue and dated.agreed:
        yield line(start=axis.at(dated.agreed), end=axis.at(as_at), top=middle, colour=LATE, width=3, dashes="6 3")


def _days(dated: Dated, axis: _Axis, middle: float) -> Iterator[SafeString]:
    for day, (_, path, ground, edge) in zip(dated.known, DAYS, strict=True):
        if day:
            yield format_html(
                '<svg x="{}%" y="{}" overflow="visible"><path d="{}" fill="{}" stroke="{}" stroke-width="1.5"/></svg>',
                f"{axis.at(day):.3f}",
                f"{middle:.1f}",
                path,
                ground,
                edge,
            )


def _key(table: MilestoneTable) -> SafeString:
    """What the shapes and lines mean."""
    shapes = format_html_join(
        "",
        '<li><svg width="22" height="22" aria-hidden="true"><path transform="translate(11 11)" d="{}" fill="{}"'
        ' stroke="{}" stroke-width="1.5"/></svg>{}</li>',
        ((path, ground, edge, name) for name, path, ground, edge in DAYS),
    )
    lines = format_html_join(
        "",
        '<li><svg width="30" height="22" aria-hidden="true"><line x1="2" x2="28" y1="11" y2="11" stroke="{}"'
        ' stroke-width="{}" stroke-dasharray="{}"/></svg>{}</li>',
        _lines_told(table),
    )
    return format_html('<ul class="picture__key picture__key--always">{}{}</ul>', shapes, lines)


def _lines_told(table: MilestoneTable) -> Iterable[tuple[str, int, str, str]]:
    if any(dated.overdue for dated in table.lines):
        yield LATE, 3, "6 3", "Overdue"
    yield QUIET, 1, "4 3", f"Position at {long_date(table.as_at)}"


def _figure(table: MilestoneTable) -> dict[str, Any]:
    return {
        "data": [
            _ways(table),
            *([_late_ways(table)] if any(dated.overdue for dated in table.lines) else []),
            *(_trace(table, at) for at in range(len(DAYS))),
        ],
        "layout": {
            "height": 90 + 30 * len(table.lines),
            "showlegend": False,
            "shapes": [_day_of_position(table.as_at)],
            "xaxis": {"type": "date", "gridcolor": HAIR, "side": "top", "automargin": True},
            "yaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": [dated.reference for dated in table.lines],
                "range": [len(table.lines) - 0.5, -0.5],
                "dtick": 1,
                "fixedrange": True,
                "automargin": True,
            },
        },
    }


def _day_of_position(as_at: date) -> dict[str, Any]:
    spot = as_at.isoformat()
    line = {"color": QUIET, "width": 1, "dash": "dash"}
    return {"type": "line", "x0": spot, "x1": spot, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _late_ways(table: MilestoneTable) -> dict[str, Any]:
    """From the agreed day to that of the position, where a milestone is overdue."""
    late = [(dated.reference, dated.agreed) for dated in table.lines if dated.overdue and dated.agreed]
    until = table.as_at.isoformat()
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Overdue",
        "x": [day for _, agreed in late for day in (agreed.isoformat(), until, None)],
        "y": [spot for reference, _ in late for spot in (reference, reference, None)],
        "line": {"color": LATE, "width": 3, "dash": "dash"},
        "hoverinfo": "skip",
        "meta": {"symbol": "–", "ink": LATE},
    }


def _ways(table: MilestoneTable) -> dict[str, Any]:
    """The lines from each milestone's first day to its last; they have no name and so no switch."""
    known = [(dated.reference, sorted(day for day in dated.known if day)) for dated in table.lines]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [day for _, found in known for day in (found[0].isoformat(), found[-1].isoformat(), None)],
        "y": [spot for reference, _ in known for spot in (reference, reference, None)],
        "line": {"color": QUIET, "width": 2},
        "hoverinfo": "skip",
    }


def _trace(table: MilestoneTable, at: int) -> dict[str, Any]:
    (name, _, ground, edge), (point, size, symbol, ink) = DAYS[at], POINTS[at]
    dated = [(each, day) for each in table.lines if (day := each.known[at])]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [day.isoformat() for _, day in dated],
        "y": [each.reference for each, _ in dated],
        "text": [each.title for each, _ in dated],
        "customdata": [[each.variance, each.overdue, each.moves] for each, _ in dated],
        "marker": {"color": ground, "symbol": point, "size": size, "line": {"color": edge, "width": 1.5}},
        "meta": {"symbol": symbol, "ink": ink},
        "hovertemplate": f"%{{y}} %{{text}}: {name.lower()} %{{x|%-d %B %Y}}<extra></extra>",
    }
