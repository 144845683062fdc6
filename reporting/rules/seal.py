"""How a review is sealed: canonical JSON, the hash of a line, the seal over all lines; `docs/seal.md` has an example.

A line is hashed as two parts, so that its exempt part can be left out and the rest still be checked by anyone. Hashes
are joined as lower-case hexadecimal text: `sha256sum` and `printf` are all that a reader needs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NO_PREVIOUS = "-"


def canonical(part: Mapping[str, Any]) -> str:
    """The one text of a part: sorted keys, no spaces, characters as they are; only strings, integers and booleans.

    For what lines hold this is RFC 8785. Raises `TypeError` for floats and whatever JSON does not know: amounts, days
    and instants stand as strings in one fixed form each (`reporting.lines.codec`).
    """
    _refuse_floats(part)
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} has no one form: write it as a string")
    if isinstance(value, Mapping):
        for each in value.values():
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)


@dataclass(frozen=True, slots=True)
class Hashes:
    """The hashes of one line, in hexadecimal."""

    public: str
    exempt: str
    line: str


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def line_hashes(public: str, exempt: str, salt: str) -> Hashes:
    """SHA-256(hash of the public part ‖ SHA-256(salt ‖ exempt part)): nobody can guess at a short exempt text."""
    of_public, of_exempt = sha256(public), sha256(salt + exempt)
    return Hashes(of_public, of_exempt, sha256(of_public + of_exempt))


@dataclass(frozen=True, slots=True)
class LineOfSeal:
    """What the seal takes of a line."""

    kind: str
    key: str
    hash: str


def first_row(previous: str | None) -> str:
    """The seal's first row, which chains it to the review sealed before."""
    return f"{previous or NO_PREVIOUS}  previous"


def row_of(line: LineOfSeal) -> str:
    """A line's row in the seal."""
    return f"{line.hash}  {line.kind} {line.key}".rstrip()


class RunningSeal:
    """A seal in the making: over the previous review's seal, then a row for each line, in order."""

    def __init__(self, previous: str | None) -> None:
        self._digest = hashlib.sha256(f"{first_row(previous)}\n".encode())

    def add(self, line: LineOfSeal) -> None:
        """Take the next line."""
        self._digest.update(f"{row_of(line)}\n".encode())

    def value(self) -> str:
        """The seal over what was taken so far."""
        return self._digest.hexdigest()


def seal_of(previous: str | None, lines: Iterable[LineOfSeal]) -> str:
    """The seal of a review; the lines may come one at a time."""
    running = RunningSeal(previous)
    for line in lines:
        running.add(line)
    return running.value()
