"""What a pack says, whatever form it takes: sections of numbered paragraphs and of tables with typed cells.

It is built once from a review's book; each form is a rendering of it, so that no two can tell different numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from aims.choices import Mark, Rag
from aims.rules.wording import long_date
from funding.rules import in_millions
from reporting.choices import Direction, Headline, PackAudience

NOT_KNOWN = "–"
# What stands in for the two symbols that the pack's typeface lacks.
PRINTABLE = {"▢": "□", "╱": "/"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A word of one of the scales with its symbol; `key` names its colour."""

    key: str
    label: str
    symbol: str

    def __str__(self) -> str:
        return f"{self.symbol} {self.label}"


Cell = str | int | Decimal | date | Tag | None


class Kind(StrEnum):
    """What the cells of a column hold."""

    WORDS = "words"
    PROSE = "prose"  # sentences that need room
    COUNT = "count"
    MONEY = "money"  # pounds
    DAY = "day"
    TAG = "tag"

    @property
    def is_number(self) -> bool:
        """Whether cells stand to the right."""
        return self in (Kind.COUNT, Kind.MONEY)


class Where(StrEnum):
    """Which forms show a table."""

    EVERYWHERE = "everywhere"
    DOCUMENTS = "documents"  # part of what another table holds in full
    DATA = "data"  # told in other words on paper


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `name` is that of the data files, `heading` what people read. The unit of money is the form's.

    One that `is_data` is left out on paper.
    """

    name: str
    heading: str
    kind: Kind = Kind.WORDS
    is_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; each row's first cell heads it. `has_total`: the last row is a total.

    `empty` is what a document says in the place of no rows.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_total: bool = False
    empty: str = ""
    where: Where = Where.EVERYWHERE

    def on_paper(self) -> Table:
        """The table with the columns that documents print."""
        kept = [place for place, column in enumerate(self.columns) if not column.is_data]
        rows = tuple(tuple(row[place] for place in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[place] for place in kept), rows=rows)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered paragraph, "2.3"; `lead` is set strong before it."""

    number: str
    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section, one level below its own; `tag` stands beside it."""

    text: str
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """Terms, each with its sentences."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WallRow:
    """An aim with the mark of each of its activities, by objective."""

    name: str
    groups: tuple[tuple[Tag, ...], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Wall:
    """Every activity as one mark, an aim a row; `key` tells what the marks mean and counts them."""

    title: str
    rows: tuple[WallRow, ...]
    key: tuple[tuple[Tag, int], ...]


Block = Paragraph | Heading | Points | Table | Wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: `number` is "2.0" of a numbered one, "Appendix B" of an appendix."""

    number: str
    title: str
    blocks: tuple[Block, ...]
    is_wide: bool = False

    @property
    def is_appendix(self) -> bool:
        """Whether its heading carries a letter and its paragraphs no number."""
        return self.number.startswith("Appendix")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An erratum, as it is printed before everything else."""

    number: int
    of: str
    field: str
    printed: str
    correct: str
    explanation: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which seal the pack is of, and for whom; `paragraphs` of Schedule 12A are those that its exempt text names."""

    seal: str
    previous: str
    sealed_at: datetime
    line_count: int
    audience: PackAudience
    corrections: tuple[Correction, ...]
    paragraphs: tuple[int, ...]

    @property
    def is_exempt(self) -> bool:
        """Whether it holds what the public may not read."""
        return self.audience == PackAudience.EXEMPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The whole paper."""

    edition: Edition
    slug: str
    authority: str
    title: str
    subtitle: str
    standing: str
    facts: tuple[tuple[str, str], ...]
    recommendations: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    is_demonstration: bool

    @property
    def name(self) -> str:
        """The start of its files' names."""
        return f"strategy-review-{self.slug}-{self.edition.audience}"

    @property
    def full_title(self) -> str:
        """As a program's window names the file."""
        return f"{self.title}: {self.subtitle} ({self.edition.audience.label.lower()} version)"


def printable(symbol: str) -> str:
    """A symbol that the pack's typeface has."""
    return PRINTABLE.get(symbol, symbol)


def tag_of(value: Mark | Rag | Headline | Direction) -> Tag:
    """The tag of a value of any scale."""
    if isinstance(value, Direction):
        return Tag(value.value, str(value.label), value.symbol)
    if value in Mark.values:
        mark = Mark(value)
        return Tag(mark.css, str(value.label), printable(mark.drawing.symbol))
    return Tag("none", str(value.label), NOT_KNOWN)


def rating(value: Rag | None) -> Tag | None:
    """The tag of a rating; None where there is none."""
    return None if value is None else tag_of(value)


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as every document prints it: £m to one decimal, days in full, a dash for what is not known."""
    if cell is None or cell == "":
        return NOT_KNOWN
    if isinstance(cell, date):
        return long_date(cell)
    if kind == Kind.MONEY and isinstance(cell, Decimal | int):
        return in_millions(Decimal(cell))
    return f"{cell:,}" if isinstance(cell, int | Decimal) else str(cell)


def heading_of(column: Column) -> str:
    """A column's heading as every document prints it."""
    return f"{column.heading} (£m)" if column.kind == Kind.MONEY else column.heading


def lines_of(text: str) -> Iterable[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
