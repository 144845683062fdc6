"""The pack as one web page that stands alone: readable without this site, printable, without any script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string

from reporting.lines.codec import as_instant
from reporting.packs.content import (
    Block,
    Cell,
    Column,
    Heading,
    Kind,
    Paper,
    Paragraph,
    Points,
    Section,
    Table,
    Tag,
    Where,
    heading_of,
    lines_of,
    shown,
)
from reporting.packs.errata import ERRATA, errata_table

TEMPLATES = {Paragraph: "paragraph", Heading: "heading", Points: "points", Table: "table"}
STYLE_SHEET = "reporting/pack/paper.css"
# How much room the cells of a column need beside those of others.
PARTS = {Kind.WORDS: 11, Kind.PROSE: 36, Kind.COUNT: 7, Kind.MONEY: 9, Kind.DAY: 9, Kind.TAG: 14}
MOST_OF_FIRST = 8  # a number, most often


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell as it is printed."""

    text: str
    css: str
    symbol: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of cells."""

    cells: tuple[CellView, ...]
    is_total: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """One table as it is printed."""

    title: str
    widths: tuple[int, ...]
    headings: tuple[CellView, ...]
    rows: tuple[RowView, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block with the template that prints it."""

    template: str
    content: Block
    table: TableView | None = None
    items: tuple[tuple[str, list[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section as it is printed."""

    number: str
    title: str
    anchor: str
    is_wide: bool
    is_appendix: bool
    blocks: tuple[BlockView, ...]


def page(paper: Paper, *, with_fonts: bool = False) -> str:
    """The page; with the @font-face rules of the PDF, which brings its typeface along."""
    style = render_to_string(STYLE_SHEET, {"with_fonts": with_fonts, "widths": range(1, 101)})
    context = {
        "paper": paper,
        "errata": table_view(errata_table(paper.edition)) if paper.edition.corrections else None,
        "about_errata": ERRATA,
        "sections": [_section(section) for section in paper.sections],
        "style": style,
        "policy": policy_for(style),
        "sealed_at": as_instant(paper.edition.sealed_at),
    }
    return render_to_string("reporting/pack/paper.html", context)


def policy_for(style: str) -> str:
    """What the page allows itself wherever it is opened: its own style and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def write(paper: Paper) -> bytes:
    """The file's bytes."""
    return page(paper).encode()


def table_view(table: Table) -> TableView:
    """A table's cells in the words that every document prints."""
    printed = table.on_paper()
    last = len(printed.rows) - 1
    rows = (
        RowView(
            tuple(_cell(cell, column) for cell, column in zip(row, printed.columns, strict=True)),
            table.has_total and place == last,
        )
        for place, row in enumerate(printed.rows)
    )
    headings = tuple(CellView(heading_of(column), _css(column)) for column in printed.columns)
    return TableView(table.title, widths_of(printed), headings, tuple(rows), table.empty)


def widths_of(table: Table) -> tuple[int, ...]:
    """Each column's part of the page's width in per cent, by what it holds: laying tables out by their words costs
    a minute."""
    head, *rest = (PARTS[column.kind] for column in table.columns)
    parts = [min(head, MOST_OF_FIRST), *rest]
    return tuple(100 * part // sum(parts) for part in parts)


def _cell(cell: Cell, column: Column) -> CellView:
    if isinstance(cell, Tag):
        return CellView(cell.label, "tag", cell.symbol, cell.key)
    return CellView(shown(cell, column.kind), _css(column))


def _css(column: Column) -> str:
    named = {Kind.DAY: "day", Kind.PROSE: "prose", Kind.TAG: "tag"}
    return "number" if column.kind.is_number else named.get(column.kind, "")


def _section(section: Section) -> SectionView:
    anchor = section.number.replace(" ", "-").replace(".", "-").lower()
    blocks = tuple(_blocks(section))
    return SectionView(section.number, section.title, anchor, section.is_wide, section.is_appendix, blocks)


def _blocks(section: Section) -> Iterator[BlockView]:
    for block in section.blocks:
        if isinstance(block, Table) and block.where == Where.DATA:
            continue
        name = TEMPLATES.get(type(block), "wall")
        table = table_view(block) if isinstance(block, Table) else None
        items = tuple((term, list(lines_of(text))) for term, text in block.items) if isinstance(block, Points) else ()
        yield BlockView(f"reporting/pack/_block_{name}.html", block, table, items)
