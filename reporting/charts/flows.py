"""From streams to aims: bands as wide as the money, with what is unallocated always among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from funding.rules import in_millions
from reporting.charts.chart import PALETTE, Chart

HEIGHT = 560.0  # pixels of money; nodes that are too small for their words take the words' height
LINE = 18.0
NODE = 1.5  # per cent of the width
LEFT, RIGHT = 12.0, 66.0  # where the nodes stand, per cent of the width: words beside them
CHARACTERS = 36  # of a name in one line
UNALLOCATED = "Unallocated"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Flow:
    """Money from a stream to an aim, or to what is unallocated; `amount` in pounds."""

    source: str
    target: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    amount: Decimal
    top: float
    height: float

    @property
    def lines(self) -> list[str]:
        """Its name and money, as many lines as they take."""
        return wrap(f"{self.name} £{in_millions(self.amount)}m", CHARACTERS)

    @property
    def short(self) -> str:
        """For a phone: the code or number that the name begins with."""
        first = self.name.split(maxsplit=1)[0]
        return f"Aim {first}" if first.isdecimal() else first

    @property
    def room(self) -> float:
        """How high it is with its words."""
        return max(self.height, LINE * len(self.lines))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Both sides, and how many pixels high a pound is."""

    sources: dict[str, _Node]
    targets: dict[str, _Node]
    scale: float

    @property
    def height(self) -> float:
        return max((node.top + node.room for node in (*self.sources.values(), *self.targets.values())), default=LINE)


def flow_chart(flows: Sequence[Flow], csv_url: str) -> Chart:
    """The flows in the order given: sources and targets stand as they first occur, those of nothing are left out."""
    known = [flow for flow in flows if flow.amount]
    sentence = flow_sentence(known)
    return Chart(
        id="flows",
        sentence=sentence,
        svg=_svg(_drawing(flows), known, sentence),
        figure=_figure(known, list(_drawing(flows).targets)),
        csv_url=csv_url,
        headers=("Stream", "For", "£m"),
        rows=tuple((flow.source, flow.target, in_millions(flow.amount)) for flow in known),
    )


def flow_sentence(flows: Sequence[Flow]) -> str:
    """How much goes where most of it goes."""
    sums = _sums([(flow.target, flow.amount) for flow in flows])
    total = sum(sums.values(), NOTHING)
    if not total:
        return "No money is told yet."
    target, amount = max(sums.items(), key=lambda item: item[1])
    share = (amount * 100 / total).quantize(Decimal(1))
    return f"Of £{in_millions(total)}m most, £{in_millions(amount)}m ({share} %), is with: {target}."


def _sums(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for name, amount in pairs:
        found[name] = found.get(name, NOTHING) + amount
    return {name: amount for name, amount in found.items() if amount}


def _drawing(flows: Sequence[Flow]) -> _Drawing:
    scale = HEIGHT / (float(sum((flow.amount for flow in flows), NOTHING)) or 1.0)
    return _Drawing(
        _nodes(_sums((flow.source, flow.amount) for flow in flows), scale),
        _nodes(_sums((flow.target, flow.amount) for flow in flows), scale),
        scale,
    )


def _nodes(sums: dict[str, Decimal], scale: float) -> dict[str, _Node]:
    """One below the other, each at least as high as its words."""
    nodes, top = {}, 0.0
    for name, amount in sums.items():
        nodes[name] = _Node(name, amount, top, max(float(amount) * scale, 1.0))
        top += nodes[name].room + 6
    return nodes


def _svg(drawing: _Drawing, flows: Sequence[Flow], sentence: str) -> SafeString:
    sources, targets = drawing.sources.values(), drawing.targets.values()
    boxes = [*((node, LEFT) for node in sources), *((node, RIGHT) for node in targets)]
    words = [
        *((_label(node, LEFT - 1, "end"),) for node in sources),
        *((_label(node, RIGHT + NODE + 1, "start"),) for node in targets),
    ]
    # The bands stretch with the page, the words outside them keep their size.
    return format_html(
        '<svg class="flows" width="100%" height="{0}" role="img" aria-label="{1}">'
        '<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{2}{3}</svg>{4}</svg>',
        int(drawing.height) + 1,
        f"Money from streams to aims. {sentence}",
        _bands(flows, drawing),
        format_html_join("", "{}", ((_box(node, left),) for node, left in boxes)),
        format_html_join("", "{}", words),
    )


def _bands(flows: Sequence[Flow], drawing: _Drawing) -> SafeString:
    left = {name: node.top for name, node in drawing.sources.items()}
    right = {name: node.top for name, node in drawing.targets.items()}
    order = list(drawing.targets)
    parts = []
    for flow in flows:
        width = float(flow.amount) * drawing.scale
        title = f"{flow.source} to {flow.target}: £{in_millions(flow.amount)}m"
        path = _band(left[flow.source], right[flow.target], width)
        parts.append((_series(flow.target, order), path, title))
        left[flow.source] += width
        right[flow.target] += width
    return format_html_join("", '<path class="flows__band flows__band--{}" d="{}"><title>{}</title></path>', parts)


def _series(target: str, order: Sequence[str]) -> str:
    """Which colour a target has, from 1; what is unallocated has none."""
    return "none" if target == UNALLOCATED else str(order.index(target) % len(PALETTE) + 1)


def _band(left: float, right: float, width: float) -> str:
    start, end = LEFT + NODE, RIGHT
    middle = (start + end) / 2
    return (
        f"M{start} {left:.2f}C{middle} {left:.2f} {middle} {right:.2f} {end} {right:.2f}"
        f"V{right + width:.2f}C{middle} {right + width:.2f} {middle} {left + width:.2f} {start} {left + width:.2f}Z"
    )


def _box(node: _Node, left: float) -> SafeString:
    return format_html(
        '<rect class="flows__node" x="{}" y="{}" width="{}" height="{}"/>',
        left,
        f"{node.top:.2f}",
        NODE,
        f"{node.height:.2f}",
    )


def _label(node: _Node, at: float, anchor: str) -> SafeString:
    lines = format_html_join("", '<tspan x="{}%" dy="{}">{}</tspan>', _dropped(node.lines, at))
    return format_html(
        '<text class="flows__words--wide" y="{1}" text-anchor="{2}">{3}</text>'
        '<text class="flows__words--narrow" x="{0}%" y="{1}" text-anchor="{2}">{4}</text>',
        at,
        f"{node.top + 13:.1f}",
        anchor,
        lines,
        node.short,
    )


def _dropped(lines: Sequence[str], at: float) -> list[tuple[float, float, str]]:
    """Each line with how far it stands below the one before."""
    return [(at, LINE if number else 0, line) for number, line in enumerate(lines)]


def _figure(flows: Sequence[Flow], order: Sequence[str]) -> dict[str, Any]:
    names = list(dict.fromkeys([*(flow.source for flow in flows), *order]))
    return {
        "data": [
            {
                "type": "sankey",
                "node": {"label": names, "pad": 14, "thickness": 14, "color": "#0b1f33"},
                "link": {
                    "source": [names.index(flow.source) for flow in flows],
                    "target": [names.index(flow.target) for flow in flows],
                    "value": [float(flow.amount) / 1_000_000 for flow in flows],
                    "color": [_link_colour(_series(flow.target, order)) for flow in flows],
                    "hovertemplate": "%{source.label} to %{target.label}: £%{value:,.1f}m<extra></extra>",
                },
            }
        ],
        "layout": {"height": 640, "margin": {"l": 4, "r": 4, "t": 8, "b": 8}},
    }


def _link_colour(series: str) -> str:
    """Half transparent, as in the picture: bands cross."""
    return "rgba(74, 90, 104, 0.2)" if series == "none" else f"{PALETTE[int(series) - 1]}8c"
