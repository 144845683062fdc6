"""Files as a finance system exports them, and an import of one carried as far as a test wants."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from accounts.models import User
from funding.imports.columns import guess
from funding.models import FundingImport
from funding.services.import_reading import read_import
from funding.services.importing import ask_to_take_over, choose_columns, keep_upload
from funding.services.taking_over import take_over
from tests.factories import IN_ROUND

HEADINGS = ("Stream code", "Month", "Committed", "Spend to date", "Budget", "Forecast", "Slippage", "Note")
ROW = ("A", "Sep-26", "500", "400", "450", "440", "0", "On course.")


def csv_of(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> bytes:
    """A CSV file with these rows."""
    file = StringIO()
    csv.writer(file, delimiter=delimiter).writerows([headings, *rows])
    return file.getvalue().encode()


def xlsx_of(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    """An XLSX file with these rows, as a spreadsheet program saves it."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (headings, *rows):
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def row(**said: str) -> list[str]:
    """The usual row with some cells changed, by our columns' first words."""
    names = ("stream", "month", "committed", "spent", "budget", "forecast", "slippage", "note")
    usual = dict(zip(names, ROW, strict=True))
    return list((usual | said).values())


def read_file(content: bytes, by: User, name: str = "September.csv", **columns: str) -> FundingImport:
    """An import that has been read; the columns of a new kind of file are named as they are guessed."""
    made = keep_upload(content=content, name=name, by=by, now=IN_ROUND).imported
    read_import(imported=made, now=IN_ROUND)
    made.refresh_from_db()
    if made.headings and made.layout is None and made.read_at is None:
        headings = [words for _, words in made.headings]
        choose_columns(imported=made, columns=guess(headings) | columns, unit=1, by=by, now=IN_ROUND)
        made.refresh_from_db()
        read_import(imported=made, now=IN_ROUND)
        made.refresh_from_db()
    return made


def bring(content: bytes, by: User, reason: str = "") -> FundingImport:
    """An import that has been taken over."""
    made = read_file(content, by)
    asked = ask_to_take_over(imported=made, reason=reason, by=by, now=IN_ROUND)
    take_over(imported=asked, now=IN_ROUND)
    made.refresh_from_db()
    return made


def told(imported: FundingImport) -> list[str]:
    """What is wrong, each with its cell."""
    return [f"{found['cell']}: {found['message']}" for found in imported.problems]
