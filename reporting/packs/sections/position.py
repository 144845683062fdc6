"""The position on one page: in words, as the wall, and a row for each aim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from aims.choices import Mark
from funding.rules import in_millions
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, Sums
from reporting.packs.content import Cell, Kind, Section, Table, Tag, Wall, WallRow, tag_of
from reporting.packs.writer import Writer, columns
from reporting.rules import Movement, movement_sentence, position_sentence

COUNT, MONEY, TAG = Kind.COUNT, Kind.MONEY, Kind.TAG
# What every table of sums shows, after its first columns.
SUMS = columns(
    ("activities", "Activities", COUNT),
    ("complete", "Complete", COUNT),
    ("green", "Green", COUNT),
    ("amber", "Amber", COUNT),
    ("red", "Red", COUNT),
    ("no_update", "No update", COUNT),
    ("direction", "Direction", TAG),
    ("allocated", "Allocated", MONEY),
    ("behind_red", "Behind Red", MONEY),
    ("behind_amber", "Behind Amber", MONEY),
    ("headline", "Headline", TAG),
)


def sums_cells(sums: Sums) -> tuple[Cell, ...]:
    """The cells of `SUMS`."""
    counts = sums.counts
    return (
        *(counts.activities, counts.complete, counts.green, counts.amber, counts.red, counts.no_update),
        tag_of(sums.direction),
        *(sums.allocated, sums.behind_red, sums.behind_amber),
        tag_of(sums.headline),
    )


def position(book: Book) -> Section:
    """The whole strategy, then aim by aim."""
    writer = Writer(1, "Position on one page", is_wide=True)
    whole = book.whole.sums
    writer.say(position_sentence(whole.counts))
    writer.say(f"{whole.headline.label}. {whole.headline_reason}", "Headline of the whole strategy.")
    writer.say(moved(whole), "Direction of travel.")
    writer.say(money_behind(whole), "Money.")
    writer.show(wall(book))
    writer.show(position_table(book))
    return writer.section()


def moved(sums: Sums) -> str:
    """How many improved or stayed, with the denominator."""
    counted = Movement(better=sums.improved, same=sums.unchanged, worse=sums.worsened)
    completed = f" {sums.newly_complete} newly complete." if sums.newly_complete else ""
    return f"{movement_sentence(counted)}{completed}"


def money_behind(sums: Sums) -> str:
    """The money of a scope and what stands behind its ratings: figures that are never added."""
    return (
        f"£{in_millions(sums.allocated)}m is allocated to these activities. Of it £{in_millions(sums.behind_red)}m "
        f"stands behind Red, £{in_millions(sums.behind_amber)}m behind Amber, and of "
        f"£{in_millions(sums.rating_not_known)}m the rating is not known. £{in_millions(sums.not_traced)}m more is "
        "allocated to objectives alone."
    )


def position_table(book: Book) -> Table:
    """A row for each aim, and the whole strategy as the last."""
    rows: list[tuple[Cell, ...]] = [(line.number, line.title, *sums_cells(line.sums)) for line in book.aims]
    rows.append(("All", "Whole strategy", *sums_cells(book.whole.sums)))
    return Table(
        name="position",
        title="Position by aim",
        columns=(*columns(("aim", "Aim"), ("title", "Title", Kind.PROSE)), *SUMS),
        rows=tuple(rows),
        has_total=True,
    )


def wall(book: Book) -> Wall:
    """Every activity as one mark, an aim a row."""
    by_aim = {aim: list(lines) for aim, lines in groupby(book.activities, lambda line: line.number.partition(".")[0])}
    counted = Counter(line.mark for line in book.activities)
    return Wall(
        title="Every key activity as one mark, grouped by objective",
        rows=tuple(_wall_row(f"Aim {aim.number}", by_aim.get(aim.number, [])) for aim in book.aims),
        key=tuple((tag_of(mark), counted[mark]) for mark in Mark if counted[mark]),
    )


def _wall_row(name: str, lines: Iterable[ActivityLine]) -> WallRow:
    known = list(lines)
    groups = tuple(tuple(map(_mark, group)) for _, group in groupby(known, lambda line: line.objective))
    counted = Counter(line.mark for line in known)
    sentence = ", ".join(f"{counted[mark]} {mark.label.lower()}" for mark in Mark if counted[mark])
    return WallRow(name, groups, sentence or "no activities")


def _mark(line: ActivityLine) -> Tag:
    return tag_of(line.mark)
