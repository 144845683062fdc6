"""What the Board should ask about: off track first, then what worsened to at risk."""

from __future__ import annotations

from datetime import date

from aims.choices import Mark
from aims.rules.wording import days, long_date
from funding.rules import in_millions
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, Exempt
from reporting.packs.content import Cell, Kind, Section, Table, Where, tag_of
from reporting.packs.sections.telling import post_of
from reporting.packs.writer import Writer, columns
from reporting.selectors.exceptions import is_exception, reasons_of
from reporting.selectors.sealed.exceptions import paid_in_all


def exceptions_of(book: Book) -> list[ActivityLine]:
    """Ranked by Red, then money at risk, then age, as on the review's pages."""
    found = [line for line in book.activities if is_exception(line, line.update)]
    return sorted(found, key=lambda line: (line.mark != Mark.RED, -paid_in_all(line), line.since or date.max))


def overdue_days(book: Book) -> dict[str, int]:
    """By how many days the oldest milestone of an activity is overdue, where one is."""
    found: dict[str, int] = {}
    for milestone in book.milestones:
        found[milestone.activity] = max(found.get(milestone.activity, 0), milestone.overdue_days or 0)
    return found


def exceptions(book: Book) -> Section:
    """One after the other, then all of them as a table for the data files."""
    writer = Writer(3, "Exceptions")
    found = exceptions_of(book)
    overdue = overdue_days(book)
    if not found:
        writer.say("Nothing is off track and nothing has worsened.")
    else:
        writer.say(
            "Off track first, then what worsened to at risk or asks something of the Board; within each by the money "
            "allocated, then by how long it has stood so."
        )
    for line in found:
        _exception(writer, line, overdue.get(line.number, 0), book.exempt.get(line.number))
    writer.show(_table(book, found))
    return writer.section()


def _exception(writer: Writer, line: ActivityLine, overdue: int, exempt: Exempt | None) -> None:
    writer.head(f"{line.number} {line.description}", tag_of(line.mark))
    told = line.update
    if told is None:
        return
    writer.say(told.narrative, "Issue.")
    writer.list(
        *reasons_of(told),
        ("Ask of the Board", told.ask),
        ("Answers for it", post_of(line.post)),
        ("Money allocated", f"£{in_millions(paid_in_all(line))}m" if line.paid else ""),
        ("Oldest milestone overdue", days(overdue) if overdue else ""),
        ("It has stood so since", long_date(line.since) if line.since else ""),
        *exempt_points(exempt),
    )


def exempt_points(exempt: Exempt | None) -> tuple[tuple[str, str], ...]:
    """The exempt text with the paragraph that it is exempt under; nothing in the public version."""
    if exempt is None or not exempt.narrative:
        return ()
    return ((f"Exempt, paragraph {exempt.paragraph} of Schedule 12A", exempt.narrative),)


def _table(book: Book, found: list[ActivityLine]) -> Table:
    overdue = overdue_days(book)
    return Table(
        name="exceptions",
        title="Exceptions",
        columns=columns(
            ("activity", "Activity"),
            ("description", "What it is", Kind.PROSE),
            ("status", "Status", Kind.TAG),
            ("direction", "Direction", Kind.TAG),
            ("post", "Answers for it"),
            ("issue", "Issue", Kind.PROSE),
            ("cause", "Cause"),
            ("impact", "Impact", Kind.PROSE),
            ("action", "Action", Kind.PROSE),
            ("return_to_green", "Return to on track", Kind.DAY),
            ("ask", "Ask of the Board", Kind.PROSE),
            ("allocated", "Allocated", Kind.MONEY),
            ("overdue_days", "Days that the oldest milestone is overdue", Kind.COUNT),
        ),
        rows=tuple(_row(line, overdue.get(line.number)) for line in found),
        where=Where.DATA,
    )


def _row(line: ActivityLine, overdue: int | None) -> tuple[Cell, ...]:
    told = line.update
    said: tuple[Cell, ...] = ("", "", "", "", None, "")
    if told:
        reasons = dict(reasons_of(told))
        given = told.narrative, reasons.get("Cause"), told.impact, reasons.get("Action")
        said = (*given, told.return_to_green, told.ask)
    tags = tag_of(line.mark), tag_of(line.direction)
    return line.number, line.description, *tags, post_of(line.post), *said, paid_in_all(line), overdue or None
