"""Workbooks for the tests: downloaded ones, filled in as people do."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook as Book
from openpyxl import load_workbook

from aims.workbooks.columns import BY_FIELD, COLUMNS

PLACES = {column.field: place for place, column in enumerate(COLUMNS, start=1)}


def opened(content: bytes) -> Book:
    """A workbook as a spreadsheet program opens it."""
    return load_workbook(BytesIO(content))


def saved(book: Book) -> bytes:
    """A workbook as a spreadsheet program saves it."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def row_of(book: Book, number: str) -> int:
    """The row of an activity."""
    sheet = book["Updates"]
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == number)


def filled(content: bytes, number: str, **answers: Any) -> bytes:
    """The workbook with answers typed into an activity's row, by the columns' fields."""
    book = opened(content)
    for field, answer in answers.items():
        book["Updates"].cell(row_of(book, number), PLACES[field]).value = answer
    return saved(book)


def heading(field: str) -> str:
    """What stands above a field."""
    return BY_FIELD[field].heading
