"""Lines from typed rows to canonical JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.strategies import configure_union_passthrough

from reporting.rules.seal import canonical

Row = TypeVar("Row")


def as_instant(value: datetime) -> str:
    """An instant in UTC to the second, `2026-10-09T16:00:00Z`."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _converter() -> Converter:
    """Days are ISO 8601, instants in UTC, amounts and shares as they stand, never a float."""
    made = Converter(omit_if_default=False, forbid_extra_keys=False)
    made.register_unstructure_hook(Decimal, str)
    made.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    made.register_unstructure_hook(datetime, as_instant)
    made.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    configure_union_passthrough(str | int | bool | None, made)
    return made


CONVERTER = _converter()


def write(row: object) -> str:
    """The canonical JSON of a row, as it is sealed."""
    return canonical(CONVERTER.unstructure(row))


def read(text: str, form: type[Row]) -> Row:
    """A row from what `write` made of it."""
    return structure(json.loads(text), form)


def structure(values: dict[str, Any], form: type[Row]) -> Row:
    """A row from JSON's values."""
    return CONVERTER.structure(values, form)
