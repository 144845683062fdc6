"""Reading a finance file in a process of its own, row by row: neither process ever holds more than a few of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from threading import Timer
from typing import Any

from aims.workbooks.child import ENVIRONMENT, FINDS_PYTHON, ROOT, Cell
from aims.workbooks.parcel import Unfit
from funding.imports.limits import FRESH, MOST_SECONDS

COMMAND = (sys.executable, "-m", "funding.imports.read")
DAMAGED = f"The file is damaged, or was saved by no spreadsheet program: {FRESH}"
TOO_MUCH = f"The file takes too long or too much memory to read: {FRESH}"

Row = tuple[int, dict[str, Cell]]


@dataclass(slots=True)
class Reading:
    """A file while it is read: about how many rows it has below its headings, and its rows, to be asked for once.

    Asking for rows raises `Unfit` where the file turns out to be none, if only at its end.
    """

    rows: int | None
    counts_from_1904: bool
    answers: Iterator[Any] = field(repr=False)

    def __iter__(self) -> Iterator[Row]:
        for answer in self.answers:
            if isinstance(answer, dict):
                _refuse_merged(answer["end"])
                return
            place, cells = answer
            yield place, {letters: Cell(kind, value) for letters, (kind, value) in cells.items()}


@contextmanager
def reading(content: bytes) -> Iterator[Reading]:
    """A file's rows while the block runs, which may end early; raises `Unfit` with what to do."""
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        process = subprocess.Popen(
            COMMAND,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file
            cwd=ROOT,
            env=ENVIRONMENT | {name: os.environ[name] for name in FINDS_PYTHON if name in os.environ},
        )
    watch = Timer(MOST_SECONDS, process.kill)
    watch.start()
    try:
        answers = _answers(process)
        first = next(answers)
        yield Reading(first["rows"], first["counts_from_1904"], answers)
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


def _answers(process: subprocess.Popen[bytes]) -> Iterator[Any]:
    """What the reader answers, up to its end; raises `Unfit` for a problem and for an end that it did not choose."""
    for line in process.stdout or ():
        answer = json.loads(line) if line.endswith(b"\n") else None
        if isinstance(answer, dict) and "problem" in answer:
            raise Unfit(answer["problem"])
        if answer is not None:
            yield answer
        if isinstance(answer, dict) and "end" in answer:
            return
    raise Unfit(DAMAGED if process.wait() == 1 else TOO_MUCH)


def _refuse_merged(areas: list[str]) -> None:
    if areas:
        raise Unfit(f"{areas[0][:24]}: unmerge these cells, so that each row stands for itself")
