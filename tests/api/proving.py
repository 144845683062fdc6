"""Schemathesis asks the API what its own description promises, in somebody's name: all its phases, all its checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

from tests.api.world import World
from wmca_tracker.api.schema import openapi

Tell = Callable[["Proof"], None]
Asked = tuple[str, str]  # method and path of an operation

CSRF = "c" * 32
OF_ANOTHER_DAY = {"as_at", "period"}
# A body of the described form may still break a rule of the strategy (422), and a made-up tag names no state (412).
ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "412", "422"]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428"]
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": ACCEPTED},
    "negative_data_rejection": {"expected-statuses": REFUSED},
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "415", "422", "428"]},
}


@dataclass
class Proof:
    """How many requests were answered, with which status, and each thing that was wrong with an example of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return self.statuses.total()

    def __str__(self) -> str:
        told = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        failures = [f"{where}: {what}\n{example}" for (where, what), example in self.failures.items()]
        return "\n\n".join([f"{self.requests} requests: {told}", *failures])


def described(world: World) -> dict[str, Any]:
    """The API's own description for one who knows what there is: some parameters have it as examples.

    Without cursors, which are signed, so that none that is made up is ever taken.
    """
    description = deepcopy(openapi())
    for operations in description["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [part for part in operation["parameters"] if part["name"] != "cursor"]
            for part in operation["parameters"]:
                if part["in"] == "query" and part["name"] in world.known:
                    part["examples"] = {value: {"value": value} for value in world.known[part["name"]]}
    return description


def operations() -> list[Asked]:
    """Every operation that is described."""
    return [(method.upper(), path) for path, found in openapi()["paths"].items() for method in found]


def prove(
    proof: Proof,
    address: str,
    world: World,
    identity: str,
    *,
    phases: Mapping[str, bool],
    generation: Mapping[str, Any],
    only: Callable[[Asked], bool] = lambda asked: True,
    seed: int | None = None,
    tell: Tell = lambda proof: None,
) -> None:
    """Ask the API at an address in somebody's name, and note what is found."""
    given: dict[str, Any] = {
        "base-url": address,
        "auth": credentials(world, identity),
        "headers": {"X-CSRFToken": CSRF},
        "workers": 1,
        "request-timeout": 60,
        "generation": {"with-security-parameters": False, **generation},
        "checks": CHECKS,
        "phases": {name: {"enabled": enabled} for name, enabled in phases.items()},
    }
    if seed is not None:
        given["seed"] = seed
    api = schemathesis.openapi.from_dict(described(world), config=SchemathesisConfig.from_dict(given))
    chosen = api.include(lambda context: only((context.operation.method.upper(), context.operation.path)))
    for event in from_schema(chosen).execute():
        note(proof, event)
        tell(proof)


def credentials(world: World, identity: str) -> dict[str, Any]:
    """What proves who somebody is, by the names that the description has for the ways of proving it."""
    if identity in world.keys:
        return {"openapi": {"key": {"bearer": world.keys[identity]}}}
    return {"openapi": {"session": {"api_key": world.sessions[identity]}}} if identity in world.sessions else {}


@schemathesis.hook("before_call")
def with_token(context: Any, case: Any, kwargs: Any) -> None:
    """The cookie that belongs to `X-CSRFToken`: the token against forged requests is what both say."""
    case.cookies = {**(case.cookies or {}), "csrftoken": CSRF}


@schemathesis.hook("filter_failure")
def counts(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failed check is one: what can be told of another day depends on what else is asked for."""
    of_another_day = OF_ANOTHER_DAY & set(case.query or {})
    return not (isinstance(failure, RejectedPositiveData) and response.status_code == 400 and of_another_day)


def note(proof: Proof, event: Any) -> None:
    """Take down what one event of Schemathesis says."""
    if isinstance(event, events.ScenarioFinished):
        answers = [found.response for found in event.recorder.interactions.values()]
        proof.statuses.update(answer.status_code for answer in answers if answer)
        proof.operations.update(case.value.operation.label for case in event.recorder.cases.values())
        proof.failures.update(failures_of(event.recorder))
    elif isinstance(event, events.NonFatalError):
        proof.failures[event.label, event.info.title] = str(event.info)
    elif isinstance(event, events.FatalError):
        raise event.exception


def failures_of(recorder: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Each failed check by operation and name, with what was asked and what came back."""
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info:
                label = recorder.cases[case].value.operation.label
                answer = recorder.interactions[case].response
                came = f"{answer.status_code} {answer.text[:500]}" if answer else "no answer"
                failure = check.failure_info.failure
                yield (
                    (label, check.name),
                    f"{failure.title}: {failure.message}\n{check.failure_info.code_sample}\n{came}",
                )
