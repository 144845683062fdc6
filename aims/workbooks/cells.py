"""What a person wrote in one cell, as an answer; refuses what could mean two things."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from aims.choices import Rag
from aims.forms.fields import day_field
from aims.workbooks.child import Cell
from aims.workbooks.columns import plain

FIRST_OF_1900, FIRST_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)  # the days that serial numbers count from
PLAUSIBLE_YEARS = range(2000, 2101)
EXACT_DIGITS = 15  # a spreadsheet keeps no more
WRITE_A_DATE = "Enter a date such as 31 January 2027"
AS_ON_THE_CARD = day_field("")
COLOURS = {rag.name.lower(): rag.value for rag in Rag}


class Unclear(Exception):
    """The cell cannot be taken; its words say what to do."""


def words_in(cell: Cell, most: int) -> str:
    """The words of a cell; raises `Unclear`."""
    _refuse_what_is_no_answer(cell)
    if cell.kind == "number":
        return _figures(cell.value)
    if cell.kind == "long":
        raise Unclear(f"Shorten this to {most} characters: it has {cell.value}")
    if cell.kind != "text":
        raise Unclear("Enter words: format the cell as Text, then type the answer again")
    words = plain(cell.value.replace("\v", "\n").replace("\f", "\n"))
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in words):
        raise Unclear("Type this again: it holds a character that cannot be printed")
    if len(words) > most:
        raise Unclear(f"Shorten this to {most} characters: it has {len(words)}")
    return words


def day_in(cell: Cell, *, counts_from_1904: bool = False) -> date:
    """The day of a cell: a date, a serial number, or a date as people write it; raises `Unclear`."""
    _refuse_formula(cell)
    if cell.kind == "day":
        day = date.fromisoformat(cell.value)
    elif cell.kind == "number":
        day = _of_serial(cell.value, FIRST_OF_1904 if counts_from_1904 else FIRST_OF_1900)
    elif cell.kind == "text":
        day = _typed(plain(cell.value))
    else:
        raise Unclear(WRITE_A_DATE)
    if day.year not in PLAUSIBLE_YEARS:
        raise Unclear(f"{WRITE_A_DATE}, between 2000 and 2100")
    return day


def choice_in(cell: Cell, choices: dict[str, str]) -> str:
    """The value of the choice that a cell names, in whatever case; raises `Unclear`."""
    _refuse_what_is_no_answer(cell)
    named = plain(str(cell.value)).casefold() if cell.kind in ("text", "number") else ""
    found = {label.casefold(): value for value, label in choices.items()}
    found |= {value: value for value in choices} | {c: value for c, value in COLOURS.items() if value in choices}
    if named not in found:
        raise Unclear(f"Choose one of these: {', '.join(choices.values())}")
    return found[named]


def _refuse_formula(cell: Cell) -> None:
    if cell.kind == "formula":
        raise Unclear("Replace the formula by what it shows: copy the cell, then Paste Special, Values")


def _refuse_what_is_no_answer(cell: Cell) -> None:
    _refuse_formula(cell)
    if cell.kind == "error":
        raise Unclear(f"Replace the error {cell.value} by the answer itself")


def _figures(number: float) -> str:
    figures = str(number)
    if sum(map(str.isdigit, figures)) > EXACT_DIGITS or not figures.replace(".", "").replace("-", "").isdigit():
        raise Unclear("Format the cell as Text, then type the number again: a spreadsheet rounds long ones")
    return figures


def _of_serial(number: float, first: date) -> date:
    try:
        return first + timedelta(days=int(number))
    except (OverflowError, ValueError) as error:  # also infinite, and not a number
        raise Unclear(WRITE_A_DATE) from error


def _typed(text: str) -> date:
    try:
        day: date | None = AS_ON_THE_CARD.clean(text)
    except ValidationError as error:
        raise Unclear(WRITE_A_DATE) from error
    if day is None:
        raise Unclear(WRITE_A_DATE)
    return day


def is_blank(cell: Cell | None) -> bool:
    """Whether there is no answer in a cell."""
    return cell is None or (cell.kind == "text" and not cell.value.strip())


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, B … Z, AA."""
    found = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        found = chr(ord("A") + place) + found
    return found
