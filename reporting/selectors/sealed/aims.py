"""The page of one aim in a closed review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from funding.rules import variance
from reporting.choices import LineKind
from reporting.lines.book import Book
from reporting.lines.rows import AimLine, AllocationLine, ObjectiveLine
from reporting.selectors.aims import ActivityLine, ObjectiveBlock, PartPage
from reporting.selectors.annex import Link
from reporting.selectors.errata import Note
from reporting.selectors.money import Money, Payer
from reporting.selectors.overview import sentence_runs
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.milestones import MilestoneRow, milestones_near
from reporting.selectors.sealed.review import behind_of_part, facts_of, objective_parts
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.standings import Standing
from reporting.selectors.wall import key_of, objective_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class AimPage:
    """An aim with its wording, how it stood, and what was promised in and next to the half year."""

    number: str
    title: str
    statement: str
    notes: Sequence[Note]
    part: PartPage
    milestones: Sequence[MilestoneRow]
    previous: Link | None
    next: Link | None


def sealed_aim(book: Book, later: Later, number: str) -> AimPage | None:
    """The page, None where the review knows no such aim."""
    place = next((place for place, aim in enumerate(book.aims) if aim.number == number), None)
    if place is None:
        return None
    aim = book.aims[place]
    return AimPage(
        number=aim.number,
        title=aim.title,
        statement=aim.statement,
        notes=later.errata.of(LineKind.AIM, aim.number),
        part=_part(book, later, aim),
        milestones=milestones_near(book, later, aim.number),
        previous=_neighbour(book, place - 1),
        next=_neighbour(book, place + 1),
    )


def _neighbour(book: Book, place: int) -> Link | None:
    if not 0 <= place < len(book.aims):
        return None
    aim = book.aims[place]
    return Link(f"{aim.number} {aim.title}", Links(book.head.slug).aims()(aim.number))


def _part(book: Book, later: Later, aim: AimLine) -> PartPage:
    links = Links(book.head.slug)
    objectives = [line for line in book.objectives if line.aim == aim.number]
    known = {line.number for line in objectives}
    marks = [standing for standing in sealed_standings(book, later.errata) if standing.objective in known]
    behind = behind_of_part(aim.sums, links, aim=aim.number)
    return PartPage(
        facts=facts_of(book, later),
        place=None,
        sentence=sentence_runs(aim.sums.counts, lambda figure: links.counted(figure, aim=aim.number)),
        headline=aim.sums.headline,
        headline_reason=aim.sums.headline_reason,
        direction=aim.sums.direction,
        wall=objective_rows(
            objective_parts(book, aim.number),
            marks,
            {line.number: line.sums for line in objectives},
            lambda figure, objective: links.counted(figure, objective=objective),
        ),
        key=key_of(marks, links.marked(aim=aim.number)),
        money=Money(behind, payers_in(book, _within(book, aim.number))),
        objectives=_blocks(objectives, marks, links),
    )


def _within(book: Book, aim: str) -> Iterable[AllocationLine]:
    return (line for line in book.allocations if (line.activity or line.objective or "").startswith(f"{aim}."))


def _blocks(objectives: Iterable[ObjectiveLine], marks: Iterable[Standing], links: Links) -> list[ObjectiveBlock]:
    lines = defaultdict(list)
    for standing in marks:
        lines[standing.objective].append(
            ActivityLine(
                number=standing.number,
                wording=standing.wording,
                url=standing.url,
                post=standing.post,
                standing=standing,
            )
        )
    url = links.objectives()
    return [
        ObjectiveBlock(
            number=line.number, statement=line.statement, url=url(line.number), activities=lines[line.number]
        )
        for line in objectives
    ]


def payers_in(book: Book, allocations: Iterable[AllocationLine]) -> list[Payer]:
    """Who pays for what some allocations are for, the largest first."""
    given: dict[str, Decimal] = defaultdict(Decimal)
    for allocation in allocations:
        given[allocation.stream] += allocation.amount
    page = Links(book.head.slug).to("review-funding")
    payers = [
        Payer(
            code=line.code,
            name=line.name,
            url=f"{page}#stream-{line.code}",
            amount=given[line.code],
            variance=variance(line.budget_this_year, line.forecast_outturn),
        )
        for line in book.streams
        if line.code in given
    ]
    return sorted(payers, key=lambda payer: payer.amount, reverse=True)
