"""Milestones as a closed review tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from aims.rules import half_year
from aims.rules.wording import days
from reporting.choices import LineKind
from reporting.lines.book import Book
from reporting.lines.rows import MilestoneLine
from reporting.selectors.errata import Note
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One milestone with its activity's page."""

    line: MilestoneLine
    url: str
    notes: Sequence[Note]

    @property
    def variance(self) -> str:
        """Against the baseline, in words; empty where one of the days is not known."""
        return variance_in_words(self.line.variance_days)


def variance_in_words(number: int | None) -> str:
    """So many days against the baseline, "12 days later"; empty where one of the days is not known."""
    if number is None:
        return ""
    if number == 0:
        return "As first promised"
    return f"{days(abs(number))} {'later' if number > 0 else 'earlier'} than the baseline"


def all_milestones(book: Book, later: Later) -> list[MilestoneRow]:
    """Every milestone, in the order of the strategy."""
    return list(_rows(book, later, lambda line: True))


def milestones_of(book: Book, later: Later, activity: str) -> list[MilestoneRow]:
    """Those of one activity."""
    return list(_rows(book, later, lambda line: line.activity == activity))


def milestones_near(book: Book, later: Later, aim: str) -> list[MilestoneRow]:
    """Those of an aim in or next to the half year: not reached before it, and promised by the end of the next."""
    last = half_year(book.head.ends).next().ends

    def is_near(line: MilestoneLine) -> bool:
        stands_at = line.completed or line.promised.agreed
        reached_before = line.completed is not None and line.completed < book.head.starts
        return stands_at is not None and stands_at <= last and not reached_before

    return list(_rows(book, later, lambda line: line.activity.startswith(f"{aim}.") and is_near(line)))


def _rows(book: Book, later: Later, wanted: Callable[[MilestoneLine], bool]) -> Iterator[MilestoneRow]:
    url = Links(book.head.slug).activities()
    for line in book.milestones:
        if wanted(line):
            yield MilestoneRow(line, url(line.activity), later.errata.of(LineKind.MILESTONE, line.reference))
