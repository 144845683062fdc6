"""The position in figures: a row per aim, and the whole strategy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from aims.choices import Mark
from funding.rules import in_millions
from reporting.choices import Direction, Headline
from reporting.lines.rows import Sums
from reporting.selectors.errata import Note
from reporting.selectors.wall import Part


class Column(StrEnum):
    """The columns of figures, in order; each is the name of the figure in a row of sums."""

    ACTIVITIES = "activities"
    COMPLETE = "complete"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NO_UPDATE = "no_update"
    ALLOCATED = "allocated"
    BEHIND_RED = "behind_red"
    BEHIND_AMBER = "behind_amber"

    @property
    def header(self) -> str:
        """As it stands over the figures, with their unit."""
        if self in MONEY:
            return MONEY[self]
        return "Activities" if self == Column.ACTIVITIES else Mark(self.value).label

    @property
    def field(self) -> str:
        """Where a sealed line keeps the figure."""
        return f"sums.{self}" if self in MONEY else f"sums.counts.{self}"

    def of(self, sums: Sums) -> Decimal | int:
        """The figure itself: a count, or pounds."""
        found: Decimal | int = getattr(sums if self in MONEY else sums.counts, self.value)
        return found


MONEY = {
    Column.ALLOCATED: "£m allocated",
    Column.BEHIND_RED: "£m behind Red",
    Column.BEHIND_AMBER: "£m behind Amber",
}

Lists = Callable[[Column, str], str]
Notes = Callable[[str, str], Sequence[Note]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `url` opens the list that it counts, empty where there is none; `notes` correct it."""

    header: str
    text: str
    url: str = ""
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """The figures of one aim, or of the whole strategy, which has no number."""

    number: str
    title: str
    url: str
    cells: Sequence[Cell]
    headline: Headline
    headline_reason: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class PositionTable:
    """A row per aim and one for the whole strategy."""

    rows: Sequence[PositionRow]
    whole: PositionRow

    @property
    def headers(self) -> Sequence[str]:
        """The columns of figures."""
        return [column.header for column in Column]


def position_table(
    aims: Iterable[Part], sums: Mapping[str, Sums], whole: Sums, lists: Lists, notes: Notes
) -> PositionTable:
    """The table; `lists` gives the list that a figure counts and `notes` its errata, by aim, "" for the whole."""
    rows = [_row(aim, sums[aim.number], lists, notes) for aim in aims if aim.number in sums]
    return PositionTable(rows, _row(Part("", "Whole strategy", ""), whole, lists, notes))


def _row(part: Part, sums: Sums, lists: Lists, notes: Notes) -> PositionRow:
    return PositionRow(
        number=part.number,
        title=part.title,
        url=part.url,
        cells=[_cell(column, part.number, sums, lists, notes) for column in Column],
        headline=sums.headline,
        headline_reason=sums.headline_reason,
        direction=sums.direction,
    )


def _cell(column: Column, aim: str, sums: Sums, lists: Lists, notes: Notes) -> Cell:
    figure = column.of(sums)
    text = in_millions(figure) if isinstance(figure, Decimal) else str(figure)
    return Cell(column.header, text, lists(column, aim) if figure else "", notes(aim, column.field))
