"""Query parameters, taken strictly: what an operation does not know, it refuses, so that nothing asked for is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

A_FEW = 20  # names that fit an error's sentence


class WrongParameters(ValidationError):
    """What is wrong with query parameters, by their names."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter and the JSON Schema of what it takes; an array's values stand separated by commas."""

    name: str
    help_text: str
    schema: dict[str, Any]

    @property
    def takes_several(self) -> bool:
        """Whether it takes several values: separated by commas, or in parameters of the same name."""
        return self.schema.get("type") == "array"

    @property
    def names(self) -> Collection[str]:
        """All that it takes, where it takes several of a few names; else empty."""
        found: Collection[str] = self.schema.get("items", {}).get("enum", ())
        return found

    def described(self) -> dict[str, Any]:
        """As OpenAPI tells it."""
        told = {"name": self.name, "in": "query", "required": False, "description": self.help_text}
        form = {"style": "form", "explode": False} if self.takes_several else {}
        return told | form | {"schema": self.schema}


def listed(name: str, help_text: str, values: Collection[str]) -> Parameter:
    """A parameter that takes any of some names, each once."""
    names = {"type": "string", "enum": list(values)}
    return Parameter(name, help_text, {"type": "array", "items": names, "minItems": 1, "uniqueItems": True})


def refuse_other_parameters(given: QueryDict, known: Iterable[str], several: Collection[str] = ()) -> None:
    """Raises `WrongParameters` for parameters that are not known, are empty, or come twice and take one value."""
    names = sorted(known)
    told = f"Known here: {', '.join(names)}." if names else "None are known here."
    problems = {name: [problem] for name, problem in _problems(given, names, several, told)}
    if problems:
        raise WrongParameters(problems)


def _problems(given: QueryDict, names: list[str], several: Collection[str], told: str) -> Iterator[tuple[str, str]]:
    for name, values in given.lists():
        if name not in names:
            yield name, f"There is no parameter “{name}”. {told}"
        elif len(values) > 1 and name not in several:
            yield name, f"Give “{name}” once."
        elif not all(value.strip() for value in values):
            yield name, f"Give “{name}” a value, or leave it out."


def chosen(given: QueryDict, parameter: Parameter) -> tuple[str, ...]:
    """The names that a request gives to a parameter made by `listed`; none where it does not give it.

    Raises `WrongParameters` for a name that is not among them, or comes twice.
    """
    names = ",".join(given.getlist(parameter.name)).split(",") if parameter.name in given else []
    unknown = [name for name in names if name not in parameter.names]
    wrong = [f"There is no “{name}” to ask for. {_known(name, parameter.names)}" for name in unknown]
    twice = [f"Name “{name}” once." for name, times in Counter(names).items() if times > 1]
    if wrong or twice:
        raise WrongParameters({parameter.name: [*wrong, *twice]})
    return tuple(names)


def _known(name: str, names: Collection[str]) -> str:
    """What may be asked for instead: all of a few, of many those that look like it."""
    if len(names) <= A_FEW:
        return f"Known here: {', '.join(names)}."
    near = get_close_matches(name, names) or list(names)[:A_FEW]
    return f"Near it: {', '.join(near)}. The documentation lists all {len(names)} of them."
