"""The money of a closed review: every stream, and what stands behind the ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from funding.choices import SpendKind
from reporting.choices import LineKind
from reporting.lines import rows
from reporting.lines.book import Book
from reporting.selectors.behind import Behind
from reporting.selectors.errata import Note
from reporting.selectors.funding import FundingTable, Moment, StreamLine, years
from reporting.selectors.scopes import BehindRow
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.review import behind_of_part


@dataclass(frozen=True, slots=True)
class NotTraced:
    """What one stream gives to an objective, traced to none of its activities."""

    stream: str
    objective: str
    wording: str
    url: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFunding:
    """The table of the streams, the money behind the ratings by aim, and what is not traced."""

    table: FundingTable
    behind: Behind
    by_aim: Sequence[BehindRow]
    not_traced: Sequence[NotTraced]


def sealed_funding(book: Book, later: Later) -> SealedFunding:
    """All of it, as last returned before the closing."""
    links = Links(book.head.slug)
    aim = links.aims()
    return SealedFunding(
        table=FundingTable(Moment(None, book.head.closed_at, False), [_line(each, later) for each in book.streams], ()),
        behind=behind_of_part(book.whole.sums, links),
        by_aim=[
            BehindRow(
                f"{each.number} {each.title}", aim(each.number), behind_of_part(each.sums, links, aim=each.number)
            )
            for each in book.aims
        ],
        not_traced=_not_traced(book, links),
    )


def _line(line: rows.StreamLine, later: Later) -> StreamLine:
    return StreamLine(
        code=line.code,
        name=line.name,
        url="",
        source_note=line.source_note,
        data_note=line.data_note,
        funder=line.funder,
        spend_kind=SpendKind(line.spend_kind).label if line.spend_kind else "",
        years=years(line.starts_year, line.ends_year),
        award=line.award,
        over_programming=line.over_programming,
        allocated=line.allocated,
        said=line,
        behind=Behind(),
        notes=_notes(line, later),
    )


def _notes(line: rows.StreamLine, later: Later) -> Mapping[str, Sequence[Note]]:
    """By the column that each corrects."""
    found = {each.name: later.errata.of(LineKind.STREAM, line.code, [each.name]) for each in fields(line)}
    return {name: notes for name, notes in found.items() if notes}


def _not_traced(book: Book, links: Links) -> list[NotTraced]:
    wordings, url = {each.number: each.statement for each in book.objectives}, links.objectives()
    return [
        NotTraced(each.stream, each.objective, wordings.get(each.objective, ""), url(each.objective), each.amount)
        for each in book.allocations
        if each.objective
    ]
