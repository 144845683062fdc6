"""The description of the API, arranged for people: what the documentation's pages print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.utils.safestring import SafeString

from wmca_tracker.api.catalogue import CATALOGUE, Problem
from wmca_tracker.api.records import Components, Described, Node, Record, prose
from wmca_tracker.api.schema import enumerations, openapi
from wmca_tracker.api.snippets import JSON, Request, Snippet, snippets_of

Found = tuple[str, str, Node]  # method, path, operation
NOT_IN_SECTIONS = "root"
SITES = 8  # addresses that the tracker is served under, kept in memory
BY_TITLE = {f"{kind.title}.": kind for kind in CATALOGUE}


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
    description: SafeString
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
    description: SafeString
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
    return _Reading(openapi(), base, sample).section(name)


def read_documentation(schema: Node, base: str) -> Documentation:
    """Arrange an OpenAPI description; requests in it begin with `base`."""
    reading = _Reading(schema, base)
    return Documentation(
        version=schema["info"]["version"],
        base=base,
        sections=tuple(reading.section(name) for name in reading.found),
        vocabularies=tuple(_vocabularies()),
        problem_fields=tuple(reading.components.fields(schema["components"]["schemas"]["Problem"])),
    )


class _Reading:
    """Goes through a description. What is read is named as in `sample`, or as in the examples where that is empty."""

    def __init__(self, schema: Node, base: str, sample: Node = MappingProxyType({})) -> None:
        self.found = _by_section(schema["paths"])
        self.components = Components(schema["components"]["schemas"], _homes(schema, self.found))
        self.base, self.sample = base, sample

    def section(self, name: str) -> Section:
        operations = self.found[name]
        description = operations[0][2].get("description", "")
        return Section(
            name=name,
            heading=name.replace("-", " ").capitalize(),
            description=prose(description),
            operations=tuple(self._operation(*each, said=description) for each in operations),
            records=tuple(self.components.records((_done(each) for _, _, each in operations), name)),
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
            description=prose("" if description == said else description),
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
        return self.components.described(part["name"], part["schema"], part.get("description", ""), is_needed=is_needed)

    def _body(self, operation: Node) -> Iterator[Described]:
        for form in operation.get("requestBody", {}).get("content", {}).values():
            yield from self.components.fields(form["schema"])


def _by_section(paths: Node) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for path, operations in paths.items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append((method, path, operation))
    found.pop(NOT_IN_SECTIONS, None)
    return found


def _homes(schema: Node, found: Mapping[str, list[Found]]) -> dict[str, str]:
    """The section that tells of each item: the first whose list has it."""
    components, homes = Components(schema["components"]["schemas"]), dict[str, str]()
    for name, operations in found.items():
        for item in components.items_of(_done(operations[0][2])):
            homes.setdefault(item, name)
    return homes


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


def _vocabularies() -> Iterator[Vocabulary]:
    for name, choices in enumerations().items():
        yield Vocabulary(name, (choices.__doc__ or "").strip(), tuple(choices.choices))
