"""From what to what the key activities went between two reviews: bands as wide as there are activities in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aims.choices import Mark
from reporting.charts.chart import Chart
from reporting.charts.inks import ABSENT, Ink, mark_ink
from reporting.charts.picture import both, box, key, picture, text

HEIGHT, HEAD, GAP, WORDS = 300.0, 30.0, 8.0, 20.0  # pixels: of all bands, and of what stands above and between
LEFT, RIGHT, NODE = 26.0, 72.5, 1.5  # per cent of the width: where the bands begin and end
NEW, GONE = "Not in that review", "No longer in the strategy"
STAYED = "#c9d3dc"


@dataclass(frozen=True, slots=True)
class Move:
    """How many key activities stood under `source` and stand under `target`; None where a review has none of them."""

    source: Mark | None
    target: Mark | None
    count: int


@dataclass(frozen=True, slots=True)
class MovementTable:
    """All key activities of two reviews, which are named by `before` and `now`; moves in the order of the scale."""

    before: str
    now: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class _Node:
    """All that stood, or stands, under one mark; places in pixels."""

    ink: Ink
    count: int
    top: float
    height: float

    @property
    def foot(self) -> float:
        """Where it ends, with its words."""
        return self.top + max(self.height, WORDS)


def movement_chart(table: MovementTable, csv_url: str) -> Chart:
    """The moves, at least one."""
    sentence = movement_sentence(table)
    return Chart(
        id="movement",
        title="What moved",
        sentence=sentence,
        svg=_svg(table, sentence) + key(_inks(table)),
        figure=_figure(table),
        csv_url=csv_url,
        headers=(table.before, table.now, "Key activities"),
        rows=tuple((_source(move).label, _target(move).label, move.count) for move in table.moves),
    )


def _source(move: Move) -> Ink:
    return _ink(move.source, NEW)


def _target(move: Move) -> Ink:
    return _ink(move.target, GONE)


def _ink(mark: Mark | None, otherwise: str) -> Ink:
    if mark is not None:
        return mark_ink(mark)
    return Ink(otherwise, ABSENT.symbol, ABSENT.ground, ABSENT.ink, ABSENT.ink, is_dashed=True)


def _inks(table: MovementTable) -> list[Ink]:
    found = {move.source for move in table.moves} | {move.target for move in table.moves}
    known = [mark_ink(mark) for mark in Mark if mark in found]
    new = [_ink(None, NEW)] if any(move.source is None for move in table.moves) else []
    gone = [_ink(None, GONE)] if any(move.target is None for move in table.moves) else []
    return [*known, *new, *gone]


def movement_sentence(table: MovementTable) -> str:
    """How many stand as they did, where most of the others went, and how many came to be off track."""
    whole = sum(move.count for move in table.moves)
    moved = [move for move in table.moves if move.source != move.target]
    stayed = whole - sum(move.count for move in moved)
    activities = "key activity" if whole == 1 else "key activities"
    start = f"Since {table.before}, {stayed} of {whole} {activities} {'stands' if stayed == 1 else 'stand'} as before"
    if not moved:
        return f"{start}."
    most = max(moved, key=lambda move: move.count)
    return f"{start}; the largest move, {most.count}, is {_way(most)}{_to_red(moved, most)}."


def _way(move: Move) -> str:
    source, target = _source(move).label, _target(move).label
    return f"from “{source}” to “{target}”"


def _to_red(moved: Sequence[Move], most: Move) -> str:
    red = sum(move.count for move in moved if move.target == Mark.RED)
    if not red or most.target == Mark.RED:
        return ""
    return f"; {red} came to “{Mark.RED.label}”"


def _svg(table: MovementTable, sentence: str) -> SafeString:
    scale = HEIGHT / sum(move.count for move in table.moves)
    sources = _nodes([(_source(move), move.count) for move in table.moves], scale)
    targets = _nodes([(_target(move), move.count) for move in _by_target(table.moves)], scale)
    height = max(node.foot for node in (*sources.values(), *targets.values())) + 2
    bands = _bands(table.moves, sources, targets, scale)
    return picture(
        of="movement",
        title=f"Key activities by status in {table.before} and in {table.now}",
        sentence=sentence,
        height=height,
        parts=[
            text(table.before, at=LEFT + NODE, top=16, anchor="end", kind="quiet wide"),
            text(table.now, at=RIGHT, top=16, kind="quiet wide"),
            text(table.before, at=0, top=16, kind="quiet narrow"),
            text(table.now, at=100, top=16, anchor="end", kind="quiet narrow"),
            # The bands stretch with the page, the words outside them keep their size.
            format_html(
                '<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{1}</svg>',
                int(height),
                bands,
            ),
            *_sides(sources.values(), LEFT, LEFT - 1, "end"),
            *_sides(targets.values(), RIGHT, RIGHT + NODE + 1, "start"),
        ],
    )


def _by_target(moves: Sequence[Move]) -> list[Move]:
    order = [*Mark, None]
    return sorted(moves, key=lambda move: order.index(move.target))


def _nodes(counted: Sequence[tuple[Ink, int]], scale: float) -> dict[str, _Node]:
    """One below the other in the order given, by label; each at least as far apart as its words are high."""
    sums: dict[Ink, int] = {}
    for ink, count in counted:
        sums[ink] = sums.get(ink, 0) + count
    nodes, top = {}, HEAD
    for ink, count in sums.items():
        nodes[ink.label] = _Node(ink, count, top, count * scale)
        top = nodes[ink.label].foot + GAP
    return nodes


def _bands(
    moves: Sequence[Move], sources: Mapping[str, _Node], targets: Mapping[str, _Node], scale: float
) -> SafeString:
    """Each move as a band, in the colour of where it leads; what stayed is pale."""
    left = {label: node.top for label, node in sources.items()}
    right = {label: node.top for label, node in targets.items()}
    parts = []
    for move in moves:
        source, target, width = _source(move), _target(move), move.count * scale
        fill = STAYED if move.source == move.target else target.edge
        told = f"{source.label} to {target.label}: {move.count}"
        parts.append((_band(left[source.label], right[target.label], width), fill, told))
        left[source.label] += width
        right[target.label] += width
    return format_html_join("", '<path d="{}" fill="{}" fill-opacity=".55"><title>{}</title></path>', parts)


def _band(left: float, right: float, width: float) -> str:
    start, end = LEFT + NODE, RIGHT
    middle = (start + end) / 2
    return (
        f"M{start} {left:.2f}C{middle} {left:.2f} {middle} {right:.2f} {end} {right:.2f}"
        f"V{right + width:.2f}C{middle} {right + width:.2f} {middle} {left + width:.2f} {start} {left + width:.2f}Z"
    )


def _sides(nodes: Iterable[_Node], left: float, words: float, anchor: str) -> Iterator[SafeString]:
    """The nodes of one side with their words outside."""
    for node in nodes:
        count = f"{node.count}"
        yield box(node.ink, left=left, top=node.top, width=NODE, height=node.height)
        yield both(
            f"{node.ink.words} {count}", f"{node.ink.symbol} {count}", at=words, top=node.top + 15, anchor=anchor
        )


def _figure(table: MovementTable) -> dict[str, Any]:
    """The same as bars: one for each status before, its parts by the status now, so that each can be shown alone."""
    before = list(dict.fromkeys(_source(move).words for move in table.moves))
    return {
        "data": [_trace(table, target) for target in dict.fromkeys(map(_target, _by_target(table.moves)))],
        "layout": {
            "barmode": "stack",
            "showlegend": False,
            "height": 80 + 44 * len(before),
            "margin": {"l": 8, "r": 10, "t": 10, "b": 40},
            "uniformtext": {"minsize": 12, "mode": "hide"},
            "xaxis": {"title": {"text": "Key activities"}, "gridcolor": "#c9d3dc", "fixedrange": True},
            "yaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": before,
                "autorange": "reversed",
                "fixedrange": True,
                "automargin": True,
            },
        },
    }


def _trace(table: MovementTable, target: Ink) -> dict[str, Any]:
    moves = [move for move in table.moves if _target(move) == target]
    return {
        "type": "bar",
        "orientation": "h",
        "name": target.label,
        "x": [move.count for move in moves],
        "y": [_source(move).words for move in moves],
        "text": [f"{target.symbol} {move.count}" for move in moves],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": target.ink},
        "hovertemplate": f"%{{y}} to {target.label}: %{{x}}<extra></extra>",
        "marker": target.marker,
        "meta": target.meta,
    }
