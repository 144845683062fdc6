"""Reading an uploaded workbook in a process of its own, which the kernel keeps within bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aims.workbooks.limits import MOST_SECONDS
from aims.workbooks.parcel import FRESH, Unfit

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (sys.executable, "-m", "aims.workbooks.read")
# Nothing of our own environment: no secret is there to be found by whoever subverts the reader.
ENVIRONMENT = {"LC_ALL": "C", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"}
FINDS_PYTHON = ("LD_LIBRARY_PATH", "PYTHONHOME")

DAMAGED = f"The file is damaged, or was not saved by a spreadsheet program: save it in Excel once more, or {FRESH}"
TOO_MUCH = f"The file takes too long or too much memory to read: {FRESH}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell holds: its kind (see `aims.workbooks.read`) and its value."""

    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of the sheet that hold something, by row and column letters; `merged` names areas such as "C5:D6"."""

    rows: dict[int, dict[str, Cell]]
    merged: tuple[str, ...]
    counts_from_1904: bool


def read_sheet(content: bytes) -> Sheet:
    """What a file holds; raises `Unfit` with what to do, after some seconds at most and within 200 MB."""
    try:
        ended = subprocess.run(
            COMMAND,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file, and logs are no place for exempt text
            cwd=ROOT,
            env=ENVIRONMENT | {name: os.environ[name] for name in FINDS_PYTHON if name in os.environ},
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unfit(TOO_MUCH) from error
    return sheet_of(ended.returncode, ended.stdout)


def sheet_of(status: int, answer: bytes) -> Sheet:
    """What the reader's status and answer mean; raises `Unfit`."""
    if status:
        raise Unfit(DAMAGED if status == 1 else TOO_MUCH)
    told = json.loads(answer)
    if "problem" in told:
        raise Unfit(told["problem"])
    return Sheet(
        rows={int(number): _cells(row) for number, row in told["rows"].items()},
        merged=tuple(told["merged"]),
        counts_from_1904=told["counts_from_1904"],
    )


def _cells(row: dict[str, list[Any]]) -> dict[str, Cell]:
    return {letters: Cell(kind, value) for letters, (kind, value) in row.items()}
