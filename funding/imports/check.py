"""Each row of a file as a stream's month, or what is wrong with it, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from aims.workbooks.cells import Unclear, is_blank, words_in
from aims.workbooks.child import Cell
from funding.choices import SumUnit
from funding.imports.cells import A_CODE, amount_in, code_in, month_in
from funding.imports.columns import MONTH, NOTE, STREAM, amounts_of

MOST_IN_A_NOTE = 4_000
MOST_PROBLEMS_KEPT = 200
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Problem:
    """What to do about one cell, such as "C7", or about the file as a whole where no cell is named."""

    message: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A sound row: what is said of a stream's month, in pounds."""

    place: int
    stream: int
    month: date
    amounts: Mapping[str, Decimal | None]
    note: str


@dataclass(slots=True)
class Problems:
    """The first problems of a file, and how many there are."""

    kept: list[Problem] = field(default_factory=list)
    found: int = 0

    def add(self, message: str, cell: str = "") -> None:
        """Note one; past a number that a person can work through, it is only counted."""
        self.found += 1
        if len(self.kept) < MOST_PROBLEMS_KEPT:
            self.kept.append(Problem(message, cell))


@dataclass(slots=True)
class Checker:
    """Checks the rows of one file; `letters` maps our columns to the file's, `known` codes to streams' keys."""

    letters: Mapping[str, str]
    unit: int
    known: Mapping[str, int]
    on: date
    counts_from_1904: bool = False
    problems: Problems = field(default_factory=Problems)
    seen: dict[tuple[int, date], int] = field(default_factory=dict)
    headed: frozenset[str] = frozenset()

    def answer(self, place: int, cells: Mapping[str, Cell]) -> Answer | None:
        """What a row says; None where something in it is wrong, which is noted."""
        before = self.problems.found
        stream = self._read(STREAM, place, cells, self._stream)
        month = self._read(MONTH, place, cells, self._month)
        amounts = {name: self._read(name, place, cells, self._amount) for name in amounts_of(self.letters)}
        note = self._read(NOTE, place, cells, _note) or ""
        if self.problems.found == before:
            self._look_at_row(place, cells, stream, month, amounts)
        if self.problems.found > before or stream is None or month is None:
            return None
        self.seen[stream, month] = place
        return Answer(place, stream, month, amounts, note)

    def _read(
        self, name: str, place: int, cells: Mapping[str, Cell], reader: Callable[[Cell | None], Read]
    ) -> Read | None:
        if name not in self.letters:
            return None
        try:
            return reader(cells.get(self.letters[name]))
        except Unclear as unclear:
            self._complain(str(unclear), name, place)
            return None

    def _stream(self, cell: Cell | None) -> int:
        code = code_in(cell)
        if code not in self.known:
            raise Unclear(f"There is no funding stream “{code[:20]}”: {A_CODE[0].lower()}{A_CODE[1:]}")
        return self.known[code]

    def _month(self, cell: Cell | None) -> date:
        return month_in(cell, self.on, counts_from_1904=self.counts_from_1904)

    def _amount(self, cell: Cell | None) -> Decimal | None:
        return amount_in(cell, self.unit)

    def _look_at_row(
        self,
        place: int,
        cells: Mapping[str, Cell],
        stream: int | None,
        month: date | None,
        amounts: Mapping[str, Decimal | None],
    ) -> None:
        """What is wrong with sound cells together."""
        if stream is not None and month is not None and (stream, month) in self.seen:
            message = f"This stream and month stand in row {self.seen[stream, month]} already: delete one of the two"
            self._complain(message, MONTH, place)
        elif all(amount is None for amount in amounts.values()):
            self._complain("Enter at least one amount, or delete the row", next(iter(amounts)), place)
        for letters in sorted(set(cells) - self.headed):
            self.problems.add("Nothing heads this cell: give its column a heading, or empty it", f"{letters}{place}")

    def _complain(self, message: str, name: str, place: int) -> None:
        self.problems.add(message, f"{self.letters[name]}{place}")


def checker_for(
    headings: list[tuple[str, str]], columns: Mapping[str, str], unit: int, known: Mapping[str, int], on: date
) -> Checker:
    """A checker of files with these headings, read as a layout says."""
    places = {words: letters for letters, words in headings}
    folded = {words.casefold(): letters for words, letters in places.items()}
    letters = {name: folded[heading.casefold()] for name, heading in columns.items()}
    return Checker(letters, unit or SumUnit.POUNDS, known, on, headed=frozenset(places.values()))


def faults_of(headings: list[tuple[str, str]], doubled: Iterator[tuple[str, str]], place: int) -> Problems:
    """What is wrong with a file's headings."""
    problems = Problems()
    for letters, words in doubled:
        problems.add(f"The heading “{words}” is there twice: rename or delete one of the two", f"{letters}{place}")
    if len(headings) < 3:
        message = "The first row has to hold the headings of the columns: stream code, month, and at least one sum"
        problems.add(message, f"A{place}")
    return problems


def _note(cell: Cell | None) -> str:
    return "" if cell is None or is_blank(cell) else words_in(cell, MOST_IN_A_NOTE)
