"""An uploaded file, taken in: what it says of each activity, or every problem with its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from aims.errors import RowProblem
from aims.selectors.card import Card
from aims.selectors.periods import open_round
from aims.selectors.workbooks import cards_now
from aims.services.workbooks import LEAVE, MOVED, Entry, moved
from aims.workbooks.answers import Reader
from aims.workbooks.child import read_sheet
from aims.workbooks.layout import Layout, Problem, Row, layout_of
from aims.workbooks.parcel import FRESH, Unfit

CELL = re.compile(r"!([A-Z]+)([0-9]+)")
AGAIN = "download the sheet anew and fill in this row there, or delete it here"


class UnfitWorkbook(Exception):
    """The workbook cannot be taken, for these reasons; nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Intake:
    """The entries of a sheet's sound rows, where each stands in it, and what is wrong with the others."""

    layout: Layout
    entries: tuple[Entry, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every row could be read."""
        return not self.layout.problems

    def problems(self, refused: Sequence[RowProblem]) -> list[Problem]:
        """All that is wrong, in the order of the sheet; what the services refuse stands at its cells."""
        places = {row.number: row.place for row in self.layout.rows}
        told = [
            Problem(problem.message, self.layout.cell(_column(self.layout, problem.field), places[problem.number]))
            for problem in refused
        ]
        return sorted([*self.layout.problems, *told], key=_place)


def take_in(content: bytes, *, by: User, on: date) -> Intake:
    """What an uploaded file says about the person's activities; raises `UnfitWorkbook` where no row can be read."""
    try:
        sheet = read_sheet(content)
    except Unfit as unfit:
        raise UnfitWorkbook([Problem(str(unfit))]) from unfit
    layout = layout_of(sheet)
    if not layout.rows:
        raise UnfitWorkbook(layout.problems)
    _stop_at_another_round(layout.rows)
    cards = cards_now(by, on, {row.number for row in layout.rows})
    reader = Reader(layout, sheet.counts_from_1904)
    entries = [entry for row in layout.rows if (entry := _sound_entry(reader, row, cards.get(row.number)))]
    if not layout.problems and all(entry.step == LEAVE for entry in entries):
        raise UnfitWorkbook(
            [Problem("Nothing in the sheet differs from what stands: fill in a row, save, upload again")]
        )
    return Intake(layout, tuple(entries))


def _sound_entry(reader: Reader, row: Row, card: Card | None) -> Entry | None:
    """What a row says; None where something is wrong with it."""
    known = len(reader.layout.problems)
    entry = _entry(reader, row, card)
    return entry if len(reader.layout.problems) == known else None


def _place(problem: Problem) -> tuple[int, int, str]:
    """Row by row, column by column; what is about the whole file comes first."""
    found = CELL.search(problem.cell)
    return (int(found[2]), len(found[1]), found[1]) if found else (0, 0, "")


def _entry(reader: Reader, row: Row, card: Card | None) -> Entry | None:
    """What a row says; None where it may not be taken, which is noted at its number."""
    problem = moved(row.version, row.basis, card)
    if card and not problem:
        return reader.entry(row, card.activity, card.values)
    if card and reader.was_left_alone(row, card.activity):
        return Entry(row.number, row.version, row.basis, LEAVE, card.values)
    message = f"{MOVED}: {AGAIN}" if card else f"You have no activity {row.number} to update now: delete the row"
    reader.layout.complain(message, "number", row.place)
    return None


def _stop_at_another_round(rows: Sequence[Row]) -> None:
    period = open_round()
    if period is None:
        raise UnfitWorkbook([Problem("No round is open for updates now: keep the file until the next one opens")])
    if any(row.round != period.slug for row in rows):
        raise UnfitWorkbook([Problem(f"The sheet was made for another round than {period.label}: {FRESH}")])


def _column(layout: Layout, name: str) -> str:
    return name if name in layout.columns else "number"
