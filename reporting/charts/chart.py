"""What every chart is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

Row = tuple[str | int, ...]

# The palette of the Government Analysis Function, in its order, with the ink that reads on each.
PALETTE = (
    ("#12436d", "#ffffff"),
    ("#28a197", "#000000"),
    ("#801650", "#ffffff"),
    ("#f46a25", "#000000"),
    ("#3d3d3d", "#ffffff"),
    ("#a285d1", "#000000"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart in its four forms; `svg` is safe HTML, `figure` a plain Plotly figure."""

    id: str
    sentence: str
    svg: SafeString
    figure: dict[str, Any]
    csv_url: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
