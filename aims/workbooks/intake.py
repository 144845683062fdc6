"""An uploaded file, taken in: what it says of each activity, or every problem with its cell."""

from __future__ import annotations

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

AGAIN = "download the sheet anew and fill in this row there, or delete it here"


class UnfitWorkbook(Exception):
    """The workbook cannot be taken, for these reasons; nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Intake:
    """The entries of a sheet, and where each stands in it."""

    layout: Layout
    entries: tuple[Entry, ...]

    def problems(self, refused: Sequence[RowProblem]) -> list[Problem]:
        """What the services refuse, at the cells of the sheet."""
        places = {row.number: row.place for row in self.layout.rows}
        return [
            Problem(problem.message, self.layout.cell(_column(self.layout, problem.field), places[problem.number]))
            for problem in refused
        ]


def take_in(content: bytes, *, by: User, on: date) -> Intake:
    """What an uploaded file says about the person's activities; raises `UnfitWorkbook` with all that is wrong."""
    try:
        sheet = read_sheet(content)
    except Unfit as unfit:
        raise UnfitWorkbook([Problem(str(unfit))]) from unfit
    layout = layout_of(sheet)
    _stop_at_problems(layout)
    _stop_at_another_round(layout.rows)
    cards = cards_now(by, on, {row.number for row in layout.rows})
    reader = Reader(layout, sheet.counts_from_1904)
    entries = [entry for row in layout.rows if (entry := _entry(reader, row, cards.get(row.number)))]
    _stop_at_problems(layout)
    if all(entry.step == LEAVE for entry in entries):
        raise UnfitWorkbook(
            [Problem("Nothing in the sheet differs from what stands: fill in a row, save, upload again")]
        )
    return Intake(layout, tuple(entries))


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


def _stop_at_problems(layout: Layout) -> None:
    if layout.problems:
        raise UnfitWorkbook(layout.problems)


def _stop_at_another_round(rows: Sequence[Row]) -> None:
    period = open_round()
    if period is None:
        raise UnfitWorkbook([Problem("No round is open for updates now: keep the file until the next one opens")])
    if any(row.round != period.slug for row in rows):
        raise UnfitWorkbook([Problem(f"The sheet was made for another round than {period.label}: {FRESH}")])


def _column(layout: Layout, name: str) -> str:
    return name if name in layout.columns else "number"
