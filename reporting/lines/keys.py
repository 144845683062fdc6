"""How a line is named within its kind: the reference that people know it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from reporting.choices import LineKind
from reporting.lines.book import Line
from reporting.lines.rows import AllocationLine, ChangeLine, DateMoveLine, Exempt


def keyed(kind: LineKind, row: Any, exempt: Exempt | None = None) -> Line:
    """The line of a row."""
    return Line(kind, key_of(kind, row), row, exempt)


def key_of(kind: LineKind, row: Any) -> str:
    """The key of a row; unique among the lines of its kind in a review."""
    return KEYS[kind](row)


def _none(_: Any) -> str:
    return ""


def _of_allocation(row: AllocationLine) -> str:
    return f"{row.stream}/{row.activity or row.objective}"


def _of_move(row: DateMoveLine) -> str:
    return f"{row.activity}/{row.moves_so_far}"


def _of_change(row: ChangeLine) -> str:
    return f"{row.of.replace(' ', '-')}/{row.number}"


KEYS: Mapping[LineKind, Callable[[Any], str]] = {
    LineKind.REVIEW: _none,
    LineKind.STRATEGY: _none,
    LineKind.AIM: attrgetter("number"),
    LineKind.OBJECTIVE: attrgetter("number"),
    LineKind.ACTIVITY: attrgetter("number"),
    LineKind.MILESTONE: attrgetter("reference"),
    LineKind.STREAM: attrgetter("code"),
    LineKind.ALLOCATION: _of_allocation,
    LineKind.ORGANISATION: attrgetter("slug"),
    LineKind.PLACE: attrgetter("slug"),
    LineKind.ROLE: attrgetter("slug"),
    LineKind.DATE_MOVE: _of_move,
    LineKind.CHANGE: _of_change,
    LineKind.ACTION: attrgetter("reference"),
}
