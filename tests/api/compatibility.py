"""What would break a client that was written for an earlier description of the API (docs/api.md says what may change).

Schemas are compared in the direction in which they travel: what is sent may be taken more widely and never more
narrowly, what is answered may say more and never less. New values of an enumeration are announced, not breaking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Node = Mapping[str, Any]
PLAIN: Final = ("string", "number", "integer", "boolean", "object", "array", "null")
FIELDS: Final = "fields"
UPPER_BOUNDS: Final = ("maximum", "maxLength", "maxItems")
LOWER_BOUNDS: Final = ("minimum", "minLength", "minItems")


def breaking_changes(released: Node, now: Node) -> list[str]:
    """One sentence for each change that would break a client of `released`; none where the major version rises."""
    if version_of(now)[0] > version_of(released)[0]:
        return []
    before, after = _Description(released), _Description(now)
    return [
        *_removed("server", [each["url"] for each in released["servers"]], [each["url"] for each in now["servers"]]),
        *_removed("kind of error", before.problems, after.problems),
        *_removed("operation", before.operations, after.operations),
        *(
            f"{name}: {problem}"
            for name in before.operations.keys() & after.operations.keys()
            for problem in _Comparison(before, after).operation(before.operations[name], after.operations[name])
        ),
    ]


def version_of(description: Node) -> tuple[int, ...]:
    """1.2.0 as (1, 2, 0)."""
    return tuple(int(part) for part in description["info"]["version"].split("."))


class _Description:
    """A description whose references are resolved."""

    def __init__(self, description: Node) -> None:
        self.schemas: Node = description["components"]["schemas"]
        self.problems: Node = self.schemas["Problem"].get("x-problem-types", {})
        self.operations: dict[str, Node] = {
            f"{method.upper()} {path}": operation
            for path, operations in description["paths"].items()
            for method, operation in operations.items()
        }

    def plain(self, schema: Node) -> Shape:
        """A schema without references and without what only wraps: a single `allOf`, “or null” as `oneOf`."""
        parts = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(self.schemas[schema["$ref"].rpartition("/")[2]])
        choices = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        shape = Shape.of({name: value for name, value in schema.items() if name not in ("oneOf", "anyOf")})
        for part in parts:
            shape = shape.and_(self.plain(part))
        return shape.and_(_any_of([self.plain(choice) for choice in choices])) if choices else shape


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value looks like. `values` is None where any value is taken."""

    kinds: frozenset[str]
    values: frozenset[Any] | None
    fields: Node
    required: frozenset[str]
    rules: Node

    @classmethod
    def of(cls, schema: Node) -> Shape:
        said = schema.get("type", PLAIN)
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        parts = {"[]": schema["items"]} if "items" in schema else {}
        if isinstance(schema.get("additionalProperties"), Mapping):
            parts["*"] = schema["additionalProperties"]
        return cls(
            frozenset([said] if isinstance(said, str) else said),
            None if values is None else frozenset(values) - {None},
            {**schema.get("properties", {}), **parts},
            frozenset(schema.get("required", ())),
            {name: schema[name] for name in ("format", "pattern", *UPPER_BOUNDS, *LOWER_BOUNDS) if name in schema},
        )

    def and_(self, other: Shape) -> Shape:
        values = other.values if self.values is None else self.values
        return Shape(
            self.kinds & other.kinds,
            values,
            {**self.fields, **other.fields},
            self.required | other.required,
            {**self.rules, **other.rules},
        )


def _any_of(choices: list[Shape]) -> Shape:
    told = [choice for choice in choices if choice.kinds != {"null"}]
    values = [choice.values for choice in told]
    return Shape(
        frozenset[str]().union(*(choice.kinds for choice in choices)),
        None if None in values else frozenset[Any]().union(*(each or () for each in values)),
        {name: field for choice in told for name, field in choice.fields.items()},
        frozenset.intersection(*(choice.required for choice in told)) if told else frozenset(),
        told[0].rules if len(told) == 1 else {},
    )


class _Comparison:
    """Goes through what was released and finds what is missing or narrower now."""

    def __init__(self, before: _Description, after: _Description) -> None:
        self.before, self.after = before, after
        self.seen: set[tuple[str, str, bool]] = set()
        self.is_told_in_part = False  # the asker may name the fields that are told

    def operation(self, was: Node, now: Node) -> Iterator[str]:
        if was["operationId"] != now["operationId"]:
            yield f"is no longer called {was['operationId']}"
        if {} in was.get("security", [{}]) and {} not in now.get("security", [{}]):
            yield "cannot be asked without a key any more"
        self.is_told_in_part = FIELDS in _by_name(now)
        yield from self._parameters(_by_name(was), _by_name(now))
        yield from self._body(was.get("requestBody", {}), now.get("requestBody", {}))
        yield from self._answers(was["responses"], now["responses"])

    def _parameters(self, was: dict[str, Node], now: dict[str, Node]) -> Iterator[str]:
        yield from _removed("parameter", was, now)
        for name, parameter in now.items():
            if parameter.get("required") and not was.get(name, {}).get("required"):
                yield f"needs the parameter {name}"
        for name in was.keys() & now.keys():
            yield from self._schemas(name, was[name]["schema"], _one_of(now[name], was[name]), sent=True)

    def _body(self, was: Node, now: Node) -> Iterator[str]:
        if now.get("required") and not was.get("required"):
            yield "needs a body"
        yield from self._contents("body", was.get("content", {}), now.get("content", {}), sent=True)

    def _answers(self, was: Node, now: Node) -> Iterator[str]:
        done = {status: answer for status, answer in was.items() if status.startswith(("2", "3"))}
        yield from _removed("answer", done, now)
        for status in done.keys() & now.keys():
            yield from _removed("header", done[status].get("headers", {}), now[status].get("headers", {}))
            told = done[status].get("content", {}), now[status].get("content", {})
            yield from self._contents(status, *told, sent=False)

    def _contents(self, place: str, was: Node, now: Node, *, sent: bool) -> Iterator[str]:
        yield from _removed(f"form of {place}", was, now)
        for form in was.keys() & now.keys():
            yield from self._schemas(place, was[form].get("schema", {}), now[form].get("schema", {}), sent=sent)

    def _schemas(self, place: str, was: Node, now: Node, *, sent: bool) -> Iterator[str]:
        pair = (str(was.get("$ref", place)), str(now.get("$ref", place)), sent)
        if "$ref" in was and pair in self.seen:
            return
        self.seen.add(pair)
        before, after = self.before.plain(was), self.after.plain(now)
        yield from (f"{place} {problem}" for problem in _narrowed(before, after, sent=sent))
        yield from self._fields(place, before, after, sent=sent)

    def _fields(self, place: str, was: Shape, now: Shape, *, sent: bool) -> Iterator[str]:
        yield from _removed(f"field of {place}", was.fields, now.fields)
        missing = now.required - was.required if sent else was.required - now.required
        for name in missing & now.fields.keys() if sent or not self.is_told_in_part else ():
            yield f"{place}/{name} {'is needed' if sent else 'may be left out'}"
        for name in was.fields.keys() & now.fields.keys():
            yield from self._schemas(f"{place}/{name}", was.fields[name], now.fields[name], sent=sent)


def _by_name(operation: Node) -> dict[str, Node]:
    return {parameter["name"]: parameter for parameter in operation.get("parameters", ())}


def _one_of(now: Node, was: Node) -> Node:
    """What a parameter takes; of one that now takes several, between commas, what each of them may be."""
    schema: Node = now["schema"]
    takes_several = schema.get("type") == "array" and was["schema"].get("type") != "array"
    if takes_several and now.get("style") == "form" and not now.get("explode") and schema.get("minItems", 0) <= 1:
        return dict(schema["items"])
    return schema


def _removed(what: str, was: Collection[str], now: Collection[str]) -> Iterator[str]:
    yield from (f"the {what} {each} is gone" for each in was if each not in now)


def _narrowed(was: Shape, now: Shape, *, sent: bool) -> Iterator[str]:
    wide, narrow = (now, was) if sent else (was, now)
    if not _with_integers(narrow.kinds) <= _with_integers(wide.kinds):
        yield f"was {_listed(was.kinds)} and is {_listed(now.kinds)}"
    yield from _fewer_values(was, now, sent=sent)
    for name in ("format", "pattern"):
        if name in wide.rules and wide.rules[name] != narrow.rules.get(name):
            yield f"has the {name} {now.rules.get(name)} instead of {was.rules.get(name)}"
    if sent:
        yield from _tighter(was.rules, now.rules)


def _fewer_values(was: Shape, now: Shape, *, sent: bool) -> Iterator[str]:
    if was.values is None:
        if sent and now.values is not None:
            yield f"takes only {_listed(now.values)}"
    elif now.values is None:
        if not sent:
            yield "is no longer one of a list"
    elif was.values - now.values:
        yield f"has lost {_listed(was.values - now.values)}"


def _tighter(was: Node, now: Node) -> Iterator[str]:
    for name in UPPER_BOUNDS:
        if now.get(name, float("inf")) < was.get(name, float("inf")):
            yield f"has the {name} {now[name]}"
    for name in LOWER_BOUNDS:
        if now.get(name, float("-inf")) > was.get(name, float("-inf")):
            yield f"has the {name} {now[name]}"


def _with_integers(kinds: frozenset[str]) -> frozenset[str]:
    return kinds | {"integer"} if "number" in kinds else kinds


def _listed(values: Collection[Any]) -> str:
    return ", ".join(sorted(map(str, values)))
