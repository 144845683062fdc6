"""Two hundred payloads through every form, reopened: nothing became a formula, markup or a field."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any

import docx
import lxml.html
import openpyxl
import pytest

from aims.choices import Mark
from reporting.choices import PackFormat
from reporting.packs.content import Paper
from reporting.packs.forms import made
from reporting.packs.plain import harmless, looks_like_a_formula, plain
from tests.reporting.packs.books import make_book, make_line, make_paper
from tests.reporting.packs.payloads import PAYLOADS

OPENS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
    "﹦",
    "﹢",
    "﹣",
    "﹫",
    "−",
    "⁼",
    "⁺",
    "⁻",
    "₌",
    "₊",
    "₋",
)


@pytest.fixture(scope="module")
def hostile() -> Paper:
    """Each payload is the words of one activity, and the first that looks like a formula those of all else."""
    book = make_book(words=PAYLOADS[0])
    lines = tuple(
        make_line(f"1.1.{at}", (Mark.RED, Mark.AMBER)[at % 2], at, words) for at, words in enumerate(PAYLOADS, start=1)
    )
    return make_paper(replace(book, activities=lines))


def test_there_are_two_hundred_of_them() -> None:
    assert len(PAYLOADS) >= 200


def fields_of(archive: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    opened = zipfile.ZipFile(BytesIO(archive))
    for name in opened.namelist():
        if name.endswith(".csv"):
            yield name, list(csv.reader(StringIO(opened.read(name).decode(), newline=""), strict=True))


def test_no_field_of_csv_opens_a_formula_and_its_words_are_whole(hostile: Paper) -> None:
    archive = made(PackFormat.CSV, hostile, [])
    tables = dict(fields_of(archive))
    signed = {field for rows in tables.values() for row in rows for field in row if field.startswith(OPENS)}
    assert {field for field in signed if not field.lstrip("-").replace(".", "").isdigit()} == set()
    head, *rows = tables["activities.csv"]
    told = [row[head.index("What was told")] for row in rows]
    assert told == [harmless(plain(words)) for words in PAYLOADS]


def test_no_cell_of_the_workbook_is_a_formula_and_numbers_stay_numbers(hostile: Paper) -> None:
    workbook: Any = openpyxl.load_workbook(BytesIO(made(PackFormat.EXCEL, hostile, [])))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    words = [cell for cell in cells if cell.data_type == "s" and looks_like_a_formula(cell.value)]
    assert len(words) > 100
    assert all(cell.quotePrefix for cell in words)
    sheet = workbook["A activities"]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        assert isinstance(row[head.index("Allocated (£)")].value, int | float)
        assert isinstance(row[head.index("Moves")].value, int)
        assert row[head.index("Agreed end")].is_date
        assert row[head.index("What was told")].data_type == "s"
    assert workbook.defined_names == {}
    assert not any(sheet.data_validations.dataValidation for sheet in workbook)


def test_no_words_become_a_field_of_the_word_document(hostile: Paper) -> None:
    document = docx.Document(BytesIO(made(PackFormat.WORD, hostile, [])))
    body: Any = document.element
    names = {element.tag.rpartition("}")[2] for element in body.iter()}
    assert names.isdisjoint({"fldSimple", "hyperlink", "object", "altChunk", "drawing"})
    assert [element.text for element in body.iter() if element.tag.endswith("}instrText")] == [' TOC \\o "1-1" \\h ']
    told = {cell.text for table in document.tables for cell in table.column_cells(0)}
    assert {"1.1.1", "1.1.2"} <= told
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "<script>alert(1)</script>" in words


def test_no_words_become_markup_of_the_page(hostile: Paper) -> None:
    page = lxml.html.fromstring(made(PackFormat.HTML, hostile, []).decode())
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "form", "svg"})
    assert len(list(page.iter("style"))) == 1
    assert {name for element in page.iter() for name in element.attrib if name.startswith("on")} == set()
    assert "<script>alert(1)</script>" in page.text_content()
    assert "{{ 7*7 }}" in page.text_content()
