"""What a file's columns mean: how its headings are recognised again, and what each is guessed to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from aims.workbooks.cells import is_blank
from aims.workbooks.child import Cell
from funding.choices import SumUnit
from funding.models.returns import AMOUNTS

STREAM, MONTH, NOTE = "stream", "month", "note"
MOST_IN_A_HEADING = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of our columns; `names` tells from a heading's words that it may be meant."""

    field: str
    label: str
    names: re.Pattern[str]


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


COLUMNS = (
    Wanted(STREAM, "Stream code", _named(r"\bstream\b|^(fund(ing)?( stream)?|scheme) code$|^code$|^fund$")),
    Wanted(MONTH, "Month", _named(r"\bmonth\b|\bperiod\b|^date$")),
    Wanted("committed", "Committed", _named(r"\bcommit")),
    Wanted("spend_to_date", "Spend to date", _named(r"\b(spen[dt]|actuals?|expenditure)( spend)? to date\b|\bcumul")),
    Wanted("budget_this_year", "Budget this year", _named(r"\bbudget\b")),
    Wanted("forecast_outturn", "Forecast outturn", _named(r"\bforecast\b|\bout-?turn\b")),
    Wanted("re_profiled", "Re-profiled to later years", _named(r"\bre-?profil|\bslippage\b")),
    Wanted(NOTE, "Note", _named(r"\bnotes?\b|\bcomment|\bnarrative\b")),
)
LABELS = {column.field: column.label for column in COLUMNS}
NEEDED = (STREAM, MONTH)
UNITS = (
    (SumUnit.THOUSANDS, re.compile(r"£\s*(000|k\b|'000)|\bthousands?\b", re.IGNORECASE)),
    (SumUnit.MILLIONS, re.compile(r"£\s*(m\b|mn\b)|\bmillions?\b", re.IGNORECASE)),
)


def headings_of(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    """The letters and words of every heading in a file's first row."""
    return [(letters, heading_in(cell)) for letters, cell in cells.items() if not is_blank(cell)]


def heading_in(cell: Cell) -> str:
    """The words of a heading, on one line."""
    return " ".join(str(cell.value).split())[:MOST_IN_A_HEADING]


def doubles(headings: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The headings that stand there a second time."""
    seen = set()
    for letters, words in headings:
        if words.casefold() in seen:
            yield letters, words
        seen.add(words.casefold())


def signature_of(headings: Sequence[str]) -> str:
    """By what a layout is recognised: the headings in their order, in whatever case."""
    return sha256(json.dumps([heading.casefold() for heading in headings]).encode()).hexdigest()


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Which heading each of our columns probably has; one that may be meant in two ways is left to the person."""
    found: dict[str, str] = {}
    for column in COLUMNS:
        named = [heading for heading in headings if column.names.search(heading)]
        if len(named) == 1 and named[0] not in found.values():
            found[column.field] = named[0]
    return found


def guess_unit(headings: Sequence[str]) -> SumUnit:
    """What one in the sums stands for, as the headings tell; pounds where they tell nothing."""
    for unit, names in UNITS:
        if any(names.search(heading) for heading in headings):
            return unit
    return SumUnit.POUNDS


def amounts_of(columns: Mapping[str, str]) -> tuple[str, ...]:
    """The sums that a layout has columns for."""
    return tuple(name for name in AMOUNTS if name in columns)
