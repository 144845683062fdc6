"""A review as the Board goes through it in the room: one thing after another, from its book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from aims.models import BoardAction
from reporting.lines import Book
from reporting.lines.rows import AimLine
from reporting.selectors.annex import AskedItem
from reporting.selectors.exceptions import BoardException
from reporting.selectors.overview import Run, sentence_runs
from reporting.selectors.sealed.exceptions import sealed_exceptions
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.review import asked_item
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.wall import KeyItem, key_of


class Kind(StrEnum):
    """What a thing is; also the name of its template."""

    POSITION = "position"
    EXCEPTION = "exception"
    AIM = "aim"
    ASKED = "asked"
    RECOMMENDATIONS = "recommendations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that the Board looks at; `about` is the activity's number and `post` its post, by slug, if it has one.

    `place` counts from 1 and is always the same: a sealed review does not change.
    """

    place: int
    kind: Kind
    words: str
    about: str = ""
    post: str = ""
    exception: BoardException | None = None
    aim: AimLine | None = None
    sentence: Sequence[Run] = ()

    @property
    def template(self) -> str:
        """What shows it."""
        return f"reporting/meeting/_{self.kind}.html"

    @property
    def query(self) -> str:
        """Its address on the page of the meeting."""
        return f"?thing={self.place}"

    def speaks_of(self, action: BoardAction) -> bool:
        """Whether an action that was noted stands under it: at the end of the meeting all of them do."""
        if self.kind == Kind.RECOMMENDATIONS:
            return True
        number = action.activity.number if action.activity else ""
        return number == self.about if self.about else bool(self.aim and number.startswith(f"{self.aim.number}."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """All things in their order; `key` counts the activities by mark, `asked` is what was asked last time."""

    book: Book
    things: Sequence[Thing]
    key: Sequence[KeyItem]
    asked: Sequence[AskedItem]

    def at(self, place: int) -> Thing | None:
        """The thing at a place; None past the ends."""
        return self.things[place - 1] if 1 <= place <= len(self.things) else None


def meeting_of(book: Book, later: Later) -> Meeting:
    """The things of a review with the answers so far; no query."""
    marks, links = sealed_standings(book, later.errata), Links(book.head.slug)
    return Meeting(
        book=book,
        things=tuple(_things(book, sealed_exceptions(book, later, marks))),
        key=[item for item in key_of(marks) if item.count],
        asked=[asked_item(line, book, links) for line in book.actions],
    )


def _things(book: Book, exceptions: Sequence[BoardException]) -> Iterator[Thing]:
    places = count(1)
    sentence = sentence_runs(book.whole.sums.counts)
    yield Thing(place=next(places), kind=Kind.POSITION, words="The position", sentence=sentence)
    for each in exceptions:
        yield Thing(
            place=next(places),
            kind=Kind.EXCEPTION,
            words=f"{each.number} {each.title}",
            about=each.number,
            post=book.by_number[each.number].post.slug,
            exception=each,
        )
    for aim in book.aims:
        sentence = sentence_runs(aim.sums.counts)
        yield Thing(
            place=next(places), kind=Kind.AIM, words=f"Aim {aim.number}: {aim.title}", aim=aim, sentence=sentence
        )
    yield Thing(place=next(places), kind=Kind.ASKED, words="What you asked last time")
    yield Thing(place=next(places), kind=Kind.RECOMMENDATIONS, words="Recommendations")
