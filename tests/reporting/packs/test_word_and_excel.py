"""What people go on working with: real headings, numbers that count on, header rows; sheets to filter."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from reporting.choices import PackFormat
from reporting.packs.content import Heading, Paper, Paragraph
from reporting.packs.data_tables import data_tables


@pytest.fixture(scope="module")
def document(files: dict[PackFormat, bytes]) -> Any:
    return docx.Document(BytesIO(files[PackFormat.WORD]))


@pytest.fixture(scope="module")
def workbook(files: dict[PackFormat, bytes]) -> Any:
    return openpyxl.load_workbook(BytesIO(files[PackFormat.EXCEL]))


def test_sections_and_what_they_hold_are_headings(document: Any, paper: Paper) -> None:
    styled = [(item.style.name, item.text) for item in document.paragraphs]
    first = [text for style, text in styled if style == "Heading 1"]
    assert first == [f"{s.number}: {s.title}" if s.is_appendix else s.title for s in paper.sections]
    second = [text for style, text in styled if style == "Heading 2"]
    blocks = [block for section in paper.sections for block in section.blocks if isinstance(block, Heading)]
    assert all(any(text.startswith(block.text) for text in second) for block in blocks)


def test_paragraphs_are_numbered_by_word_as_the_other_forms_print_them(document: Any, paper: Paper) -> None:
    found, section, said = [], 0, 0
    for item in document.paragraphs:
        if item.style.name == "Heading 1" and item._p.pPr.numPr is None:
            section, said = section + 1, 0
        elif item.style.name == "Pack paragraph":
            said += 1
            found.append(f"{section}.{said}")
    blocks = [block for each in paper.sections for block in each.blocks if isinstance(block, Paragraph)]
    assert found == [block.number for block in blocks if block.number]
    levels = document.part.numbering_part.element.findall(f".//{qn('w:abstractNum')}[@{qn('w:abstractNumId')}='90']//*")
    texts = [level.get(qn("w:val")) for level in levels if level.tag == qn("w:lvlText")]
    assert texts == ["%1.0", "%1.%2"]


def test_every_table_repeats_its_header_row_and_has_a_name(document: Any) -> None:
    assert len(document.tables) > 10
    for table in document.tables:
        first = table._tbl.tr_lst[0].trPr
        assert first.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


def test_the_document_is_british_and_titled(document: Any, paper: Paper) -> None:
    assert document.core_properties.title == paper.full_title
    assert document.core_properties.language == "en-GB"
    languages = {language.get(qn("w:val")) for language in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_wide_appendices_lie_across(document: Any, paper: Paper) -> None:
    across = [section.page_width > section.page_height for section in document.sections[1:]]
    assert across == [section.is_wide for section in paper.sections]


def test_there_is_a_sheet_for_each_table_with_frozen_headings_and_filters(workbook: Any, paper: Paper) -> None:
    names = [f"{letter} {table.name}".strip() for letter, table in data_tables(paper)]
    assert workbook.sheetnames == ["About", *names]
    for name in names:
        sheet = workbook[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"


def test_a_total_stays_outside_of_what_is_sorted(workbook: Any) -> None:
    sheet = workbook["C funding"]
    assert sheet.cell(sheet.max_row, 1).value == "Total"
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1))


def test_days_are_days(workbook: Any) -> None:
    head, *rows = workbook["B milestones"].iter_rows(values_only=True)
    assert all(isinstance(row[head.index("Baseline")], datetime) for row in rows)
