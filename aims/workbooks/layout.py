"""Where things stand in a filled-in sheet: its columns by their headings, and the row of each activity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from aims.workbooks.cells import is_blank, letters
from aims.workbooks.child import Cell, Sheet
from aims.workbooks.columns import COLUMNS, plain
from aims.workbooks.parcel import FRESH
from aims.workbooks.read import SHEET

HEADINGS = 1  # the row that holds them
KEYS = ("version", "basis", "shown_as_at", "shown", "round")
WHOLE = re.compile(r"[0-9]{1,18}")
GONE = f"The hidden cells of this row have been changed or lost: {FRESH}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What to do about one cell, "Updates!F7", or about the file as a whole where no cell is named."""

    message: str
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.cell}: {self.message}" if self.cell else self.message


@dataclass(frozen=True, slots=True)
class Row:
    """One activity's row: which update it was made from, and its cells by the columns' fields."""

    place: int
    number: str
    version: int
    basis: int
    shown_as_at: date
    shown: str
    round: str
    cells: Mapping[str, Cell]


@dataclass(slots=True)
class Layout:
    """A sheet's rows and columns; `problems` gathers what keeps it from being taken, here and by whoever reads on."""

    columns: Mapping[str, str]
    rows: tuple[Row, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def complain(self, message: str, name: str, place: int) -> None:
        """Note what to do about the cell of a field in a row."""
        self.problems.append(Problem(message, self.cell(name, place)))

    def cell(self, name: str, place: int) -> str:
        """How people find the cell of a field in a row."""
        return f"{SHEET}!{self.columns[name]}{place}"


def layout_of(sheet: Sheet) -> Layout:
    """Find columns and rows; where a heading is missing, the rows are not looked at."""
    headings = sheet.rows.get(HEADINGS, {})
    layout = Layout(_columns(headings))
    layout.problems.extend(_heading_problems(headings, layout.columns))
    layout.problems.extend(_merged(sheet.merged))
    if not layout.problems:
        layout.rows = tuple(_rows(sheet, layout))
    if not layout.rows and not layout.problems:
        layout.problems.append(Problem(f"The sheet “{SHEET}” has no row with answers: {FRESH}"))
    return layout


def _heading(cell: Cell) -> str:
    return plain(str(cell.value)).casefold()


def _columns(headings: Mapping[str, Cell]) -> dict[str, str]:
    """The letters of each column by its field; columns may stand in any order, and others between them."""
    named = {_heading(cell): place for place, cell in reversed(list(headings.items()))}
    known = {column.field: named.get(column.heading.casefold()) for column in COLUMNS}
    return {name: place for name, place in known.items() if place}


def _heading_problems(headings: Mapping[str, Cell], columns: Mapping[str, str]) -> Iterator[Problem]:
    for position, column in enumerate(COLUMNS):
        if column.field not in columns:
            message = f"The column “{column.heading}” is missing: give it that heading again, or {FRESH}"
            yield Problem(message, f"{SHEET}!{letters(position)}{HEADINGS}")
    known = {column.heading.casefold() for column in COLUMNS}
    for place, cell in headings.items():
        if _heading(cell) in known and place not in columns.values():
            message = f"The column “{cell.value}” is there twice: delete one of the two"
            yield Problem(message, f"{SHEET}!{place}{HEADINGS}")


def _merged(areas: tuple[str, ...]) -> Iterator[Problem]:
    for area in areas:
        message = "Unmerge these cells: each activity has a row of its own and each answer a cell of its own"
        yield Problem(message, f"{SHEET}!{area[:24]}")


def _rows(sheet: Sheet, layout: Layout) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for place, cells in sheet.rows.items():
        named = {name: cells[column] for name, column in layout.columns.items() if not is_blank(cells.get(column))}
        row = _row(place, named, layout) if place > HEADINGS and named else None
        if row and row.number in seen:
            layout.complain(f"{row.number} is also in row {seen[row.number]}: delete one of the two", "number", place)
        elif row:
            seen[row.number] = place
            yield row


def _row(place: int, cells: Mapping[str, Cell], layout: Layout) -> Row | None:
    """The row, if it can be told which activity and which update it is about."""
    number = _number(cells.get("number"))
    if not number:
        layout.complain("Enter the activity's number, such as 1.1.1, or delete the row", "number", place)
        return None
    version, basis, day, shown, slug = (_key(cells.get(name)) for name in KEYS)
    shown_as_at = _day_of(day)
    if not (WHOLE.fullmatch(version) and WHOLE.fullmatch(basis) and shown_as_at and slug):
        layout.complain(GONE, "number", place)
        return None
    return Row(place, number[:20], int(version), int(basis), shown_as_at, shown, slug, cells)


def _number(cell: Cell | None) -> str:
    """What stands in the place of a number; "" where nobody could have typed it, nor a page print it."""
    number = plain(str(cell.value)) if cell and cell.kind in ("text", "number") else ""
    return number if number.isprintable() else ""


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _key(cell: Cell | None) -> str:
    return plain(str(cell.value)) if cell and cell.kind in ("text", "number", "day") else ""
