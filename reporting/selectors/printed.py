"""The fields of a sealed line as people read them: what an erratum may correct."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils import timezone

from aims.rules.wording import long_date
from reporting.lines import read_line
from reporting.models import SealedLine

SHARES = ("score",)


@dataclass(frozen=True, slots=True)
class Printed:
    """One value of a line: what it is called, and its words; empty where nothing was known."""

    label: str
    words: str


def printed_in(line: SealedLine) -> dict[str, Printed]:
    """Every public value of a line by its field's name, "sums.counts.red" where it lies deeper; no query."""
    row = read_line(line.kind, line.key, line.public).row
    return {path: Printed(_label(path), _words(path, value)) for path, value in _leaves(row)}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        parts = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, tuple):
        parts = [(str(place), part) for place, part in enumerate(value, start=1)]
    else:
        yield path, value
        return
    for name, part in parts:
        yield from _leaves(part, f"{path}.{name}" if path else name)


def _label(path: str) -> str:
    """The name in words: "sums.counts.red" is "Sums, counts, red"."""
    words = path.replace("_", " ").replace(".", ", ")
    return words[:1].upper() + words[1:]


def _words(path: str, value: Any) -> str:
    if isinstance(value, Decimal) and path.rpartition(".")[2] not in SHARES:
        return f"£{value:,.2f}"
    return "" if value is None else str(_as_read(value))


def _as_read(value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, datetime):
        return f"{long_date(timezone.localdate(value))}, {timezone.localtime(value):%H:%M}"
    return long_date(value) if isinstance(value, date) else value
