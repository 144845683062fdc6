"""How many people the overview serves, beside a bare view under the same server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tests.bench.figures import Figure, Findings, tell
from wmca_tracker.local.children import stop_together
from wmca_tracker.local.programs import HOST, web
from wmca_tracker.local.redis_server import free_port

LEAST_TO_BARE = 0.4
CLIENTS = 50
SECONDS = 6.0
PATIENCE = 60.0


@dataclass(frozen=True)
class Load:
    per_second: float
    p95: float


def measure(findings: Findings) -> None:
    tell("loading the demonstration …")
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)
    call_command("load_demo")
    with server() as port:
        bare, page = load(port, "/bare/"), load(port, "/")
    findings.add("dashboard: bare view", Figure(bare.per_second, "requests/s"))
    ratio = page.per_second / bare.per_second
    findings.add("dashboard: overview, cached", Figure(page.per_second, "requests/s", LEAST_TO_BARE, ratio), least=True)
    findings.add(f"dashboard: p95 at {CLIENTS} clients", Figure(1000 * page.p95, "ms", ratio=page.p95 / bare.p95))


@contextmanager
def server() -> Iterator[int]:
    """gunicorn as `up` runs it, with the bare view beside the product."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "logs").mkdir()
        child = web(Path(folder), port)
        child.command = [*child.command[:-1], "tests.bench.wsgi"]
        child.start()
        try:
            wait_for(port)
            yield port
        finally:
            stop_together([child])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if not probe.connect_ex((HOST, port)):
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens at {HOST}:{port}")


def load(port: int, path: str) -> Load:
    """The second of two rounds: the first fills caches and starts threads."""
    run(port, path, 1.0)
    found = run(port, path, SECONDS)
    return Load(found["answers"] / found["seconds"], found["p95"])


def run(port: int, path: str, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.load", str(port), path, str(CLIENTS), str(seconds)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found
