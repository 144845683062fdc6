"""What a benchmark found: a line for people, a row of var/bench.json for machines."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measurement. `ratio` is to what was measured beside it, or to the limit where that is the measure.

    `limit` is what the ratio, or the value where `ratio` is None, must keep to; None: told for information.
    """

    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None


class Findings:
    """Figures by name, told as they are found."""

    def __init__(self) -> None:
        self.figures: dict[str, Figure] = {}

    def add(self, name: str, figure: Figure, *, least: bool = False) -> None:
        """Tell a figure; its limit is the most that it may be, or the least."""
        self.figures[name] = figure
        ratio = "" if figure.ratio is None else f"  ratio {figure.ratio:.2f}"
        limit = "" if figure.limit is None else f"  ({'at least' if least else 'at most'} {figure.limit:g})"
        tell(f"{name:<44} {figure.value:>10.3f} {figure.unit:<10}{ratio}{limit}")

    def add_to(self, path: Path) -> None:
        """Put them beside what other subjects wrote there."""
        rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        rows |= {name: asdict(figure) for name, figure in self.figures.items()}
        path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def in_turns(one: Callable[[], object], other: Callable[[], object], times: int = 7) -> tuple[float, float]:
    """The median seconds of two actions, run by turns so that a busy machine slows both alike."""
    pairs = [(seconds(one), seconds(other)) for _ in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def median_seconds(action: Callable[[], object], times: int = 5) -> float:
    return statistics.median(seconds(action) for _ in range(times))
