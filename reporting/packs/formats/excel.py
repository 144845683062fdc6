"""The pack as a workbook: a sheet for each table, with real numbers and days, and nothing that is worked out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from reporting.packs.content import Cell, Column, Kind, Paper, Table, Tag
from reporting.packs.data_tables import data_tables, heading_with_unit
from reporting.packs.plain import looks_like_a_formula

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTHS = {Kind.WORDS: 18, Kind.PROSE: 48, Kind.COUNT: 11, Kind.MONEY: 18, Kind.DAY: 19, Kind.TAG: 22}
NUMBER_FORMATS = {Kind.MONEY: "#,##0.00", Kind.DAY: "d mmmm yyyy"}
MOST_IN_A_CELL = 32_767
MOST_IN_A_NAME = 31
ABOUT = "About"


def write(paper: Paper) -> bytes:
    """The file's bytes."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": paper.full_title,
                "subject": paper.standing,
                "author": paper.authority,
                "comments": f"Seal {paper.edition.seal}",
                "created": paper.edition.sealed_at.replace(tzinfo=None),
            }
        )
        looks = Looks(workbook)
        _about(workbook.add_worksheet(ABOUT), looks, paper)
        for name, table in named_sheets(paper):
            _sheet(workbook.add_worksheet(name), looks, table, paper)
    return file.getvalue()


def named_sheets(paper: Paper) -> list[tuple[str, Table]]:
    """Each table with the name of its sheet, which for an appendix begins with its letter."""
    return [(f"{letter} {table.name}".strip()[:MOST_IN_A_NAME], table) for letter, table in data_tables(paper)]


class Looks:
    """The formats of the workbook, each also for words that could be typed in again as a formula."""

    def __init__(self, workbook: Any) -> None:
        wrapped = {"text_wrap": True, "valign": "top", "font_name": "Arial", "font_size": 9}
        self.of: dict[tuple[Kind, bool, bool], Any] = {}
        for kind in Kind:
            for quoted in (False, True):
                for strong in (False, True):
                    given = {"quote_prefix": quoted, "bold": strong, "num_format": NUMBER_FORMATS.get(kind, "General")}
                    self.of[kind, quoted, strong] = workbook.add_format({**wrapped, **given})
        self.heading = workbook.add_format({**wrapped, "bold": True, "font_color": "#ffffff", "bg_color": "#3c1053"})
        self.title = workbook.add_format({"font_name": "Arial", "font_size": 16, "bold": True})


def _about(sheet: Any, looks: Looks, paper: Paper) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    _words(sheet, looks, 0, 0, paper.full_title, looks.title)
    rows = [("Authority", paper.authority), *paper.facts, *paper.recommendations]
    if paper.is_demonstration:
        rows.append(("Demonstration data", "Every figure and word is invented."))
    rows += [("", ""), ("Sheet", "What it holds"), *((name, table.title) for name, table in named_sheets(paper))]
    for place, (term, text) in enumerate(rows, start=2):
        _words(sheet, looks, place, 0, term, looks.of[Kind.WORDS, False, True])
        _words(sheet, looks, place, 1, text)
    _page(sheet, paper)


def _sheet(sheet: Any, looks: Looks, table: Table, paper: Paper) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, WIDTHS[column.kind])
        sheet.write_string(0, place, heading_with_unit(column), looks.heading)
    last = len(table.rows)
    for number, row in enumerate(table.rows, start=1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _cell(sheet, looks, (number, place), cell, column, strong=table.has_total and number == last)
    sheet.freeze_panes(1, 1)
    # A total stays below what is filtered and sorted.
    sheet.autofilter(0, 0, max(last - table.has_total, 1), len(table.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _page(sheet, paper)
    sheet.repeat_rows(0)


def _cell(sheet: Any, looks: Looks, at: tuple[int, int], cell: Cell, column: Column, *, strong: bool) -> None:
    look = looks.of[column.kind, False, strong]
    if isinstance(cell, Tag):
        _words(sheet, looks, *at, cell.label, look)
    elif isinstance(cell, date):
        sheet.write_datetime(*at, cell, look)
    elif isinstance(cell, int | Decimal):
        sheet.write_number(*at, cell, look)
    else:
        _words(sheet, looks, *at, cell or "", look)


def _words(sheet: Any, looks: Looks, row: int, column: int, text: str, look: Any = None) -> None:
    """Words that stay words, whatever they begin with."""
    if looks_like_a_formula(text):
        look = looks.of[Kind.WORDS, True, False]
    if text:
        sheet.write_string(row, column, text[:MOST_IN_A_CELL], look or looks.of[Kind.WORDS, False, False])


def _page(sheet: Any, paper: Paper) -> None:
    """How it prints: across, as wide as the paper, with the seal at the foot."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&6Seal {paper.edition.seal}&R&8Page &P of &N")
