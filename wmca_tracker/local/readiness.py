"""Whether what `up` started really answers."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from wmca_tracker.celery import app
from wmca_tracker.local.children import Child
from wmca_tracker.local.problems import LocalProblem
from wmca_tracker.local.programs import HOST

PATIENCE = 90.0
PAUSE = 0.2


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise LocalProblem(f"Port {port} is not free ({error.strerror}): set PORT to another.") from error


def wait_until(child: Child, answers: Callable[[], bool]) -> str:
    """A child that ends meanwhile is reported with its last words."""
    began = time.monotonic()
    while not answers():
        if not child.running:
            raise LocalProblem(f"{child.name} ended while starting:\n{child.last_words()}")
        if time.monotonic() - began > PATIENCE:
            raise LocalProblem(
                f"{child.name} did not answer within {PATIENCE:.0f} s; its last words are in {child.log}."
            )
        time.sleep(PAUSE)
    return "ready"


def web_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz/ready", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def worker_answers() -> bool:
    return bool(app.control.ping(timeout=0.5))
