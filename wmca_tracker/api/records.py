"""What parameters, bodies and answers are made of, read from a description for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Node = Mapping[str, Any]
WRAPPED, INCLUDED, WITH_INCLUDED = "Paginated", "Included", "WithIncluded"
RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Described:
    """A parameter or a field.

    `vocabulary` names the enumeration whose values it takes, `record` the form of what it holds, told in the section
    `home` or, where that is empty, on the same page.
    """

    name: str
    form: str
    vocabulary: str
    record: str
    home: str
    values: tuple[str, ...]
    may_be_null: bool
    is_needed: bool
    description: SafeString


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of something that is answered."""

    name: str
    fields: tuple[Described, ...]


class Components:
    """The named parts of a description. `homes` has the section that tells of each item."""

    def __init__(self, components: Node, homes: Mapping[str, str] = MappingProxyType({})) -> None:
        self.components, self.homes = components, homes

    def items_of(self, told: Node) -> Iterator[str]:
        """The items that an answer holds, themselves or as a list."""
        for name in references(told):
            inner = self.components[name].get("properties", {}).get(RESULTS)
            yield from map(_plain, references(inner) if name.startswith(WRAPPED) and inner else [name])

    def records(self, told: Iterable[Node], section: str) -> Iterator[Record]:
        """Every record that answers hold and no other section tells of, each once, what holds before what is held."""
        waiting = [name for answer in told for name in references(answer)]
        seen: set[str] = set()
        while waiting:
            name = _plain(waiting.pop(0))
            component = self._whole(name)
            if name in seen or "properties" not in component or self.homes.get(name, section) != section:
                continue
            seen.add(name)
            waiting += references(component)
            if not name.startswith(WRAPPED) and not name.endswith(INCLUDED):
                yield Record(name, tuple(self.fields(component)))

    def fields(self, schema: Node, within: str = "") -> Iterator[Described]:
        """Its fields, and those of what has no name of its own as `outer.inner`."""
        component = self.components[_last(schema["$ref"])] if "$ref" in schema else schema
        needed = component.get("required", ())
        for name, field in component.get("properties", {}).items():
            yield self.described(within + name, field, is_needed=name in needed)
            yield from self.fields(self._unnamed(field), f"{within}{name}.")

    def described(self, name: str, node: Node, description: str = "", *, is_needed: bool = False) -> Described:
        """One of them; `description` stands where the schema has none of its own."""
        reference = _plain(next(references(node), ""))
        is_enumeration = "enum" in self.components.get(reference, {})
        is_record = reference and not is_enumeration and not reference.endswith(INCLUDED)
        return Described(
            name=name,
            form=_form(node),
            vocabulary=reference if is_enumeration else "",
            record=reference if is_record else "",
            home=self.homes.get(reference, ""),
            values=tuple(str(value) for value in node.get("enum", node.get("items", {}).get("enum", ()))),
            may_be_null=_may_be_null(node),
            is_needed=is_needed,
            description=prose(description or node.get("description", "")),
        )

    def _whole(self, name: str) -> Node:
        """The record with what may be included, where anything may."""
        found: Node = self.components.get(f"{name}{WITH_INCLUDED}") or self.components[name]
        return found

    def _unnamed(self, field: Node) -> Node:
        """What a field holds that is told in its place: of named records only what was included."""
        included = [name for name in references(field) if name.endswith(INCLUDED)]
        found: Node = self.components[included[0]] if included else field.get("items", field)
        return {} if "$ref" in found else found


def prose(text: str) -> SafeString:
    """A description as HTML: names between backticks as code."""
    said, *pairs = re.split("`([^`]+)`", text)
    named = format_html_join("", "<code>{}</code>{}", zip(pairs[::2], pairs[1::2], strict=True))
    return format_html("{}{}", said, named)


def references(node: Any) -> Iterator[str]:
    """The names of the components that a part of the description refers to."""
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield _last(node["$ref"])
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from references(part)


def _plain(name: str) -> str:
    """A record's name, whether or not something may be included in it."""
    return name.removesuffix(WITH_INCLUDED)


def _may_be_null(node: Node) -> bool:
    choices = [choice for key in ("allOf", "oneOf", "anyOf") for choice in node.get(key, ())]
    return "null" in node.get("type", "") or {"type": "null"} in choices


def _form(node: Node) -> str:
    """A field's form in a word or two."""
    kinds = node.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next(name for name in kinds if name != "null")
    if "maximum" in node and "minimum" in node:
        return f"integer from {node['minimum']} to {node['maximum']}"
    if kind == "array":
        return f"list of {_form(node['items'])}s"
    return FORMS.get(node.get("format", ""), kind)


FORMS = {
    "date": "date",
    "date-time": "date and time",
    "uri": "address",
    "uri-reference": "address",
    "decimal": "decimal",
}


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
