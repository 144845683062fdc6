"""How much of each item is told: `fields=` names what is wanted, `include=` what is told beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts.api.includes import INCLUDED, Include, field_names, narrowed
from accounts.api.parameters import Parameter, chosen, listed

INCLUDE, FIELDS = "include", "fields"


@dataclass(frozen=True, slots=True)
class Telling:
    """The item's own fields, and the fields of each thing included; all of them where none are named."""

    fields: tuple[str, ...] = ()
    included: dict[str, list[str]] = field(default_factory=dict)

    def narrowed(self, serializer: Any) -> Serializer[Any]:
        """The serializer with the item's own wanted fields."""
        return narrowed(serializer, self.fields)

    def with_included(
        self, told: list[dict[str, Any]], rows: Sequence[Any], includes: Mapping[str, Include], request: Request
    ) -> list[dict[str, Any]]:
        """Adds `included` to what was told of the rows, where anything is to be."""
        found = {name: includes[name].tell(rows, request, fields) for name, fields in self.included.items()}
        for row, one in zip(rows, told, strict=True) if found else ():
            one[INCLUDED] = {name: beside[row.pk] for name, beside in found.items()}
        return told


def read_telling(given: QueryDict, *parameters: Parameter) -> Telling:
    """What a request asks to be told, by the parameters of `telling_parameters`. Raises `WrongParameters`."""
    asked = {parameter.name: chosen(given, parameter) for parameter in parameters}
    included: dict[str, list[str]] = {name: [] for name in asked.get(INCLUDE, ())}
    for name in asked[FIELDS]:
        include, dot, of_include = name.partition(".")
        if dot:
            included.setdefault(include, []).append(of_include)
    return Telling(tuple(name for name in asked[FIELDS] if "." not in name), included)


def telling_parameters(serializer: type[Serializer[Any]], includes: Mapping[str, Include]) -> tuple[Parameter, ...]:
    """`include`, where anything can be included, and `fields`."""
    return _parameters(serializer, tuple(includes.items()))


@cache
def _parameters(serializer: type[Serializer[Any]], includes: tuple[tuple[str, Include], ...]) -> tuple[Parameter, ...]:
    names = field_names(serializer)
    names += [f"{name}.{of_include}" for name, include in includes for of_include in field_names(include.serializer)]
    fields = listed(FIELDS, "The fields to tell, separated by commas; all of them where it is not given.", names)
    if not includes:
        return (fields,)
    told = "; ".join(f"`{name}`, {_as_part(include.help_text)}" for name, include in includes)
    include = listed(
        INCLUDE, f"What to tell beside each item, under `included`: {told}.", [name for name, _ in includes]
    )
    beside = " One with a dot is a field of what is included, which need not be named in `include` as well."
    return include, listed(FIELDS, fields.help_text + beside, names)


def _as_part(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")
