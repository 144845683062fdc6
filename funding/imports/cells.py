"""What one cell of a finance file says: a sum, a month, a code. What could mean two things is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from aims.workbooks.cells import FIRST_OF_1900, FIRST_OF_1904, PLAUSIBLE_YEARS, Unclear, is_blank
from aims.workbooks.child import Cell
from aims.workbooks.columns import plain
from funding.choices import SumUnit
from funding.rules.reading import read_sum
from funding.rules.returns import PENNY, TOO_MUCH

AN_AMOUNT = "Enter a sum in pounds, such as 26000000 or 26,000,000.50"
A_MONTH = "Enter a month such as September 2026 or 2026-09"
A_CODE = "Enter the code of a funding stream, such as A"
NOT_KNOWN = ("n/a", "not known")
NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONG_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
IN_WORDS = re.compile(r"([a-z]+)[ \-/']{1,2}([0-9]{2}|[0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})-?([0-9]{2})(?:-([0-9]{2})(?:[ t]00:00(?::00(?:\.0+)?)?)?)?")
DAY_FIRST = re.compile(r"(?:([0-9]{1,2})[/.\-])?([0-9]{1,2})[/.\-]([0-9]{4})")
WHAT_LOOKS_LIKE_A_SUM_BUT_IS_NOT = (
    (re.compile(r"[-–—]"), "A dash can mean nothing or not known: enter 0, or leave the cell empty"),
    (re.compile(r"£?\(.*\)|\(£.*\)"), "Brackets make a negative sum: a return counts from 0 up"),
    (re.compile(r"(£?[-−–]|[-−–]£?).*\d.*|.*\d[-−]"), "Enter a sum from 0 up: a return counts no negative ones"),
    (re.compile(r".*%"), "Enter pounds, not a percentage"),
    (
        re.compile(r"[+]?[\d.,]+e[+-]?\d+", re.IGNORECASE),
        "The sum is shortened: format the column as Number",
    ),
    (re.compile(r".*[$€¥].*"), "Enter pounds: this is another currency"),
    (re.compile(r"=.*|@.*|\+.*"), "Replace the formula by what it shows"),
    (re.compile(r"#.*"), "Replace the error by the sum itself"),
)


def amount_in(cell: Cell | None, unit: int = SumUnit.POUNDS) -> Decimal | None:
    """The pounds that a cell says; None where it is empty or says "n/a", which is not known. Raises `Unclear`."""
    if cell is None or is_blank(cell):
        return None
    if cell.kind == "number":
        amount: Decimal | None = _exact(cell.value)
    elif cell.kind == "text":
        amount = _typed(_plain(cell), unit)
    else:
        raise Unclear(_of_no_sum(cell))
    return None if amount is None else _in_range(amount * unit)


def month_in(cell: Cell | None, on: date, *, counts_from_1904: bool = False) -> date:
    """The first day of the month that a cell names; raises `Unclear`, also for a month that has not begun."""
    if cell is None or is_blank(cell):
        raise Unclear("Enter the month, or delete the row")
    month = _month(cell, counts_from_1904)
    if month is None:
        raise Unclear(A_MONTH)
    if month.year not in PLAUSIBLE_YEARS:
        raise Unclear(f"{A_MONTH}, from 2000 on")
    if month > on:
        raise Unclear("Enter a month that has begun: a return tells what has happened")
    return month


def code_in(cell: Cell | None) -> str:
    """The code of a stream, whether it is one or not; raises `Unclear`."""
    if cell is None or is_blank(cell):
        raise Unclear("Enter the stream's code, or delete the row")
    if cell.kind != "text":
        raise Unclear(A_CODE)
    code = _plain(cell).upper()
    if re.match(r"(GRAND |SUB-?)?TOTALS?\b", code):
        raise Unclear("Delete the row of totals: each row is one stream's month")
    return code


def _plain(cell: Cell) -> str:
    """The words of a cell, with every space a plain one."""
    return " ".join(plain(str(cell.value)).replace("\u00a0", " ").replace("\u202f", " ").split())


def _typed(words: str, unit: int) -> Decimal | None:
    if words.casefold() in NOT_KNOWN:
        return None
    for pattern, message in WHAT_LOOKS_LIKE_A_SUM_BUT_IS_NOT:
        if pattern.fullmatch(words):
            raise Unclear(message)
    amount = read_sum(words) if words.replace("£", "").isascii() else None
    if amount is None:
        raise Unclear(AN_AMOUNT)
    if unit != SumUnit.POUNDS and words[-1].isalpha():
        raise Unclear("Enter the sum without its unit: the whole column is in thousands or millions")
    return amount


def _exact(number: float) -> Decimal:
    """A spreadsheet's number to the fifteen digits that it keeps."""
    amount = Decimal(f"{number:.15g}")
    if not amount.is_finite():
        raise Unclear(AN_AMOUNT)
    if amount < 0:
        raise Unclear("Enter a sum from 0 up: a return counts no negative ones")
    return amount


def _in_range(pounds: Decimal) -> Decimal:
    if pounds >= TOO_MUCH:
        raise Unclear("Enter a smaller sum: this is a trillion pounds or more")
    if pounds != pounds.quantize(PENNY):
        raise Unclear("Enter the sum to the penny, with two decimals at most")
    return pounds.quantize(PENNY)


def _of_no_sum(cell: Cell) -> str:
    told = {
        "formula": "Replace the formula by what it shows: copy the cell, then Paste Special, Values",
        "error": f"Replace the error {cell.value} by the sum itself",
        "day": "Enter a sum: the cell is formatted as a date",
    }
    return told.get(cell.kind, AN_AMOUNT)


def _month(cell: Cell, counts_from_1904: bool) -> date | None:
    if cell.kind == "day":
        return date.fromisoformat(cell.value).replace(day=1)
    if cell.kind == "number":
        return _of_number(cell.value, FIRST_OF_1904 if counts_from_1904 else FIRST_OF_1900)
    if cell.kind == "formula":
        raise Unclear("Replace the formula by what it shows: copy the cell, then Paste Special, Values")
    return _of_words(_plain(cell).casefold()) if cell.kind == "text" else None


def _of_number(number: float, first: date) -> date | None:
    """A year and month such as 202609, or the serial number of a day."""
    if number % 1 != 0:  # also infinite, and not a number
        return None
    if 200_000 < number < 210_100:
        return _first_of(int(number) // 100, int(number) % 100)
    return (first + timedelta(days=int(number))).replace(day=1) if 0 < number < 100_000 else None


def _of_words(words: str) -> date | None:
    if found := IN_WORDS.fullmatch(words):
        return _named(found[1], found[2])
    if found := YEAR_FIRST.fullmatch(words):
        return _of_day(found[3], found[2], found[1])
    if found := DAY_FIRST.fullmatch(words):
        return _of_day(found[1], found[2], found[3])
    return None


def _named(name: str, year: str) -> date | None:
    """ "Sep-26" and "September 2026"; two digits are a year of this century."""
    names = LONG_NAMES if name in LONG_NAMES else NAMES
    short = "sep" if name == "sept" else name
    full = int(year) + (2000 if len(year) == 2 else 0)
    return _first_of(full, names.index(short) + 1) if short in names else None


def _of_day(day: str | None, month: str, year: str) -> date | None:
    """The month of a day as it is written here: the day first. An impossible day is no day."""
    try:
        return date(int(year), int(month), int(day or 1)).replace(day=1)
    except ValueError:
        return None


def _first_of(year: int, month: int) -> date | None:
    return date(year, month, 1) if 1 <= month <= 12 and year else None
