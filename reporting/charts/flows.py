"""From streams to aims: bands as wide as the money, with what is unallocated always among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from funding.rules import in_millions
from reporting.charts.chart import PALETTE, Chart

HEIGHT = 560.0  # pixels of money; nodes that are too small for their words take the words' height
WORDS = 18.0
NODE = 2.0  # per cent of the width
LEFT, RIGHT = 12.0, 72.0  # where the nodes stand, per cent of the width: words beside them
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


def flow_chart(flows: Sequence[Flow], csv_url: str) -> Chart:
    """The flows in the order given: sources and targets stand as they first occur."""
    known = [flow for flow in flows if flow.amount]
    sentence = flow_sentence(known)
    return Chart(
        id="flows",
        sentence=sentence,
        svg=_svg(known, sentence),
        figure=_figure(known),
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


def _sums(pairs: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for name, amount in pairs:
        found[name] = found.get(name, NOTHING) + amount
    return found


def _nodes(sums: dict[str, Decimal], scale: float) -> dict[str, _Node]:
    """One below the other, each at least as high as its words."""
    nodes, top = {}, 0.0
    for name, amount in sums.items():
        height = max(float(amount) * scale, 1.0)
        nodes[name] = _Node(name, amount, top, height)
        top += max(height, WORDS) + 6
    return nodes


def _svg(flows: Sequence[Flow], sentence: str) -> SafeString:
    total = float(sum((flow.amount for flow in flows), NOTHING)) or 1.0
    scale = HEIGHT / total
    sources = _nodes(_sums([(flow.source, flow.amount) for flow in flows]), scale)
    targets = _nodes(_sums([(flow.target, flow.amount) for flow in flows]), scale)
    every = [*sources.values(), *targets.values()]
    height = max((node.top + max(node.height, WORDS) for node in every), default=WORDS)
    bands = _bands(flows, sources, targets, scale)
    boxes = format_html_join("", "{}", ((_box(node, LEFT),) for node in sources.values()))
    boxes += format_html_join("", "{}", ((_box(node, RIGHT),) for node in targets.values()))
    words = format_html_join("", "{}", ((_label(node, LEFT - 1, "end"),) for node in sources.values()))
    words += format_html_join("", "{}", ((_label(node, RIGHT + NODE + 1, "start"),) for node in targets.values()))
    # The bands stretch with the page, the words outside them keep their size.
    return format_html(
        '<svg class="flows" width="100%" height="{0}" role="img" aria-label="{1}">'
        '<svg width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{2}{3}</svg>{4}</svg>',
        int(height) + 1,
        f"Money from streams to aims. {sentence}",
        bands,
        boxes,
        words,
    )


def _bands(flows: Sequence[Flow], sources: dict[str, _Node], targets: dict[str, _Node], scale: float) -> SafeString:
    left = {name: node.top for name, node in sources.items()}
    right = {name: node.top for name, node in targets.items()}
    order = list(targets)
    parts = []
    for flow in flows:
        width = float(flow.amount) * scale
        title = f"{flow.source} to {flow.target}: £{in_millions(flow.amount)}m"
        path = _band(left[flow.source], right[flow.target], width)
        parts.append((order.index(flow.target) % len(PALETTE) + 1, path, title))
        left[flow.source] += width
        right[flow.target] += width
    return format_html_join("", '<path class="flows__band flows__band--{}" d="{}"><title>{}</title></path>', parts)


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
    return format_html('<text x="{}%" y="{}" text-anchor="{}">{}</text>', at, f"{node.top + 13:.1f}", anchor, node.name)


def _figure(flows: Sequence[Flow]) -> dict[str, Any]:
    names = list(dict.fromkeys([*(flow.source for flow in flows), *(flow.target for flow in flows)]))
    return {
        "data": [
            {
                "type": "sankey",
                "node": {"label": names, "pad": 14, "thickness": 14, "color": "#3d3d3d"},
                "link": {
                    "source": [names.index(flow.source) for flow in flows],
                    "target": [names.index(flow.target) for flow in flows],
                    "value": [float(flow.amount) / 1_000_000 for flow in flows],
                    "hovertemplate": "%{source.label} to %{target.label}: £%{value:,.1f}m<extra></extra>",
                },
            }
        ],
        "layout": {"height": 640, "margin": {"l": 4, "r": 4, "t": 8, "b": 8}},
    }
