"""What finance systems, spreadsheets, people and attackers upload as a file of returns, and what each is told.

Each is told with the cell or the line to look at, wherever one is to blame.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from tests.funding.finance_files import HEADINGS, csv_of, row, saved, xlsx_of

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PROLOGUE = b'<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@dataclass(frozen=True, slots=True)
class Kind:
    """A file that cannot be taken over: its bytes, and what its uploader reads, the cell first."""

    name: str
    content: bytes
    told: str

    def __str__(self) -> str:
        return self.name


def sum_of(words: str, told: str, name: str = "") -> Kind:
    """A sum in the second row's column C."""
    return Kind(f"sum {name or words}", csv_of(row(committed=words)), f"C2: {told}")


def month_of(words: str, told: str = "Enter a month such as", name: str = "") -> Kind:
    return Kind(f"month {name or words}", csv_of(row(month=words)), f"B2: {told}")


def typed(told: str, name: str, place: int = 3, value: Any = None, **options: str) -> Kind:
    """A cell of an XLSX file, as a spreadsheet types it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    sheet.append(row())
    cell = sheet.cell(2, place, value)
    for option, given in options.items():
        setattr(cell, option, given)
    return Kind(f"typed {name}", saved(book), told)


def sheets(change: Callable[[Workbook], object], told: str, name: str) -> Kind:
    """A workbook with one sound row, changed."""
    book = Workbook()
    for given in (HEADINGS, row()):
        book.worksheets[0].append(list(given))
    change(book)
    return Kind(name, saved(book), told)


def altered(name: str, told: str, **parts: bytes) -> Kind:
    """A workbook with parts put in the place of its own; a double underscore stands for a slash."""
    named = {key.replace("__", "/").replace("_dot_", "."): part for key, part in parts.items()}
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(xlsx_of(row()))) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, named.pop(part, old.read(part)))
        for part, content in named.items():
            new.writestr(part, content)
    return Kind(name, file.getvalue(), told)


def hidden() -> bytes:
    """The part that names the sheets, with the only one hidden."""
    with zipfile.ZipFile(BytesIO(xlsx_of(row()))) as book:
        return book.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')


def rows_below(*rows: Sequence[str]) -> bytes:
    return csv_of(row(), *rows)


SUMS = [
    sum_of("many", "Enter a sum in pounds"),
    sum_of("-", "A dash can mean nothing or not known"),
    sum_of("–", "A dash can mean nothing or not known", "en dash"),
    sum_of("(1,234.00)", "Brackets make a negative sum"),
    sum_of("-5", "Enter a sum from 0 up"),
    sum_of("5-", "Enter a sum from 0 up", "minus behind"),
    sum_of("£-5", "Enter a sum from 0 up", "minus in the middle"),
    sum_of("\u22125", "Enter a sum from 0 up", "printed minus"),
    sum_of("1.005", "Enter the sum to the penny"),
    sum_of("1,23", "Enter a sum in pounds", "comma for a point"),
    sum_of("1.234,56", "Enter a sum in pounds", "continental"),
    sum_of("1'234", "Enter a sum in pounds", "Swiss"),
    sum_of("12,34,567", "Enter a sum in pounds", "lakhs"),
    sum_of("1E+06", "The sum is shortened"),
    sum_of("5%", "Enter pounds, not a percentage"),
    sum_of("$5", "Enter pounds: this is another currency"),
    sum_of("€5", "Enter pounds: this is another currency"),
    sum_of("=1+1", "Replace the formula"),
    sum_of("@SUM(A1)", "Replace the formula"),
    sum_of("#DIV/0!", "Replace the error"),
    sum_of("#N/A", "Replace the error"),
    sum_of("1000000000000", "Enter a smaller sum"),
    sum_of("£", "Enter a sum in pounds"),
    sum_of("NaN", "Enter a sum in pounds"),
    sum_of("Infinity", "Enter a sum in pounds"),
    sum_of("1OO", "Enter a sum in pounds", "letters for noughts"),
    sum_of("٣", "Enter a sum in pounds", "other digits"),
    sum_of("1" * 60, "Enter a sum in pounds", "sixty digits"),
    sum_of("tbc", "Enter a sum in pounds"),
]
MONTHS = [
    month_of("", "Enter the month", "none"),
    month_of("soon"),
    month_of("26-Sep"),
    month_of("09/30/2026", name="American"),
    month_of("30/09/26"),
    month_of("2026-13"),
    month_of("31/02/2026"),
    month_of("P6 2026/27"),
    month_of("46266", name="serial number in text"),
    month_of("Sep-1999", "Enter a month such as September 2026 or 2026-09, from 2000 on"),
    month_of("November 2026", "Enter a month that has begun"),
    month_of("2026", name="a year"),
]
ROWS = [
    Kind("stream unknown", csv_of(row(stream="ZZ")), "A2: There is no funding stream “ZZ”"),
    Kind("stream missing", csv_of(row(stream="")), "A2: Enter the stream's code"),
    Kind("stream by its name", csv_of(row(stream="Growth deal")), "A2: There is no funding stream"),
    Kind("total below", rows_below(row(stream="Total", month="")), "A3: Delete the row of totals"),
    Kind("grand total below", rows_below(row(stream="GRAND TOTAL")), "A3: Delete the row of totals"),
    Kind("month twice", rows_below(row(committed="501")), "B3: This stream and month stand in row 2 already"),
    Kind(
        "month twice, written otherwise",
        rows_below(row(month="2026-09-30")),
        "B3: This stream and month stand in row 2",
    ),
    Kind("no amount", csv_of(("A", "Sep-26", "", "", "", "", "", "x")), "C2: Enter at least one amount"),
    Kind("no amount is known", csv_of(("A", "Sep-26", "n/a", "", "", "", "", "x")), "C2: Enter at least one amount"),
    Kind("too many fields", csv_of([*row(), "left over"]), "I2: Nothing heads this cell"),
    Kind(
        "thousands not quoted", csv_of(row()) + b"A,Aug-26,1,000,900,800,700,600,x\r\n", "I3: Nothing heads this cell"
    ),
    Kind("note too long", csv_of(row(note="x" * 4001)), "H2: Shorten this to 4000 characters"),
    Kind("note with a bell", csv_of(row(note="ding\x07")), "H2: Type this again"),
    Kind("several cells", csv_of(row(committed="x", spent="y")), "D2: Enter a sum in pounds"),
]
HEADED = [
    Kind("empty", b"", "The file is empty"),
    Kind("blank", b" \r\n\r\n", "The file is empty"),
    Kind("mark alone", b"\xef\xbb\xbf", "A1: The first row has to hold the headings"),
    Kind("headings alone", csv_of(), "The file has no rows below its headings"),
    Kind("title above", b"Returns of September\r\n" + csv_of(row()), "A1: The first row has to hold the headings"),
    Kind(
        "heading twice",
        csv_of(row(), headings=(*HEADINGS[:3], *HEADINGS[2:7])),
        "D1: The heading “Committed” is there twice",
    ),
    Kind("bars between", csv_of(row(), delimiter="|"), "A1: The first row has to hold the headings"),
    Kind("very wide", csv_of(["A"] * 300, headings=[f"h{n}" for n in range(300)]), "more than 200 columns"),
]
TEXTS = [
    Kind("quote left open", csv_of() + b'A,"Sep-26,5\r\n', "in or before line 2 is not closed"),
    Kind(
        "quote inside a field", csv_of() + b'"A"x,Sep-26,5\r\n', "in or before line 2 is not closed, or stands inside"
    ),
    Kind("endless field", csv_of() + b'A,"' + b"x" * 40_000 + b'"\r\n', "more than 32,767 characters in one field"),
    Kind(
        "Windows-1252",
        csv_of(row(committed="POUND")).replace(b"POUND", b"\xa35"),
        "Line 2 is written in another encoding",
    ),
    Kind("UTF-16", csv_of(row()).decode().encode("utf-16"), "The file is written in UTF-16"),
    Kind("UTF-16 without a mark", csv_of(row()).decode().encode("utf-16-le"), "not an Excel workbook"),
    Kind("NUL inside", csv_of(row(), row(note="a\0b")), "Line 3 holds a character that is no text"),
    Kind("cut inside a letter", csv_of(row(note="£"))[:-3], "Line 2 is written in another encoding"),
]
BOOKS = [
    Kind("PDF", b"%PDF-1.7\n", "This is a PDF"),
    Kind("web page", b"<html><table></table></html>", "This is a web page or XML"),
    Kind("old workbook", OLD, "This is a file of an old kind"),
    Kind("locked workbook", OLD + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    Kind("compressed", b"\x1f\x8b\x08\0", "This is a compressed file"),
    Kind("picture", b"\x89PNG\r\n\x1a\n\0", "not an Excel workbook"),
    Kind("cut off", xlsx_of(row())[:2000], "The file is cut off or damaged"),
    Kind("packed, but no workbook", altered("", "").content[:4] + b"\0" * 40, "The file is cut off or damaged"),
    altered(
        "entities",
        "The file declares entities",
        **{
            SHEET.replace("/", "__").replace(".", "_dot_"): PROLOGUE
            + b"<!DOCTYPE x [<!ENTITY l0 'x'>"
            + LAUGHS
            + b"]><worksheet/>"
        },
    ),
    altered("bomb", "unpacks to far more", xl__media__big_dot_xml=b"0" * 60_000_000),
    altered("macros", "holds macros", xl__vbaProject_dot_bin=b"x"),
    altered(
        "broken markup",
        "The file is damaged",
        **{SHEET.replace("/", "__").replace(".", "_dot_"): PROLOGUE + b"<worksheet><sheetData><row"},
    ),
    sheets(lambda book: book.create_sheet("Other").append(["x"]), "The workbook has several sheets", "two sheets"),
    sheets(lambda book: book.worksheets[0].merge_cells("A3:B4"), "A3:B4: unmerge these cells", "merged cells"),
    altered("all sheets hidden", "The workbook shows no sheet", xl__workbook_dot_xml=hidden()),
    sheets(
        lambda book: book.worksheets[0].cell(2, 12, "a remark"),
        "L2: Nothing heads this cell",
        "remark beside the table",
    ),
    sheets(
        lambda book: book.worksheets[0].delete_rows(2),
        "The file has no rows below its headings",
        "workbook without rows",
    ),
    sheets(lambda book: book.worksheets[0].delete_rows(1, 2), "The first row has to hold the headings", "empty sheet"),
    typed("C2: Replace the formula", "formula", value="=1+1"),
    typed("C2: Enter a sum: the cell is formatted as a date", "date for a sum", value=date(2026, 9, 1)),
    typed("C2: Enter a sum from 0 up", "negative number", value=-5),
    typed("C2: Enter the sum to the penny", "thousandths", value=1.005),
    typed("C2: Enter a smaller sum", "beyond all sums", value=1e300),
    typed("C2: Enter a sum in pounds", "truth", value=True),
    typed("C2: Replace the error #REF!", "error", value="#REF!", data_type="e"),
    typed("B2: Enter a month such as", "number for a month", place=2, value=12.5),
    typed("B2: Enter a month that has begun", "date to come", place=2, value=date(2027, 1, 1)),
    typed("B2: Replace the formula", "formula for a month", place=2, value="=TODAY()"),
    typed("A2: Enter the code", "number for a stream", place=1, value=7),
    typed("H2: Replace the formula", "formula for a note", place=8, value="=A1"),
]
KINDS = [*SUMS, *MONTHS, *ROWS, *HEADED, *TEXTS, *BOOKS]
