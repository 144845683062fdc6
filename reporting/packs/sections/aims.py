"""A page for each aim: statement, headline with its rule, counts, money, objectives, milestones near the period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from reporting.lines import Book
from reporting.lines.rows import AimLine, MilestoneLine, ObjectiveLine
from reporting.packs.content import Cell, Kind, Section, Table, Where, tag_of
from reporting.packs.sections.position import SUMS, money_behind, sums_cells
from reporting.packs.writer import Writer, columns
from reporting.rules import position_sentence

NEAR = timedelta(days=91)  # a quarter before the period and after it


def aims(book: Book) -> Section:
    """Aim by aim; all objectives once more as one table for the data files."""
    writer = Writer(4, "The aims")
    for aim in book.aims:
        _aim(writer, book, aim)
    writer.show(objectives_table("objectives", "Objectives", book.objectives, Where.DATA))
    return writer.section()


def _aim(writer: Writer, book: Book, aim: AimLine) -> None:
    writer.head(f"Aim {aim.number}: {aim.title}", tag_of(aim.sums.headline))
    writer.say(aim.statement)
    writer.say(aim.sums.headline_reason, f"{aim.sums.headline.label}.")
    writer.say(position_sentence(aim.sums.counts))
    writer.say(money_behind(aim.sums), "Money.")
    own = tuple(line for line in book.objectives if line.aim == aim.number)
    writer.show(objectives_table(f"objectives-{aim.number}", f"Objectives of aim {aim.number}", own, Where.DOCUMENTS))
    writer.show(_milestones_table(book, aim))


def objectives_table(name: str, title: str, lines: tuple[ObjectiveLine, ...], where: Where) -> Table:
    """A row for each objective; on paper its money stands with the aim."""
    sums = (replace(column, is_data=column.kind == Kind.MONEY) for column in SUMS)
    return Table(
        name=name,
        title=title,
        columns=(*columns(("objective", "Objective"), ("statement", "Statement", Kind.PROSE)), *sums),
        rows=tuple((line.number, line.statement, *sums_cells(line.sums)) for line in lines),
        empty="This aim has no objective.",
        where=where,
    )


def _milestones_table(book: Book, aim: AimLine) -> Table:
    first, last = book.head.starts - NEAR, book.head.ends + NEAR
    own = (line for line in book.milestones if line.activity.partition(".")[0] == aim.number)
    return Table(
        name=f"milestones-{aim.number}",
        title=f"Milestones of aim {aim.number} overdue, or in or near the period",
        columns=columns(
            ("milestone", "Milestone"),
            ("title", "What it is", Kind.PROSE),
            ("agreed", "Agreed", Kind.DAY),
            ("completed", "Completed", Kind.DAY),
            ("overdue_days", "Days overdue", Kind.COUNT),
        ),
        rows=tuple(_milestone(line) for line in own if _is_near(line, first, last)),
        empty="No milestone of this aim lies in or near the period.",
        where=Where.DOCUMENTS,
    )


def _is_near(line: MilestoneLine, first: date, last: date) -> bool:
    day = line.completed or line.promised.agreed
    return line.overdue_days is not None or (day is not None and first <= day <= last)


def _milestone(line: MilestoneLine) -> tuple[Cell, ...]:
    return line.reference, line.title, line.promised.agreed, line.completed, line.overdue_days
