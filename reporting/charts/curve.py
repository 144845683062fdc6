"""A stream month by month: what was planned, what was spent, what is forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from funding.rules import in_millions, variance
from reporting.charts.chart import PALETTE, Chart

BOTTOM, TOP, FOOT = 220, 20, 3  # pixels: where the picture ends, the highest value, nothing above the end
MILLION = Decimal(1_000_000)
NAMES = ("Budget this year", "Forecast outturn", "Spend to date", "Committed")
NOT_KNOWN = "–"


@dataclass(frozen=True, slots=True)
class Month:
    """One month's figures in pounds, in the order of `NAMES`; None is not known."""

    month: date
    figures: tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]


def curve_chart(code: str, months: Sequence[Month], csv_url: str) -> Chart:
    """The months in their order, at least one."""
    sentence = curve_sentence(code, months)
    return Chart(
        id="curve",
        sentence=sentence,
        svg=_svg(months, sentence),
        figure=_figure(months),
        csv_url=csv_url,
        headers=("Month", *(f"{name}, £m" for name in NAMES)),
        rows=tuple((f"{said.month:%B %Y}", *map(_millions, said.figures)) for said in months),
    )


def _millions(amount: Decimal | None) -> str:
    return NOT_KNOWN if amount is None else in_millions(amount)


def curve_sentence(code: str, months: Sequence[Month]) -> str:
    """What was spent by the last month, and how the forecast lies to the budget."""
    last = months[-1]
    budget, forecast, spent, _ = last.figures
    spending = f"By {last.month:%B %Y} stream {code} had spent {_pounds(spent)}"
    found = variance(budget, forecast)
    if found is None:
        return f"{spending}; its forecast outturn against this year's budget is not known."
    if not found.amount:
        return f"{spending}; its forecast outturn is {found.word}, {_pounds(budget)}."
    share = "" if found.percent is None else f" ({found.percent} %)"
    return f"{spending}; its forecast outturn is {_pounds(found.amount)}{share} {found.word} to this year's budget."


def _pounds(amount: Decimal | None) -> str:
    return "an amount that is not known" if amount is None else f"£{in_millions(amount)}m"


def _svg(months: Sequence[Month], sentence: str) -> SafeString:
    known = [amount for said in months for amount in said.figures if amount is not None]
    top = max(known, default=Decimal(0)) or MILLION
    return format_html(
        '<svg class="curve" width="100%" height="{height}" role="img" aria-label="{sentence}">'
        '<line class="curve__grid" x1="0" x2="100%" y1="{margin}" y2="{margin}"/>'
        '<line class="curve__grid" x1="0" x2="100%" y1="{foot}" y2="{foot}"/>'
        '<text x="0" y="14">£{top}m</text>'
        '<svg width="100%" height="{bottom}" viewBox="0 0 100 {bottom}" preserveAspectRatio="none">{lines}</svg>'
        '<text x="0" y="{words}">{first}</text><text x="100%" y="{words}" text-anchor="end">{last}</text></svg>'
        '<ul class="curve__key">{key}</ul>',
        height=BOTTOM + 24,
        sentence=sentence,
        margin=TOP,
        foot=BOTTOM - FOOT,
        bottom=BOTTOM,
        words=BOTTOM + 18,
        top=in_millions(top),
        lines=_lines(months, float(top)),
        first=f"{months[0].month:%b %Y}",
        last="" if len(months) == 1 else f"{months[-1].month:%b %Y}",
        key=format_html_join(
            "",
            '<li><svg class="curve__swatch" width="36" height="8" aria-hidden="true">'
            '<line class="curve__line curve__line--{}" x1="0" x2="36" y1="4" y2="4"/></svg>{}</li>',
            ((at + 1, name) for at, name in enumerate(NAMES)),
        ),
    )


def _lines(months: Sequence[Month], top: float) -> SafeString:
    """A line a series, with every figure of it in its title."""
    return format_html_join(
        "",
        '<polyline class="curve__line curve__line--{}" points="{}"><title>{}</title></polyline>',
        ((at + 1, _points(months, at, top), _told(months, at)) for at in range(len(NAMES))),
    )


def _told(months: Sequence[Month], at: int) -> str:
    told = ", ".join(f"{said.month:%B %Y} {_short(said.figures[at])}" for said in months)
    return f"{NAMES[at]}: {told}"


def _short(amount: Decimal | None) -> str:
    return "not known" if amount is None else f"£{in_millions(amount)}m"


def _points(months: Sequence[Month], at: int, top: float) -> str:
    """Where a line goes; what is not known is left out, and one value alone is a line across."""
    step = 100 / max(len(months) - 1, 1)
    figures = [(number * step, said.figures[at]) for number, said in enumerate(months)]
    high = BOTTOM - FOOT - TOP
    spots = [(x, BOTTOM - FOOT - float(amount) * high / top) for x, amount in figures if amount is not None]
    if len(spots) == 1:
        spots = [(0.0, spots[0][1]), (100.0, spots[0][1])]
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in spots)


def _in_millions(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount) / 1_000_000


def _figure(months: Sequence[Month]) -> dict[str, Any]:
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": [f"{said.month:%Y-%m-%d}" for said in months],
                "y": [_in_millions(said.figures[at]) for said in months],
                "line": {"color": PALETTE[at], "dash": ("dot", "dash", "solid", "dashdot")[at]},
                "hovertemplate": "%{x|%B %Y}: £%{y:,.1f}m<extra></extra>",
            }
            for at, name in enumerate(NAMES)
        ],
        "layout": {"height": 380, "yaxis": {"title": {"text": "£m"}, "rangemode": "tozero"}},
    }
