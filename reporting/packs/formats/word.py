"""The pack as a Word document to go on working with: real headings, numbers that count on, tables with header rows."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx

from reporting.packs.content import (
    Block,
    Cell,
    Column,
    Heading,
    Paper,
    Paragraph,
    Points,
    Section,
    Table,
    Tag,
    Wall,
    Where,
    heading_of,
    lines_of,
    shown,
)
from reporting.packs.errata import ERRATA, errata_table
from reporting.packs.formats import word_parts
from reporting.packs.formats.html import widths_of
from reporting.packs.formats.word_styles import COLOURS, NUMBERED, POINT, QUIET, SMALL, styled

CONTENTS = 'TOC \\o "1-1" \\h'


def write(paper: Paper) -> bytes:
    """The file's bytes."""
    document = docx.Document()
    styled(document, paper)
    writer = DocumentWriter(document)
    writer.cover(paper)
    for section in paper.sections:
        writer.section(section)
    word_parts.pages(document, paper)
    file = BytesIO()
    document.save(file)
    return word_parts.same_every_time(file.getvalue())


class DocumentWriter:
    """Writes a paper's parts one after the other; pages turn where a wide section begins or ends."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.is_wide = False

    def cover(self, paper: Paper) -> None:
        """The first page."""
        self.document.add_paragraph(paper.authority, style="Subtitle")
        self.document.add_paragraph(paper.title, style="Title")
        self.document.add_paragraph(paper.subtitle, style="Subtitle")
        if paper.is_demonstration:
            self._strong("Demonstration data: every figure and word is invented.")
        if paper.edition.is_exempt:
            self._strong("Not for publication")
        for term, text in paper.facts:
            self._led(f"{term}: ", text)
        self._recommendations(paper)
        self._errata(paper)
        self.document.add_paragraph("Contents", style="Heading 2")
        names = (f"{section.number} {section.title}" for section in paper.sections)
        word_parts.field(self.document.add_paragraph(), CONTENTS, names)

    def _recommendations(self, paper: Paper) -> None:
        if paper.recommendations:
            self.document.add_paragraph("The Board is asked to:", style="Heading 2")
        for verb, text in paper.recommendations:
            self._led(f"{verb} ", text, style="List Number")

    def _errata(self, paper: Paper) -> None:
        if paper.edition.corrections:
            self.document.add_paragraph("Errata", style="Heading 2")
            self.document.add_paragraph(ERRATA)
            self.table(errata_table(paper.edition))

    def section(self, section: Section) -> None:
        """A section on pages of its own; numbered ones are numbered by Word."""
        self.is_wide = word_parts.turn(self.document, section.is_wide)
        if section.is_appendix:
            heading = self.document.add_paragraph(f"{section.number}: {section.title}", style="Heading 1")
            word_parts.unnumbered(heading)
        else:
            self.document.add_paragraph(section.title, style="Heading 1")
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self._led(f"{block.lead} " if block.lead else "", block.text, NUMBERED if block.number else "Normal")
        elif isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Points):
            self._points(block)
        elif isinstance(block, Wall):
            self._wall(block)
        elif block.where != Where.DATA:
            self.table(block)

    def table(self, table: Table) -> None:
        """A real table whose header row is repeated on each page."""
        printed = table.on_paper()
        if not printed.rows:
            self.document.add_paragraph(table.empty, style=QUIET)
            return
        self.document.add_paragraph(table.title, style="Caption")
        made = self.document.add_table(rows=len(printed.rows) + 1, cols=len(printed.columns), style="Pack table")
        rows = word_parts.cells_of(made)
        for cell, column in zip(rows[0], printed.columns, strict=True):
            word_parts.fill(cell, heading_of(column), strong=True, right=column.kind.is_number)
        for place, (cells, row) in enumerate(zip(rows[1:], printed.rows, strict=True)):
            is_total = table.has_total and place == len(printed.rows) - 1
            for cell, value, column in zip(cells, row, printed.columns, strict=True):
                self._fill(cell, value, column, strong=is_total)
        word_parts.finish_table(made, table.title, widths_of(printed), is_wide=self.is_wide)
        self.document.add_paragraph(style=SMALL)

    def _fill(self, cell: Any, value: Cell, column: Column, *, strong: bool) -> None:
        if isinstance(value, Tag):
            word_parts.fill(cell, f" {value.label}", mark=value.symbol, colour=COLOURS.get(value.key), strong=strong)
        else:
            word_parts.fill(cell, shown(value, column.kind), strong=strong, right=column.kind.is_number)

    def _heading(self, heading: Heading) -> None:
        made = self.document.add_paragraph(heading.text, style="Heading 2")
        if heading.tag:
            self._mark(made, Tag(heading.tag.key, heading.tag.label, f"  {heading.tag.symbol}"))
            made.add_run(f" {heading.tag.label}")

    def _points(self, points: Points) -> None:
        for term, text in points.items:
            for place, line in enumerate(lines_of(text)):
                self._led(f"{term}: " if place == 0 else "", line, POINT)

    def _wall(self, wall: Wall) -> None:
        self.document.add_paragraph(wall.title, style="Caption")
        made = self.document.add_table(rows=len(wall.rows) + 1, cols=3, style="Pack table")
        rows = word_parts.cells_of(made)
        for cell, text in zip(rows[0], ("Aim", "Marks", "In words"), strict=True):
            word_parts.fill(cell, text, strong=True)
        for cells, row in zip(rows[1:], wall.rows, strict=True):
            word_parts.fill(cells[0], row.name, strong=True)
            word_parts.fill_marks(
                cells[1], [[(tag.symbol, COLOURS.get(tag.key)) for tag in group] for group in row.groups]
            )
            word_parts.fill(cells[2], row.sentence)
        word_parts.finish_table(made, wall.title, (8, 42, 50), is_wide=self.is_wide)
        key = self.document.add_paragraph(style=SMALL)
        for tag, count in wall.key:
            self._mark(key, tag)
            key.add_run(f" {tag.label} {count}    ")

    def _mark(self, paragraph: Any, tag: Tag) -> None:
        word_parts.coloured(paragraph.add_run(tag.symbol), COLOURS.get(tag.key))

    def _led(self, lead: str, text: str, style: str = "Normal") -> None:
        paragraph = self.document.add_paragraph(style=style)
        if lead:
            paragraph.add_run(lead).bold = True
        paragraph.add_run(text)

    def _strong(self, text: str) -> None:
        self._led(text, "")
