"""What can be told with each item beside it, where a reader asks for it: `include=owner,milestones`.

An item says what it is tied to by reference, always in the same form. What is included stands under `included`, so
that no field changes its type by what was asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, Serializer

INCLUDED: Final = "included"

Read = Callable[[Sequence[Any], Request], Mapping[int, Any]]
RowsOf = Callable[[Request], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Include:
    """Something to tell with each row.

    `read` is called once for all rows of an answer and gives what to tell by their primary keys, within what the
    asker may see: a list where `many`, else one thing, or nothing where there is none.
    """

    help_text: str
    serializer: type[Serializer[Any]]
    read: Read
    many: bool = False

    def tell(self, rows: Sequence[Any], request: Request, fields: Iterable[str]) -> dict[int, Any]:
        """What each row is told with, by primary key, written out; of `fields` alone where some are given."""
        found = self.read(rows, request)
        write = narrowed(self.serializer(context={"request": request}), fields).to_representation
        if self.many:
            return {row.pk: [write(one) for one in found.get(row.pk, ())] for row in rows}
        return {row.pk: None if found.get(row.pk) is None else write(found[row.pk]) for row in rows}


Includes = Mapping[str, Include]


def narrowed(serializer: Serializer[Any], fields: Iterable[str]) -> Serializer[Any]:
    """The serializer without all other fields, where some are named."""
    wanted = set(fields)
    for name in set(serializer.fields) - wanted if wanted else ():
        serializer.fields.pop(name)
    return serializer


def related(path: str, rows_of: RowsOf, serializer: type[Serializer[Any]], help_text: str) -> Include:
    """The one row that a foreign key names, among those of `rows_of`; nothing where the asker may not see it.

    The path may lead over rows that come with it: `objective.aim`.
    """
    key_of = attrgetter(f"{path}_id")

    def read(rows: Sequence[Any], request: Request) -> dict[int, Any]:
        keys = {row.pk: key_of(row) for row in rows}
        found = {one.pk: one for one in rows_of(request).filter(pk__in=set(keys.values()))}
        return {pk: found[key] for pk, key in keys.items() if key in found}

    return Include(help_text, serializer, read)


def children(field: str, rows_of: RowsOf, serializer: type[Serializer[Any]], help_text: str) -> Include:
    """The rows of `rows_of` whose foreign key names the row, in their order."""

    def read(rows: Sequence[Any], request: Request) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for one in rows_of(request).filter(**{f"{field}__in": [row.pk for row in rows]}):
            found[getattr(one, f"{field}_id")].append(one)
        return found

    return Include(help_text, serializer, read, many=True)


def only_child(field: str, rows_of: RowsOf, serializer: type[Serializer[Any]], help_text: str) -> Include:
    """The one row of `rows_of` whose foreign key names the row, if there is one."""

    def read(rows: Sequence[Any], request: Request) -> dict[int, Any]:
        found = rows_of(request).filter(**{f"{field}__in": [row.pk for row in rows]})
        return {getattr(one, f"{field}_id"): one for one in found}

    return Include(help_text, serializer, read)


def field_names(serializer: type[BaseSerializer[Any]]) -> list[str]:
    """What a serializer tells, in its order."""
    return list(serializer().fields)  # type: ignore[attr-defined]  # all of ours have fields


@cache
def with_included(serializer: type[Serializer[Any]], includes: tuple[tuple[str, Include], ...]) -> type[Any]:
    """The form of an item with what may be told beside it, for the API's description; nothing is written with it."""
    name = serializer.__name__.removesuffix("Serializer")
    parts = {part: include.serializer(**_options(include)) for part, include in includes}
    included = type(f"{name}IncludedSerializer", (Serializer,), {**parts, "__doc__": "Each where it was asked for."})
    told = included(required=False, read_only=True, help_text="What `include` asked for.")
    meta = type("Meta", (serializer.Meta,), {"fields": [*serializer.Meta.fields, INCLUDED]})  # type: ignore[attr-defined]
    return type(f"{name}WithIncludedSerializer", (serializer,), {INCLUDED: told, "Meta": meta})


def _options(include: Include) -> dict[str, Any]:
    form = {"many": True} if include.many else {"allow_null": True}
    return {"required": False, "read_only": True, "help_text": include.help_text} | form
