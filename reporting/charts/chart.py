"""What every chart is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

Row = tuple[str | int, ...]

# The palette of the Government Analysis Function, in its order; static/scss/_money.scss has the same.
PALETTE = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")


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
