"""The tables of the data files and the workbook, in one order and under one set of names."""

from __future__ import annotations

from collections.abc import Iterator

from reporting.packs.content import Column, Kind, Paper, Table, Where
from reporting.packs.errata import errata_table


def data_tables(paper: Paper) -> Iterator[tuple[str, Table]]:
    """Each table with the letter of its appendix, "" outside of one."""
    if paper.edition.corrections:
        yield "", errata_table(paper.edition)
    for section in paper.sections:
        letter = section.number.removeprefix("Appendix ") if section.is_appendix else ""
        for block in section.blocks:
            if isinstance(block, Table) and block.where != Where.DOCUMENTS:
                yield letter, block


def heading_with_unit(column: Column) -> str:
    """A column's heading where its cells are real numbers: money in pounds."""
    return f"{column.heading} (£)" if column.kind == Kind.MONEY else column.heading
