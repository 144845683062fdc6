"""The description of the API, arranged for people: what the documentation page prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wmca_tracker.api.schema import enumerations, sample_address

Node = Mapping[str, Any]
Found = tuple[str, str, Node]  # method, path, operation
JSON = "application/json"
NOT_IN_SECTIONS = "root"


@dataclass(frozen=True, slots=True)
class Described:
    """A parameter or a field: `vocabulary` names the enumeration whose values it takes, "" where it is free."""

    name: str
    form: str
    vocabulary: str
    values: tuple[str, ...]
    may_be_null: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked, with a request that works when pasted and the answer's form."""

    name: str
    summary: str
    address: str
    parameters: tuple[Described, ...]
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Section:
    """A list and its items."""

    name: str
    heading: str
    description: str
    operations: tuple[Operation, ...]
    fields: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An enumeration with the words that stand for its values."""

    name: str
    description: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """All that the page prints; `base` is the address that requests begin with."""

    version: str
    base: str
    sections: tuple[Section, ...]
    vocabularies: tuple[Vocabulary, ...]
    problem_fields: tuple[Described, ...]


def read_documentation(schema: Node, base: str) -> Documentation:
    """Arrange an OpenAPI description; requests in it begin with `base`."""
    components = schema["components"]["schemas"]
    return Documentation(
        version=schema["info"]["version"],
        base=base,
        sections=tuple(_sections(schema, base)),
        vocabularies=tuple(_vocabularies()),
        problem_fields=tuple(_fields(components["Problem"])),
    )


def _sections(schema: Node, base: str) -> Iterator[Section]:
    by_tag: dict[str, list[Found]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append((method, path, operation))
    for tag, found in by_tag.items():
        if tag != NOT_IN_SECTIONS:
            yield _section(tag, found, base, schema["components"]["schemas"])


def _section(tag: str, found: list[Found], base: str, components: Node) -> Section:
    item = next(operation for method, path, operation in found if method == "get" and "{" in path)
    reference = item["responses"]["200"]["content"][JSON]["schema"]["$ref"]
    return Section(
        name=tag,
        heading=tag.replace("-", " ").capitalize(),
        description=item["description"],
        operations=tuple(_operation(*each, base) for each in found),
        fields=tuple(_fields(components[_last(reference)])),
    )


def _operation(method: str, path: str, operation: Node, base: str) -> Operation:
    answers = operation["responses"]
    answer = answers.get("200") or answers["201"]
    example = next(iter(answer["content"][JSON]["examples"].values()))["value"]
    parameters = operation["parameters"]
    return Operation(
        name=operation["operationId"],
        summary=operation["summary"],
        address=path,
        parameters=tuple(_described(part["name"], part["schema"], part["description"]) for part in parameters),
        request=_request(method, base + _address(method, path, operation, example), operation),
        answer=json.dumps(example, indent=2, ensure_ascii=False),
    )


def _address(method: str, path: str, operation: Node, example: Node) -> str:
    if "results" in example and method == "get":
        return f"{sample_address(path, operation)}?page_size=1"
    return sample_address(path, operation, example)


def _request(method: str, address: str, operation: Node) -> str:
    """The operation as it is pasted into a shell; `$KEY` and `$ETAG` are the reader's own."""
    if method == "get":
        return f'curl "{address}"'
    sent = next(iter(operation["requestBody"]["content"][JSON]["examples"].values()))["value"]
    named = '"Idempotency-Key: $(uuidgen)"' if method == "post" else '"If-Match: $ETAG"'
    lines = [
        f'curl --request {method.upper()} "{address}"',
        '--header "Authorization: Bearer $KEY"',
        f"--header {named}",
        '--header "Content-Type: application/json"',
        f"--data '{json.dumps(sent, indent=2, ensure_ascii=False)}'",
    ]
    return " \\\n  ".join(lines)


def _fields(component: Node) -> Iterator[Described]:
    for name, field in component["properties"].items():
        yield _described(name, field, field.get("description", ""))


def _described(name: str, node: Node, description: str) -> Described:
    choices = [choice for key in ("allOf", "oneOf") for choice in node.get(key, ())]
    references = [choice["$ref"] for choice in choices if "$ref" in choice]
    kinds = node.get("type", "string")
    return Described(
        name=name,
        form=_form(node),
        vocabulary=_last(references[0]) if references else "",
        values=tuple(node.get("enum", ())),
        may_be_null="null" in kinds or {"type": "null"} in choices,
        description=description,
    )


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
