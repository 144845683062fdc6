"""What changed since the review before."""

from __future__ import annotations

from collections.abc import Iterator

from aims.choices import Mark
from reporting.choices import Direction
from reporting.lines import Book
from reporting.lines.rows import ActivityLine
from reporting.packs.content import Cell, Kind, Section, Table, tag_of
from reporting.packs.sections.position import moved
from reporting.packs.writer import Writer, columns

MOVEMENTS = ("Worsened", "Improved", "Completed")


def changes(book: Book) -> Section:
    """Worsened, improved, completed; dates moved; added, retired, reworded, owner changed."""
    writer = Writer(2, "What changed since the last review")
    if book.head.compared_with is None:
        writer.say("There is no earlier review to compare with.")
    else:
        writer.say(moved(book.whole.sums))
    writer.show(movements_table(book))
    writer.show(date_moves_table(book))
    writer.show(strategy_table(book))
    return writer.section()


def movements_table(book: Book) -> Table:
    """Every activity that worsened, improved or was completed."""
    return Table(
        name="changes",
        title="Activities that worsened, improved or were completed",
        columns=columns(
            ("activity", "Activity"),
            ("description", "What it is", Kind.PROSE),
            ("change", "Change"),
            ("before", "Before", Kind.TAG),
            ("now", "Now", Kind.TAG),
        ),
        rows=tuple(_movement(line, change) for change, line in _moved(book)),
        empty="No activity worsened, improved or was completed.",
    )


def _moved(book: Book) -> Iterator[tuple[str, ActivityLine]]:
    for change in MOVEMENTS:
        yield from ((change, line) for line in book.activities if _change_of(line) == change)


def _change_of(line: ActivityLine) -> str:
    if line.mark == Mark.COMPLETE and line.previous_mark not in (None, Mark.COMPLETE):
        return "Completed"
    return {Direction.WORSE: "Worsened", Direction.BETTER: "Improved"}.get(line.direction, "")


def _movement(line: ActivityLine, change: str) -> tuple[Cell, ...]:
    before = tag_of(line.previous_mark) if line.previous_mark else None
    return line.number, line.description, change, before, tag_of(line.mark)


def date_moves_table(book: Book) -> Table:
    """Every date agreed anew, with the number of moves so far."""
    return Table(
        name="dates-moved",
        title="Dates moved",
        columns=columns(
            ("activity", "Activity"),
            ("what", "Date"),
            ("previous", "From", Kind.DAY),
            ("agreed", "To", Kind.DAY),
            ("shift_days", "Shift in days", Kind.COUNT),
            ("moves_so_far", "Moves so far", Kind.COUNT),
            ("reason", "Reason", Kind.PROSE),
        ),
        rows=tuple(
            (
                *(move.activity, move.what, move.previous, move.agreed),
                (move.agreed - move.previous).days,
                *(move.moves_so_far, move.reason),
            )
            for move in book.date_moves
        ),
        empty="No date moved.",
    )


def strategy_table(book: Book) -> Table:
    """What was added, retired, reworded or given to another owner."""
    return Table(
        name="strategy-changes",
        title="Changes of the strategy: added, retired, reworded, owner changed",
        columns=columns(
            ("reference", "Reference"),
            ("change", "Change"),
            ("wording", "Wording", Kind.PROSE),
            ("reason", "Reason", Kind.PROSE),
        ),
        rows=tuple((line.number, line.of.capitalize(), line.wording, line.reason) for line in book.changes),
        empty="The strategy itself did not change.",
    )
