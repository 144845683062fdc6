"""Appendix C: the funding streams with their total, what they are allocated to, and sums by place, body and role."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from funding.choices import SpendKind
from funding.rules import Variance, variance
from reporting.lines import Book
from reporting.lines.rows import ScopeLine, StreamLine
from reporting.packs.content import Cell, Kind, Section, Table, Where, rating
from reporting.packs.sections.position import SUMS, sums_cells
from reporting.packs.writer import Writer, columns

MONEY, COUNT = Kind.MONEY, Kind.COUNT
STREAM = columns(
    ("stream", "Stream"),
    ("name", "Name", Kind.PROSE),
    ("funder", "Funder", Kind.WORDS, True),
    ("spend_kind", "Capital or revenue", Kind.WORDS, True),
    ("first_year", "First year", Kind.WORDS, True),
    ("last_year", "Last year", Kind.WORDS, True),
    ("award", "Award", MONEY),
    ("over_programming", "Over-programming", MONEY, True),
    ("allocated", "Allocated", MONEY),
    ("unallocated", "Unallocated", MONEY),
    ("committed", "Committed", MONEY),
    ("spend_to_date", "Spend to date", MONEY),
    ("budget_this_year", "Budget this year", MONEY),
    ("forecast_outturn", "Forecast outturn", MONEY),
    ("variance", "Variance", MONEY),
    ("variance_percent", "Variance in %", COUNT),
    ("variance_word", "Favourable or adverse"),
    ("re_profiled", "Re-profiled to later years", MONEY),
    ("behind_red", "Behind Red", MONEY, True),
    ("behind_amber", "Behind Amber", MONEY, True),
    ("rating", "Rating", Kind.TAG),
    ("month", "Return of", Kind.WORDS, True),
    ("note", "Note", Kind.PROSE, True),
    ("source_note", "Note in the source", Kind.PROSE, True),
    ("data_note", "Note on the data", Kind.PROSE, True),
)
SUMMED = (
    *("award", "over_programming", "allocated", "committed"),
    *("spend_to_date", "budget_this_year", "forecast_outturn", "re_profiled"),
)


def funding(book: Book) -> Section:
    """The streams as they stood; allocations and scopes stand in the data files."""
    writer = Writer("C", "Funding", is_wide=True)
    writer.say(
        "Awards are printed as in the strategy; sums are those of the last approved return, and a dash means that "
        "nothing is known. Adverse is more than this year's budget, favourable is less."
    )
    rows = [_row(line) for line in book.streams]
    if rows:
        rows.append(_total(book.streams))
    writer.show(
        Table(
            name="funding",
            title="Funding streams",
            columns=STREAM,
            rows=tuple(rows),
            has_total=bool(rows),
            empty="The strategy has no funding stream.",
        )
    )
    writer.show(_notes(book))
    writer.show(_allocations(book))
    writer.show(_scopes(book))
    return writer.section()


def _row(line: StreamLine) -> tuple[Cell, ...]:
    found = variance(line.budget_this_year, line.forecast_outturn)
    return (
        *(line.code, line.name, line.funder, _spend(line.spend_kind), *_years(line)),
        *(line.award, line.over_programming, line.allocated, line.award + line.over_programming - line.allocated),
        *(line.committed, line.spend_to_date, line.budget_this_year, line.forecast_outturn),
        *_variance(found),
        *(line.re_profiled, line.sums.behind_red, line.sums.behind_amber, rating(line.rating)),
        *(f"{line.month:%Y-%m}" if line.month else None, line.note, line.source_note, line.data_note),
    )


def _spend(kind: str) -> str:
    return SpendKind(kind).label if kind in SpendKind.values else kind


def _years(line: StreamLine) -> tuple[str | None, str | None]:
    first, last = (str(year) if year else None for year in (line.starts_year, line.ends_year))
    return first, last


def _variance(found: Variance | None) -> tuple[Cell, ...]:
    return (None, None, "") if found is None else (found.amount, found.percent, found.word.value)


def _total(lines: Sequence[StreamLine]) -> tuple[Cell, ...]:
    """The sums of what is known; the total's variance is that of the totals."""
    sums = {name: _sum([getattr(line, name) for line in lines]) for name in SUMMED}
    award, over, allocated = (sums[name] or Decimal(0) for name in SUMMED[:3])
    found = variance(sums["budget_this_year"], sums["forecast_outturn"])
    behind = (sum((getattr(line.sums, name) for line in lines), Decimal(0)) for name in ("behind_red", "behind_amber"))
    return (
        *("Total", f"All {len(lines)} streams", "", "", None, None),
        *(award, over, allocated, award + over - allocated),
        *(sums[name] for name in SUMMED[3:7]),
        *_variance(found),
        *(sums["re_profiled"], *behind, None, None, "", "", ""),
    )


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _notes(book: Book) -> Table:
    """The words beside the figures, on paper in a table of their own."""
    told = ((line.code, line.name, " ".join(filter(None, (line.note, line.source_note)))) for line in book.streams)
    return Table(
        name="funding-notes",
        title="Notes on the streams",
        columns=columns(("stream", "Stream"), ("name", "Name", Kind.PROSE), ("note", "Note", Kind.PROSE)),
        rows=tuple(row for row in told if row[2]),
        empty="There is no note on any stream.",
        where=Where.DOCUMENTS,
    )


def _allocations(book: Book) -> Table:
    return Table(
        name="allocations",
        title="Allocations",
        columns=columns(
            ("stream", "Stream"),
            ("activity", "Activity"),
            ("objective", "Objective"),
            ("amount", "Amount", MONEY),
        ),
        rows=tuple((line.stream, line.activity, line.objective, line.amount) for line in book.allocations),
        where=Where.DATA,
    )


def _scopes(book: Book) -> Table:
    """Figures by place overlap."""
    by_kind = (("Organisation", book.organisations), ("Place", book.places), ("Role", book.roles))
    return Table(
        name="scopes",
        title="Position by organisation, place and role",
        columns=(*columns(("of", "Of"), ("scope", "Scope"), ("name", "Name")), *SUMS),
        rows=tuple(_scope(of, line) for of, lines in by_kind for line in lines),
        where=Where.DATA,
    )


def _scope(of: str, line: ScopeLine) -> tuple[Cell, ...]:
    return of, line.slug, line.name, *sums_cells(line.sums)
