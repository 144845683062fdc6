"""What the Board was told to ask about in a closed review, and what it answered."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine, Exempt
from reporting.selectors.exceptions import BoardException, Case, in_order, is_exception
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.standings import Standing


def sealed_exceptions(book: Book, later: Later, marks: Iterable[Standing] | None = None) -> list[BoardException]:
    """The exceptions in order; exempt texts where the book has them. Standings may be given where they are known."""
    known = sealed_standings(book, later.errata) if marks is None else marks
    pairs = zip(known, book.activities, strict=True)
    return in_order(_case(book, later, each, line) for each, line in pairs if is_exception(each, line.update))


def _case(book: Book, later: Later, standing: Standing, line: ActivityLine) -> Case:
    exempt = book.exempt.get(line.number)
    return Case(
        standing=standing,
        told=line.update,
        money=paid_in_all(line),
        since=line.since,
        overdue_milestones=line.overdue_milestones,
        moves=line.moves,
        exempt=in_words(exempt) if exempt else "",
        answer=later.answers.get(line.number),
    )


def paid_in_all(line: ActivityLine) -> Decimal:
    """What all streams give to an activity, in pounds."""
    return sum((paid.amount for paid in line.paid), Decimal(0))


def in_words(exempt: Exempt) -> str:
    """The exempt text with the paragraph of Schedule 12A that keeps it from the public; empty where there is none."""
    if not exempt.narrative:
        return ""
    paragraph = f" (paragraph {exempt.paragraph} of Schedule 12A)" if exempt.paragraph else ""
    return f"{exempt.narrative}{paragraph}"
