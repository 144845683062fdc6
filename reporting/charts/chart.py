"""What every chart is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from aims.rules.wording import long_date

Cell = str | int | Decimal | date | None
Row = tuple[Cell, ...]

NOT_KNOWN = "–"
# The palette of the Government Analysis Function, in its order; static/scss/_money.scss has the same.
PALETTE = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart in its four forms; `svg` is safe HTML, `figure` a plain Plotly figure.

    `rows` are those of the CSV; `title` is empty where the page gives the chart a heading of its own.
    """

    id: str
    title: str = ""
    sentence: str
    svg: SafeString
    figure: dict[str, Any]
    csv_url: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The rows as people read them."""
        return tuple(tuple(map(shown, row)) for row in self.rows)


def shown(cell: Cell) -> str:
    """One cell as people read it: a day in words, a number in thousands, a dash for what is not known."""
    if cell is None:
        return NOT_KNOWN
    if isinstance(cell, date):
        return long_date(cell)
    return cell if isinstance(cell, str) else f"{cell:,}"
