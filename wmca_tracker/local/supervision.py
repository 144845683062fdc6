"""Keeps the children of `up` running, and ends them in order."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn, TypeVar

from wmca_tracker.local.children import Child, stop_together
from wmca_tracker.local.problems import LocalProblem

PAUSE = 0.3
STEADY_SECONDS = 60.0  # a child that ran this long starts counting its deaths anew
MOST_DEATHS = 5
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Answer = TypeVar("Answer")
Say = Callable[[str, str], None]


@dataclass
class Watched:
    child: Child
    start: Callable[[], object]
    started: float = field(default_factory=time.monotonic)
    deaths: int = 0


class Supervisor:
    """Started first, stopped last: what comes later may lean on what came before."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._watched: list[Watched] = []

    def run(self, child: Child, start: Callable[[], Answer]) -> Answer:
        """Start it and keep it; what `start` returns comes back."""
        self._watched.append(Watched(child, start))
        return start()

    def watch(self) -> NoReturn:
        while True:
            for watched in self._watched:
                if not watched.child.running:
                    self._restart(watched)
            time.sleep(PAUSE)

    def stop(self) -> None:
        """The processes of the tracker together, then its services one after the other."""
        children = [watched.child for watched in self._watched]
        stop_together([child for child in children if not child.is_service])
        for child in reversed([child for child in children if child.is_service]):
            stop_together([child])

    def _restart(self, watched: Watched) -> None:
        child = watched.child
        watched.deaths = 1 if time.monotonic() - watched.started > STEADY_SECONDS else watched.deaths + 1
        if watched.deaths > MOST_DEATHS:
            raise LocalProblem(f"{child.name} ended {MOST_DEATHS} times in a row; its last words are in {child.log}.")
        pause = 2 ** (watched.deaths - 1) / 2
        self._say(child.name, f"ended ({describe(child.exit_status)}); starting it again in {pause:.1f} s")
        time.sleep(pause)
        child.end_group()  # what a killed parent left of its own children
        watched.started = time.monotonic()
        watched.start()
        self._say(child.name, "started again")


def describe(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"exit {status}"


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """A terminal that closes and a polite kill end us as Ctrl-C does; while ending, none cuts the ending short."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for ending in ENDING_SIGNALS:
            signal.signal(ending, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
