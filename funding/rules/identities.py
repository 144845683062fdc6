"""What must always add up, to the penny; each break is a sentence with its reference."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an amount, as it was recorded."""

    previous: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Spend:
    """What was spent by the end of a month, counted from the start; `is_explained` where a reason stands beside it."""

    month: date
    to_date: Decimal
    is_explained: bool = False


@dataclass(frozen=True, slots=True)
class Stranded:
    """Money that stays allocated to what is retired: it stands behind no rating."""

    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One stream's figures in pounds. `running_total` is the kept one; changes and spend come oldest first."""

    code: str
    award: Decimal
    over_programming: Decimal
    running_total: Decimal
    allocations: Collection[Decimal] = ()
    award_changes: tuple[Change, ...] = ()
    over_programming_changes: tuple[Change, ...] = ()
    spend: tuple[Spend, ...] = ()
    stranded: tuple[Stranded, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """One identity that does not hold."""

    reference: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.reference}: {self.sentence}"


def breaks_of(book: Book) -> Iterator[Break]:
    """Every identity of one stream that does not hold."""
    sentences = [
        *_totals(book),
        *_chain("the award", book.award_changes, book.award),
        *_chain("over-programming", (Change(NOTHING, NOTHING), *book.over_programming_changes), book.over_programming),
        *_falls(book.spend),
        *(f"£{each.amount:,} is allocated to {each.number}, which is retired" for each in book.stranded),
    ]
    yield from (Break(book.code, sentence) for sentence in sentences)


def _totals(book: Book) -> Iterator[str]:
    allocated, limit = sum(book.allocations, NOTHING), book.award + book.over_programming
    if allocated != book.running_total:
        yield f"the running total is £{book.running_total:,}, the allocations in force add up to £{allocated:,}"
    if allocated > limit:
        yield f"£{allocated:,} is allocated of £{limit:,}, award and over-programming together"


def _chain(what: str, changes: tuple[Change, ...], standing: Decimal) -> Iterator[str]:
    """Each change starts where the one before it ended, and the last one ends where the amount stands."""
    for before, after in pairwise(changes):
        if after.previous != before.amount:
            yield f"a change of {what} starts from £{after.previous:,}, the one before it ended at £{before.amount:,}"
    if changes and changes[-1].amount != standing:
        yield f"{what} is £{standing:,}, its last change says £{changes[-1].amount:,}"


def _falls(spend: tuple[Spend, ...]) -> Iterator[str]:
    """Spend to date is counted from the start: it never falls, unless the return says why."""
    for before, after in pairwise(spend):
        if after.to_date < before.to_date and not (before.is_explained or after.is_explained):
            yield (
                f"spend to date falls from £{before.to_date:,} in {before.month:%B %Y}"
                f" to £{after.to_date:,} in {after.month:%B %Y}, and no reason is given"
            )


def break_of_totals(held: Decimal, by_aim: Collection[Decimal], unallocated: Decimal) -> Break | None:
    """What all streams hold is what the aims have together with what is unallocated."""
    told = sum(by_aim, NOTHING) + unallocated
    if held == told:
        return None
    return Break("all streams", f"they hold £{held:,}, the aims and what is unallocated have £{told:,}")
