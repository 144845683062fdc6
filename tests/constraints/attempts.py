"""Attempts to break what the database guards: a valid row, and the raw SQL that no constraint or trigger may let by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import GeneratedField

Make = Callable[[], models.Model]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The SQL that `form` writes for the row that `make` makes must be refused by the guard of that name."""

    guard: str
    make: Make
    columns: dict[str, str]
    form: Callable[[models.Model, dict[str, str]], str]

    def __str__(self) -> str:
        return " ".join([self.guard, self.form.__name__, *self.columns]).replace("_", "-")

    def sql(self, row: models.Model) -> str:
        """The statement to try on the row."""
        return self.form(row, self.columns)


def change(guard: str, make: Make, **columns: str) -> Attempt:
    """Set columns of the row to SQL expressions."""
    return Attempt(guard, make, columns, update)


def copy(guard: str, make: Make, **columns: str) -> Attempt:
    """Insert the row again with some columns set to other SQL expressions."""
    return Attempt(guard, make, columns, insert)


def remove(guard: str, make: Make) -> Attempt:
    """Delete the row."""
    return Attempt(guard, make, {}, delete)


def empty(guard: str, make: Make) -> Attempt:
    """Truncate the row's table."""
    return Attempt(guard, make, {}, truncate)


def kept(name: str, make: Make) -> list[Attempt]:
    """The attempts on rows that are neither deleted nor truncated."""
    return [remove(f"{name}_no_delete", make), empty(f"{name}_no_truncate", make)]


def update(row: models.Model, columns: dict[str, str]) -> str:
    assignments = ", ".join(f"{column} = {expression}" for column, expression in columns.items())
    return f"UPDATE {row._meta.db_table} SET {assignments} WHERE id = {row.pk}"


def insert(row: models.Model, columns: dict[str, str]) -> str:
    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not isinstance(f, GeneratedField)]
    names = [str(field.column) for field in fields]
    values = [columns.get(name, f'"{name}"') for name in names]
    table = row._meta.db_table
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) SELECT {', '.join(values)} FROM {table} WHERE id = {row.pk}"


def delete(row: models.Model, columns: dict[str, str]) -> str:
    return f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}"


def truncate(row: models.Model, columns: dict[str, str]) -> str:
    return f"TRUNCATE {row._meta.db_table} CASCADE"
