"""`python -m tests.fuzz [REQUESTS [SEED]]`: Schemathesis asks the API in every name until so many were answered.

Each round asks in one name, all operations in all phases, a gunicorn of its own whose database is a fresh copy of the
world. Rounds differ by their seeds, which count up from the one that is told first and gives the same rounds again.
Ends with 1 after the first round that found anything wrong.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import django

from tests.plugin import Services, choose_redis_numbers

if TYPE_CHECKING:
    from tests.api.proving import Proof
    from tests.api.world import World

REQUESTS = 50_000
EXAMPLES = 30  # that are drawn for one operation in one round
OFTEN = 5.0  # seconds from one line of progress to the next
PHASES = dict.fromkeys(("examples", "coverage", "fuzzing", "stateful"), True)
ROUND = "wmca_round"


@contextmanager
def told_world() -> Iterator[World]:
    """PostgreSQL and Redis of our own, with the world in the database that the rounds copy."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "wmca_tracker.settings"
    services = Services()
    services.start()
    choose_redis_numbers(0)
    try:
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from tests.api.world import make_world

        tell("making a world …")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        world = make_world()
        connection.close()
        yield world
    finally:
        services.stop()


@contextmanager
def fresh_copy() -> Iterator[None]:
    """What starts meanwhile finds a database that nobody has written to."""
    from tests.prepared import address_of, execute

    untouched = os.environ["DATABASE_URL"]
    execute(f'CREATE DATABASE {ROUND} TEMPLATE "{untouched.rpartition("/")[2].partition("?")[0]}"')
    os.environ["DATABASE_URL"] = address_of(ROUND)
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = untouched
        execute(f"DROP DATABASE {ROUND} WITH (FORCE)")


def fuzz(requests: int, seed: int) -> int:
    """How many requests found nothing wrong; raises `SystemExit` where one did."""
    done = 0
    with told_world() as world:
        from tests.api.test_schemathesis import IDENTITIES

        for number in count():
            identity = IDENTITIES[number % len(IDENTITIES)]
            tell(f"round {number + 1}, as {identity}, seed {seed + number}")
            proof = one_round(world, identity, seed + number, done)
            done += proof.requests
            tell(f"{proof}\n{done} requests so far, {len(proof.failures)} failures")
            if proof.failures:
                raise SystemExit(1)
            if done >= requests:
                return done
    return done


def one_round(world: World, identity: str, seed: int, done: int) -> Proof:
    """All phases in one name."""
    from tests.api.proving import Proof, prove
    from tests.bench.dashboard import server
    from wmca_tracker.local.programs import HOST

    proof, last, known = Proof(), time.monotonic(), 0

    def progress(so_far: Proof) -> None:
        nonlocal last, known
        for (where, what), example in list(so_far.failures.items())[known:]:
            tell(f"{where}: {what}\n{example}")
        known = len(so_far.failures)
        if time.monotonic() - last > OFTEN:
            last = time.monotonic()
            tell(f"  {done + so_far.requests} requests, {len(so_far.failures)} failures")

    drawn = {"max-examples": EXAMPLES, "no-shrink": True}
    with fresh_copy(), server() as port:
        address = f"http://{HOST}:{port}"
        prove(proof, address, world, identity, phases=PHASES, generation=drawn, seed=seed, tell=progress)
    return proof


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asked = given[0] if given else REQUESTS
    fuzz(asked, given[1] if len(given) > 1 else secrets.randbelow(10**9))
