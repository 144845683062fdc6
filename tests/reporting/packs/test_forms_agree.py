"""The numbers of the position and the funding table, cell by cell: lines = web page = PDF = Word = Excel = CSV."""

from __future__ import annotations

import csv
import zipfile
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import docx
import lxml.html
import openpyxl
import pytest
from docx.text.paragraph import Paragraph

from funding.rules import in_millions
from reporting.choices import PackFormat
from reporting.lines import Book
from reporting.packs.content import Paper
from reporting.packs.data_tables import data_tables
from reporting.packs.forms import made
from tests.reporting.packs.tagged_pdf import Tagged

POSITION, FUNDING = "Position by aim", "Funding streams"
Rows = list[list[str]]


def position_of(book: Book) -> Rows:
    """As the lines say, in the words of a document."""
    rows = [(line.number, line.title, line.sums) for line in book.aims]
    found = []
    for number, title, sums in [*rows, ("All", "Whole strategy", book.whole.sums)]:
        counts = sums.counts
        figures = (counts.activities, counts.complete, counts.green, counts.amber, counts.red, counts.no_update)
        money = (sums.allocated, sums.behind_red, sums.behind_amber)
        found.append(
            [
                *(number, title, *map(str, figures), sums.direction.label),
                *map(in_millions, money),
                sums.headline.label,
            ]
        )
    return found


def funding_of(book: Book) -> Rows:
    """The amounts as the lines say: award to re-profiled, without the columns that are worked out."""
    names = ("award", "allocated", "committed", "spend_to_date", "budget_this_year", "forecast_outturn", "re_profiled")
    rows = [[line.code, *(shown(getattr(line, name)) for name in names)] for line in book.streams]
    totals = []
    for name in names:
        known = [getattr(line, name) for line in book.streams if getattr(line, name) is not None]
        totals.append(shown(sum(known, Decimal(0)) if known else None))
    return [*rows, ["Total", *totals]]


def shown(amount: Decimal | None) -> str:
    return "–" if amount is None else in_millions(amount)


def without_marks(rows: Rows) -> Rows:
    """The words of tags without the symbol before them."""
    return [[cell.lstrip("▲►▼–●■✓◆□○▬/ ") or cell for cell in row] for row in rows]


def in_page(content: bytes, caption: str) -> Rows:
    page = lxml.html.fromstring(content.decode())
    (table,) = [each for each in page.iter("table") if each.findtext("caption") == caption]
    rows = table.findall(".//tr")
    return [[" ".join(cell.text_content().split()) for cell in row if cell.tag in ("th", "td")] for row in rows]


def in_word(content: bytes, caption: str) -> Rows:
    before = ""
    for item in docx.Document(BytesIO(content)).iter_inner_content():
        if isinstance(item, Paragraph):
            before = item.text
        elif before == caption:
            return [[cell.text.strip() for cell in row.cells] for row in item.rows]
    raise AssertionError(f"no table {caption}")


def in_csv(content: bytes, name: str) -> Rows:
    text = zipfile.ZipFile(BytesIO(content)).read(name).decode()
    return list(csv.reader(StringIO(text, newline="")))


def in_excel(content: bytes, sheet: str) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(BytesIO(content))[sheet].iter_rows(values_only=True)]


def test_the_position_table_is_the_same_in_every_document_and_as_the_lines_say(
    book: Book, files: dict[PackFormat, bytes]
) -> None:
    expected = position_of(book)
    assert without_marks(in_page(files[PackFormat.HTML], POSITION)[1:]) == expected
    assert without_marks(in_word(files[PackFormat.WORD], POSITION)[1:]) == expected
    assert without_marks(Tagged.read(files[PackFormat.PDF]).rows(POSITION)[1:]) == expected


def test_the_funding_table_is_the_same_in_every_document(book: Book, files: dict[PackFormat, bytes]) -> None:
    page = in_page(files[PackFormat.HTML], FUNDING)
    assert in_word(files[PackFormat.WORD], FUNDING) == page
    assert Tagged.read(files[PackFormat.PDF]).rows(FUNDING) == page
    amounts = [row[:1] + row[2:4] + row[5:9] + row[12:13] for row in page[1:]]
    assert amounts == funding_of(book)


TABLES = pytest.mark.parametrize(
    ("name", "sheet", "title"), [("position", "position", POSITION), ("funding", "C funding", FUNDING)]
)


@TABLES
def test_the_data_files_hold_the_very_values(
    files: dict[PackFormat, bytes], paper: Paper, name: str, sheet: str, title: str
) -> None:
    (table,) = [table for _, table in data_tables(paper) if table.title == title]
    data, workbook = in_csv(files[PackFormat.CSV], f"{name}.csv"), in_excel(files[PackFormat.EXCEL], sheet)
    assert data[0] == workbook[0]
    for lines, cells, row in zip(data[1:], workbook[1:], table.rows, strict=True):
        for written, cell, value in zip(lines, cells, row, strict=True):
            is_number = isinstance(value, int | Decimal)
            assert (Decimal(written) == Decimal(str(cell)) == value) if is_number else (written == (cell or ""))


@TABLES
def test_the_documents_round_what_the_data_files_hold(
    files: dict[PackFormat, bytes], name: str, sheet: str, title: str
) -> None:
    heads, *rows = in_csv(files[PackFormat.CSV], f"{name}.csv")
    printed_heads, *printed = in_page(files[PackFormat.HTML], title)
    money = [heading for heading in printed_heads if "(£m)" in heading]
    assert len(money) >= 3
    for heading in money:
        place = heads.index(heading.replace("(£m)", "(£)"))
        told = [shown(Decimal(row[place]) if row[place] else None) for row in rows]
        assert [row[printed_heads.index(heading)] for row in printed] == told


def test_every_form_prints_the_seal(files: dict[PackFormat, bytes], paper: Paper) -> None:
    seal = paper.edition.seal
    assert seal in files[PackFormat.HTML].decode()
    assert seal in "".join(Tagged.read(files[PackFormat.PDF]).pieces.values())
    assert seal in docx.Document(BytesIO(files[PackFormat.WORD])).sections[0].footer.paragraphs[0].text
    assert in_excel(files[PackFormat.EXCEL], "About")[0] != [None, None]
    assert seal in str(in_excel(files[PackFormat.EXCEL], "About"))
    assert seal in zipfile.ZipFile(BytesIO(files[PackFormat.CSV])).read("README.txt").decode()


@pytest.mark.parametrize("form", list(PackFormat))
def test_one_paper_gives_one_file(form: PackFormat, paper: Paper, files: dict[PackFormat, bytes]) -> None:
    assert made(form, paper, []) == files[form]
