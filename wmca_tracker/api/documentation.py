"""The description of the API, arranged for people: what the documentation's pages print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from wmca_tracker.api.catalogue import CATALOGUE, Problem
from wmca_tracker.api.schema import enumerations, openapi
from wmca_tracker.api.snippets import JSON, Request, Snippet, snippets_of

Node = Mapping[str, Any]
Found = tuple[str, str, Node]  # method, path, operation
NOT_IN_SECTIONS = "root"
SITES = 8  # addresses that the tracker is served under, kept in memory
WRAPPED = "Paginated"
BY_TITLE = {f"{kind.title}.": kind for kind in CATALOGUE}


@dataclass(frozen=True, slots=True)
class Described:
    """A parameter or a field.

    `vocabulary` names the enumeration whose values it takes, `record` the form of what it holds; "" elsewhere.
    """

    name: str
    form: str
    vocabulary: str
    record: str
    values: tuple[str, ...]
    may_be_null: bool
    is_needed: bool
    description: str


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of something that is answered."""

    name: str
    fields: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, what it says, and the kind of error that it stands for where it is one of the catalogue's."""

    status: str
    description: str
    kind: Problem | None
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked, with requests that work when pasted and an example of the answer."""

    name: str
    method: str
    summary: str
    description: str
    address: str
    needs_somebody: bool
    parameters: tuple[Described, ...]
    body: tuple[Described, ...]
    answers: tuple[Answer, ...]
    forms: tuple[str, ...]
    snippets: tuple[Snippet, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Section:
    """A list, its items, and what both are made of."""

    name: str
    heading: str
    description: str
    operations: tuple[Operation, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An enumeration with the words that stand for its values."""

    name: str
    description: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """All that the pages print; `base` is the address that requests begin with."""

    version: str
    base: str
    sections: tuple[Section, ...]
    vocabularies: tuple[Vocabulary, ...]
    problem_fields: tuple[Described, ...]

    def section(self, name: str) -> Section | None:
        """The section of that name."""
        return next((section for section in self.sections if section.name == name), None)


@lru_cache(SITES)
def documentation_for(base: str) -> Documentation:
    """This API's own description, with requests that begin with `base`."""
    return read_documentation(openapi(), base)


def section_for(base: str, name: str, sample: Node) -> Section:
    """One section, whose requests ask for things that exist: `sample` is an item of its list."""
    described = openapi()
    paths = {path: each for path, each in described["paths"].items() if next(iter(each.values()))["tags"] == [name]}
    return next(_Reading(described["components"]["schemas"], base, sample).sections(paths))


def read_documentation(schema: Node, base: str) -> Documentation:
    """Arrange an OpenAPI description; requests in it begin with `base`."""
    reading = _Reading(schema["components"]["schemas"], base)
    return Documentation(
        version=schema["info"]["version"],
        base=base,
        sections=tuple(reading.sections(schema["paths"])),
        vocabularies=tuple(_vocabularies()),
        problem_fields=tuple(reading.fields(reading.components["Problem"])),
    )


class _Reading:
    """Goes through a description. What is read is named as in `sample`, or as in the examples where that is empty."""

    def __init__(self, components: Node, base: str, sample: Node = MappingProxyType({})) -> None:
        self.components, self.base, self.sample = components, base, sample

    def sections(self, paths: Node) -> Iterator[Section]:
        by_tag: dict[str, list[Found]] = {}
        for path, operations in paths.items():
            for method, operation in operations.items():
                by_tag.setdefault(operation["tags"][0], []).append((method, path, operation))
        by_tag.pop(NOT_IN_SECTIONS, None)
        yield from (self._section(tag, found) for tag, found in by_tag.items())

    def _section(self, tag: str, found: list[Found]) -> Section:
        description = found[0][2].get("description", "")
        return Section(
            name=tag,
            heading=tag.replace("-", " ").capitalize(),
            description=description,
            operations=tuple(self._operation(*each, said=description) for each in found),
            records=tuple(self._records(found)),
        )

    def _operation(self, method: str, path: str, operation: Node, said: str) -> Operation:
        done = _done(operation)
        forms, description = tuple(done.get("content", {})), operation.get("description", "")
        example, sent = _example(done), _example(operation.get("requestBody", {}))
        named = {**(example or {}), **(self.sample if method == "get" else {})}
        address = self.base + _address(path, operation["parameters"], named)
        is_list = isinstance(example, Mapping) and "previous" in example
        return Operation(
            name=operation["operationId"],
            method=method.upper(),
            summary=operation["summary"],
            description="" if description == said else description,
            address=path,
            needs_somebody={} not in operation.get("security", [{}]),
            parameters=tuple(self._parameter(part) for part in operation["parameters"]),
            body=tuple(self._body(operation)),
            answers=tuple(_answers(operation["responses"])),
            forms=forms,
            snippets=snippets_of(Request(method.upper(), address, sent, forms, is_list)),
            example=json.dumps(example, indent=2, ensure_ascii=False) if example else "",
        )

    def _parameter(self, part: Node) -> Described:
        is_needed = part.get("required", False) and part["in"] != "path"
        return self._described(part["name"], part["schema"], part.get("description", ""), is_needed=is_needed)

    def _body(self, operation: Node) -> Iterator[Described]:
        schema = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
        if schema:
            yield from self.fields(self._resolved(schema))

    def _records(self, found: list[Found]) -> Iterator[Record]:
        """Every record that answers hold, each once, what holds before what is held."""
        waiting = [name for _, _, operation in found for name in _references(_done(operation))]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop(0)
            component = self.components[name]
            if name in seen or "properties" not in component:
                continue
            seen.add(name)
            waiting += _references(component)
            if not name.startswith(WRAPPED):
                yield Record(name, tuple(self.fields(component)))

    def fields(self, component: Node, within: str = "") -> Iterator[Described]:
        """Its fields, and those of what has no name of its own as `outer.inner`."""
        needed = component.get("required", ())
        for name, field in component.get("properties", {}).items():
            yield self._described(within + name, field, field.get("description", ""), is_needed=name in needed)
            yield from self.fields(field.get("items", field), f"{within}{name}.")

    def _resolved(self, schema: Node) -> Node:
        found: Node = self.components[_last(schema["$ref"])] if "$ref" in schema else schema
        return found

    def _described(self, name: str, node: Node, description: str, *, is_needed: bool = False) -> Described:
        reference = next(_references(node), "")
        is_enumeration = "enum" in self.components.get(reference, {})
        return Described(
            name=name,
            form=_form(node),
            vocabulary=reference if is_enumeration else "",
            record=reference if reference and not is_enumeration else "",
            values=tuple(str(value) for value in node.get("enum", node.get("items", {}).get("enum", ()))),
            may_be_null=_may_be_null(node),
            is_needed=is_needed,
            description=description,
        )


def _done(operation: Node) -> Node:
    """The answer of an operation that went well."""
    found: Node = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    return found


def _example(told: Node) -> Any:
    """The first example of a JSON body; None where there is none."""
    examples = told.get("content", {}).get(JSON, {}).get("examples", {})
    return next((example["value"] for example in examples.values()), None)


def _address(path: str, parameters: Iterable[Node], example: Node) -> str:
    """The path with an example of each of its parts, and of each parameter that is needed."""
    filled, query = path, []
    for part in parameters:
        value = example.get(part["name"]) or _value_of(part)
        filled = filled.replace(f"{{{part['name']}}}", str(value))
        if part["in"] == "query" and part.get("required"):
            query.append(f"{part['name']}={_value_of(part)}")
    return f"{filled}?{'&'.join(query)}" if query else filled


def _value_of(part: Node) -> Any:
    """A value that a parameter takes."""
    schema = part["schema"]
    told = [*schema.get("examples", ()), *schema.get("enum", ())]
    return part.get("example") or next(iter(told), schema.get("default", schema.get("minimum", "")))


def _answers(responses: Node) -> Iterator[Answer]:
    for status, answer in responses.items():
        if status != "default":
            told = answer["description"]
            yield Answer(status, told, BY_TITLE.get(told), tuple(answer.get("headers", ())))


def _references(node: Any) -> Iterator[str]:
    """The names of the components that a part of the description refers to."""
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield _last(node["$ref"])
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from _references(part)


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


def _vocabularies() -> Iterator[Vocabulary]:
    for name, choices in enumerations().items():
        yield Vocabulary(name, (choices.__doc__ or "").strip(), tuple(choices.choices))


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
