"""Every operation does what its description promises, whoever asks; `make fuzz` asks the same far longer."""

from __future__ import annotations

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.api.proving import Asked, Proof, operations, prove
from tests.api.world import make_world
from tests.remembered import remembered

# Who reads what is published, who writes through a key, who writes as a person, and who sees all.
IDENTITIES = ("anyone", "key: update:own", "owner", "office")
LEAST = 2_000 // len(IDENTITIES)
GENERATED = {"deterministic": True, "max-examples": 3, "no-shrink": True}
DRAWN = {"examples": True, "coverage": False, "fuzzing": True, "stateful": True}
COVERED = {"examples": False, "coverage": True, "fuzzing": False, "stateful": False}
COVERED_BY = {("GET", "/api/v1/activities/"): "office", ("GET", "/api/v1/changes/"): "anyone"}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_operation_does_what_is_described(identity: str, live_server: LiveServer) -> None:
    world, proof = remembered(make_world), Proof()

    for phases, only in ((DRAWN, anything), (COVERED, lambda asked: covered_by(asked) == identity)):
        prove(proof, live_server.url, world, identity, phases=phases, generation=GENERATED, only=only)

    if proof.failures:
        pytest.fail(str(proof), pytrace=False)
    assert proof.requests >= LEAST, str(proof)
    assert proof.operations >= {f"{method} {path}" for method, path in operations()}


def anything(asked: Asked) -> bool:
    return True


def covered_by(asked: Asked) -> str | None:
    """In whose name each limit of an operation's parameters is tried; None for most lists, which `make fuzz` does."""
    method, path = asked
    if asked in COVERED_BY:
        return COVERED_BY[asked]
    if method != "GET":
        return "key: update:own" if method == "POST" else "owner"
    return IDENTITIES[operations().index(asked) % len(IDENTITIES)] if "{" in path else None
