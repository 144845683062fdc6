"""What the Board asked for last time, and what happened."""

from __future__ import annotations

from reporting.lines import Book
from reporting.lines.rows import ActionLine
from reporting.packs.content import Cell, Kind, Section, Table
from reporting.packs.sections.telling import post_of
from reporting.packs.writer import Writer, columns


def asked(book: Book) -> Section:
    """Every action that the Board asked for, with what has been reported."""
    writer = Writer(5, "What you asked last time")
    done = sum(line.is_done for line in book.actions)
    if book.actions:
        writer.say(f"{done} of {len(book.actions)} actions that the Board asked for are done.")
    writer.show(
        Table(
            name="actions",
            title="Actions that the Board asked for",
            columns=columns(
                ("reference", "Reference"),
                ("asked_in", "Asked in"),
                ("action", "Action", Kind.PROSE),
                ("activity", "Activity"),
                ("post", "Answers for it"),
                ("due", "Due", Kind.DAY),
                ("done", "Done"),
                ("reported", "What was reported", Kind.PROSE),
                ("reported_on", "Reported on", Kind.DAY),
            ),
            rows=tuple(map(_row, book.actions)),
            empty="The Board has asked for no action in an earlier review.",
        )
    )
    return writer.section()


def _row(line: ActionLine) -> tuple[Cell, ...]:
    done = "Yes" if line.is_done else "No"
    asked_for = line.reference, line.asked_in, line.text, line.activity
    return *asked_for, post_of(line.post), line.due_on, done, line.reported, line.reported_on
