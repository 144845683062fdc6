"""Mistakes of an agreed review, told beside the figures that they correct."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporting.choices import LineKind

Address = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One erratum as a page prints it; `label` names what it corrects, `url` is where it is told in full."""

    number: int
    field: str
    label: str
    printed: str
    correct: str
    explanation: str
    on: date
    url: str = ""


@dataclass(frozen=True, slots=True)
class Errata:
    """All errata of a review, by the kind and key of the line that each corrects."""

    by_line: Mapping[Address, Sequence[Note]]

    def of(self, kind: LineKind, key: str = "", fields: Iterable[str] | None = None) -> Sequence[Note]:
        """Those of one line; given fields, of these alone and of what lies in them ("update" takes "update.rag")."""
        found = self.by_line.get((kind, key), ())
        if fields is None:
            return found
        wanted = tuple(fields)
        return [note for note in found if any(_lies_in(note.field, field) for field in wanted)]

    @property
    def all(self) -> Sequence[Note]:
        """Every erratum, in the order of their numbers."""
        return sorted((note for notes in self.by_line.values() for note in notes), key=lambda note: note.number)


def _lies_in(field: str, outer: str) -> bool:
    return field == outer or field.startswith(f"{outer}.")


NO_ERRATA = Errata({})
