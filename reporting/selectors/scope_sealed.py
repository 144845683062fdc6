"""A place, an organisation or a role as a review sealed it: from its book alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from aims.choices import Role
from aims.rules.wording import long_date
from reporting.choices import Scope
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine as Line
from reporting.lines.rows import ScopeLine
from reporting.selectors.aims import ActivityLine
from reporting.selectors.money import Money
from reporting.selectors.picture import Picture, blocks_of, picture_of, plain_rows
from reporting.selectors.scope_page import Done, Link, Named, ScopePage, done_of, posts_of
from reporting.selectors.sealed.aims import payers_in
from reporting.selectors.sealed.changes import move_row
from reporting.selectors.sealed.exceptions import sealed_exceptions
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.review import aim_parts, behind_of_part, facts_of, objective_parts
from reporting.selectors.sealed.standings import sealed_standing, sealed_standings
from reporting.selectors.standings import Standing


def lines_in(book: Book, scope: Scope) -> Sequence[ScopeLine]:
    """The lines of a scope's members."""
    return {Scope.PLACE: book.places, Scope.ORGANISATION: book.organisations}.get(scope, book.roles)


def sealed_scope(named: Named, book: Book, later: Later, review: str, reviews: Sequence[Link]) -> ScopePage:
    """The page of what the book knows of it; no query. A body that answers for nothing has a page without a picture."""
    line = next((each for each in lines_in(book, named.scope) if each.slug == named.key), None)
    counted = frozenset(line.activities) if line else frozenset()
    marks = [mark for mark in sealed_standings(book, later.errata) if mark.number in counted]
    name = line.name if line else named.name
    return ScopePage(
        named=Named(named.scope, named.key, name),
        heading=name,
        facts=[f"Position at {long_date(book.head.as_at)}", *facts_of(book, later)],
        review=review,
        picture=_picture(named, line, book, later, marks) if line and counted else None,
        moves=[move_row(each, book, None) for each in book.date_moves if each.activity in counted],
        money=_money(named, line, book, counted) if line else None,
        posts=posts_of(marks) if named.scope == Scope.ORGANISATION else [],
        contributes=_contributes(named, book),
        done=_done(named, book, counted),
        reviews=reviews,
    )


def _picture(named: Named, line: ScopeLine, book: Book, later: Later, marks: Sequence[Standing]) -> Picture:
    links = Links(book.head.slug)
    objectives = {part.number: part for part in objective_parts(book)}
    numbers = {mark.number for mark in marks}
    return picture_of(
        line.sums,
        marks,
        wall=plain_rows(aim_parts(book), objectives, marks),
        exceptions=[each for each in sealed_exceptions(book, later) if each.number in numbers],
        blocks=blocks_of(objectives, marks),
        lists=lambda figure: links.counted(figure, **{named.scope.value: named.key}),
    )


def _money(named: Named, line: ScopeLine, book: Book, counted: Collection[str]) -> Money:
    behind = behind_of_part(line.sums, Links(book.head.slug), **{named.scope.value: named.key})
    return Money(behind, payers_in(book, [each for each in book.allocations if each.activity in counted]))


def _contributes(named: Named, book: Book) -> list[ActivityLine]:
    """What an organisation contributes to without answering for it."""
    if named.scope != Scope.ORGANISATION:
        return []
    url = Links(book.head.slug).activities()
    return [
        ActivityLine(
            number=line.number,
            wording=line.description,
            url=url(line.number),
            post=f"{line.post.title}, {line.post.organisation.name}",
            standing=sealed_standing(line, url),
        )
        for line in book.activities
        if _contributes_to(line, named.key)
    ]


def _contributes_to(line: Line, slug: str) -> bool:
    return slug in {each.slug for each in line.contributors} and line.post.organisation.slug != slug


def _done(named: Named, book: Book, counted: Collection[str]) -> list[Done]:
    if named.scope != Scope.ROLE or named.key != Role.INFLUENCE:
        return []
    url = Links(book.head.slug).activities()
    lines = [line for line in book.activities if line.number in counted]
    return [
        done_of(sealed_standing(line, url), line.update or line.carried, is_carried=line.update is None)
        for line in lines
    ]
