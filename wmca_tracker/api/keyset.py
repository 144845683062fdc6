"""Orders of a list in which every row has one place, so that it can be walked from any row onwards.

What is missing comes last, whichever way the others go. An edge is a row's place: its values in that order, as
JSON can hold them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import Expression, OrderBy

Side = Literal["after", "before"]
Edge = list[Any]
NOWHERE = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Column:
    """One step of an order: rows are annotated with `expression` under `alias`."""

    alias: str
    expression: str | Expression
    descending: bool = False
    is_key: bool = False

    def ordered(self, side: Side) -> OrderBy:
        """The step as the database orders by it."""
        if self.descending == (side == "after"):
            return F(self.alias).desc(**_missing(side))
        return F(self.alias).asc(**_missing(side))

    def beyond(self, value: Any, side: Side) -> Q:
        """The rows that come after a value, or before it."""
        onwards = side == "after"
        if value is None:
            return NOWHERE if onwards else Q(**{f"{self.alias}__isnull": False})
        comparison = "lt" if self.descending == onwards else "gt"
        found = Q(**{f"{self.alias}__{comparison}": value})
        return found | Q(**{f"{self.alias}__isnull": True}) if onwards and not self.is_key else found

    def level_with(self, value: Any) -> Q:
        """The rows that stand at a value."""
        return Q(**{f"{self.alias}__isnull": True}) if value is None else Q(**{self.alias: value})


def _missing(side: Side) -> dict[str, Any]:
    return {"nulls_last": True} if side == "after" else {"nulls_first": True}


@dataclass(frozen=True, slots=True)
class Keyset:
    """An order whose last column is unique and never empty."""

    columns: tuple[Column, ...]

    def over(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what they are ordered by, in that order."""
        return self._annotated(rows).order_by(*(column.ordered("after") for column in self.columns))

    def beyond(self, rows: QuerySet[Any], side: Side, edge: Edge) -> QuerySet[Any]:
        """The rows after an edge in order, or those before it from the nearest on. Raises `ValueError`."""
        annotated = self._annotated(rows)
        values = self._values(annotated, edge)
        found, level = NOWHERE, Q()
        for column, value in zip(self.columns, values, strict=True):
            found |= level & column.beyond(value, side)
            level &= column.level_with(value)
        return annotated.filter(found).order_by(*(column.ordered(side) for column in self.columns))

    def edge_at(self, row: Model) -> Edge:
        """The place of a row that came out of `over` or `beyond`."""
        return [_as_json(getattr(row, column.alias)) for column in self.columns]

    def _annotated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        annotated: QuerySet[Any] = rows.annotate(
            **{column.alias: _resolvable(column.expression) for column in self.columns}
        )
        return annotated

    def _values(self, annotated: QuerySet[Any], edge: Edge) -> list[Any]:
        fields = [annotated.query.annotations[column.alias].output_field for column in self.columns]
        return [field.to_python(value) for field, value in zip(fields, edge, strict=True)]


def _resolvable(expression: str | Expression) -> F | Expression:
    return F(expression) if isinstance(expression, str) else expression


def keyset(orderings: Mapping[str, str | Expression], asked: Sequence[str], key: str) -> Keyset:
    """The order that a request asks for, by names from `orderings`, a minus before what goes down; then the key's."""
    steps = [(orderings[name.removeprefix("-")], name.startswith("-")) for name in asked]
    columns = [Column(f"place_{place}", expression, down) for place, (expression, down) in enumerate(steps)]
    return Keyset((*columns, Column("place_key", key, is_key=True)))


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
