"""Every operation does what its description promises, whoever asks; `make fuzz` asks the same far longer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.api.proving import Asked, Proof, operations, prove
from tests.api.world import make_world
from tests.remembered import remembered

# Who signs in and reads nothing but what is published, who writes through a key, who writes as a person, who sees all.
IDENTITIES = ("anyone", "key: update:own", "owner", "office")
LEAST = 2_000 // len(IDENTITIES)
GENERATED = {"deterministic": True, "max-examples": 4, "no-shrink": True, "with-security-parameters": False}
DRAWN = {"examples": True, "coverage": False, "fuzzing": True, "stateful": True}
COVERED = {"examples": False, "coverage": True, "fuzzing": False, "stateful": False}


class OnThisConnection:
    """The API as this process serves it, whichever of Schemathesis' threads asks: all see what the test made."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection, self.application = connection, get_wsgi_application()
        connection.inc_thread_sharing()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        connections["default"] = self.connection
        return self.application(environ, start_response)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_operation_does_what_is_described(identity: str) -> None:
    world, proof, app = remembered(make_world), Proof(), OnThisConnection(connections["default"])
    asked: dict[str, Any] = {"headers": world.headers[identity], "generation": GENERATED, "app": app}

    prove(proof, **asked, phases=DRAWN)
    # What each parameter's limits are is tried in one name each: a key's where it writes, else in turns.
    prove(proof, **asked, phases=COVERED, only=lambda operation: covered_by(operation) == identity)

    if proof.failures:
        pytest.fail(str(proof), pytrace=False)
    assert proof.requests >= LEAST, str(proof)
    assert proof.operations >= {f"{method} {path}" for method, path in operations()}


def covered_by(operation: Asked) -> str:
    """The name in which an operation's parameters are tried one by one."""
    return IDENTITIES[1] if operation[0] != "GET" else IDENTITIES[operations().index(operation) % len(IDENTITIES)]
