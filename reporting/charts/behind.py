"""What stands behind the ratings of each aim: sums beside one another, never added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from aims.choices import Mark
from aims.rules.wording import in_a_row
from funding.rules import in_millions
from reporting.charts.chart import Chart
from reporting.charts.inks import NOT_TRACED, Ink, mark_ink
from reporting.charts.picture import both, box, clipped, group, picture, text, upright

LEFT, RIGHT = 28.0, 74.0  # per cent of the width: between them the bars, beyond them their sums
LINE, BAR, HEAD, GAP = 22, 14, 26, 18  # pixels
NARROW = 34  # characters of an aim's title on a phone
SUMS = (
    ("Behind Red", "Red", mark_ink(Mark.RED)),
    ("Behind Amber", "Amber", mark_ink(Mark.AMBER)),
    ("Rating not known", "Not known", mark_ink(Mark.NO_UPDATE)),
    ("Not traced", "Not traced", NOT_TRACED),
)


@dataclass(frozen=True, slots=True)
class AimMoney:
    """One aim's money in pounds, in the order of `SUMS`."""

    number: str
    title: str
    sums: tuple[Decimal, Decimal, Decimal, Decimal]

    @property
    def name(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class BehindTable:
    """The aims in their order, those without money too."""

    aims: tuple[AimMoney, ...]


def behind_chart(table: BehindTable, csv_url: str) -> Chart:
    """The aims, at least one, and not all of them without money."""
    sentence = behind_sentence(table)
    return Chart(
        id="behind-by-aim",
        title="Money behind the ratings",
        sentence=sentence,
        svg=_svg(table, sentence),
        figure=_figure(table),
        csv_url=csv_url,
        headers=("Aim", *(f"{label}, £m" for label, _, _ in SUMS)),
        rows=tuple((aim.name, *map(_millions, aim.sums)) for aim in table.aims),
    )


def _millions(amount: Decimal) -> Decimal:
    """Millions to one place, as everywhere."""
    return Decimal(in_millions(amount).replace(",", ""))


def behind_sentence(table: BehindTable) -> str:
    """Two sums, never added, each with where most of it is."""
    return f"{_said(table.aims, 0)}. {_said(table.aims, 1)}."


def _said(aims: Sequence[AimMoney], at: int) -> str:
    """ "£26.0m stands behind Red, most of it, £20.0m, in aim 4"."""
    label = SUMS[at][0].replace("Behind", "behind")
    total = sum((aim.sums[at] for aim in aims), Decimal(0))
    if not total:
        return f"Nothing stands {label}"
    most = max(aim.sums[at] for aim in aims)
    first = [aim.number for aim in aims if aim.sums[at] == most]
    start = f"£{in_millions(total)}m stands {label}"
    if most == total:
        return f"{start}, all in aim {first[0]}"
    where = f"aims {in_a_row(first)} each" if len(first) > 1 else f"aim {first[0]}"
    return f"{start}, most, £{in_millions(most)}m, in {where}"


def _svg(table: BehindTable, sentence: str) -> SafeString:
    most = max(amount for aim in table.aims for amount in aim.sums) or Decimal(1)
    top = 0.0
    lines: list[SafeString] = []
    for aim in table.aims:
        lines.extend(_lines(aim, top, most) if any(aim.sums) else _nothing(aim, top))
        top += _height(aim)
    return picture(
        of="behind-by-aim",
        title="Money behind Red and behind Amber in each aim",
        sentence=sentence,
        height=top - GAP,
        parts=lines,
    )


def _height(aim: AimMoney) -> float:
    """With the space below it; an aim without any of the sums takes one line."""
    return HEAD + LINE * (len(SUMS) if any(aim.sums) else 1) + GAP


def _told(aim: AimMoney, at: int) -> str:
    return f"Aim {aim.name}: {SUMS[at][0]} {_pounds(aim.sums[at])}"


def _pounds(amount: Decimal) -> str:
    return f"£{in_millions(amount)}m"


def _nothing(aim: AimMoney, head: float) -> Iterator[SafeString]:
    yield _head(aim, head)
    words = both(
        "£0.0m behind each rating and not traced", "£0.0m in all four", at=0, top=head + HEAD + 12, kind="quiet"
    )
    for at in range(len(SUMS)):
        yield group(_told(aim, at), *([words] if at == 0 else []))


def _head(aim: AimMoney, head: float) -> SafeString:
    return both(aim.name, clipped(aim.name, NARROW), at=0, top=head + 16, kind="strong")


def _lines(aim: AimMoney, head: float, most: Decimal) -> Iterator[SafeString]:
    yield _head(aim, head)
    yield upright(at=LEFT, top=head + HEAD - 2, bottom=head + HEAD + LINE * len(SUMS), colour="#8a98a5")
    for at, (amount, (label, short, ink)) in enumerate(zip(aim.sums, SUMS, strict=True)):
        top = head + HEAD + at * LINE
        width = (RIGHT - LEFT) * float(amount / most)
        yield group(
            _told(aim, at),
            both(f"{ink.symbol} {label}", short, at=0, top=top + 13, kind="quiet"),
            *([_bar(ink, width, top)] if amount else []),
            text(_pounds(amount), at=LEFT + width + 1, top=top + 13),
        )


def _bar(ink: Ink, width: float, top: float) -> SafeString:
    return box(ink, left=LEFT, top=top + 1, width=max(width, 0.2), height=BAR)


def _figure(table: BehindTable) -> dict[str, Any]:
    """Beside one another, never stacked: they are not to be added."""
    return {
        "data": [_trace(table, at, label, ink) for at, (label, _, ink) in enumerate(SUMS)],
        "layout": {
            "barmode": "group",
            "showlegend": False,
            "height": 80 + 80 * len(table.aims),
            "margin": {"l": 8, "r": 10, "t": 10, "b": 40},
            "xaxis": {"title": {"text": "£m"}, "gridcolor": "#c9d3dc", "rangemode": "tozero", "fixedrange": True},
            "yaxis": {"autorange": "reversed", "type": "category", "fixedrange": True, "automargin": True},
        },
    }


def _trace(table: BehindTable, at: int, label: str, ink: Ink) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": label,
        "x": [float(_millions(aim.sums[at])) for aim in table.aims],
        "y": [f"Aim {aim.number}" for aim in table.aims],
        "hovertemplate": f"%{{y}}: {label} £%{{x:,.1f}}m<extra></extra>",
        "marker": ink.marker,
        "meta": ink.meta,
    }
