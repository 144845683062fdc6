"""The page of a place, an organisation or a role: how what it counts stands, live or as a review sealed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporting.choices import Scope
from reporting.selectors.aims import ActivityLine
from reporting.selectors.changes import DateMove
from reporting.selectors.exceptions import Telling
from reporting.selectors.money import Money
from reporting.selectors.picture import Picture
from reporting.selectors.standings import Standing

ABOUT: Mapping[str, str] = {
    "deliver": "WMCA delivers these itself: milestones, spend and outputs. They are rated.",
    "enable": "WMCA funds or convenes these. What it committed is rated; the partner's own position is the partner's.",
    "influence": "WMCA makes the case for these. They are not rated: what was done and reached is told in words.",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A place, an organisation or a role: its reference within the scope and its name."""

    scope: Scope
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post of an organisation, and of how many activities it answers for; never who holds it."""

    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was said of an activity that carries no rating; `as_at` is None where nothing ever was."""

    standing: Standing
    text: str
    as_at: date | None
    is_carried: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopePage:
    """All of it; `picture` is None where nothing is told yet, `money` where none is.

    `reviews` are the sealed reviews of the same; `review` is the slug of the one that was asked for, empty for the page
    as it stands now.
    """

    named: Named
    heading: str
    facts: Sequence[str]
    review: str
    picture: Picture | None
    moves: Sequence[DateMove]
    money: Money | None
    posts: Sequence[Post]
    contributes: Sequence[ActivityLine]
    done: Sequence[Done]
    reviews: Sequence[Link]

    @property
    def about(self) -> str:
        """What the role means; empty for places and organisations."""
        return ABOUT.get(self.named.key, "") if self.named.scope == Scope.ROLE else ""

    @property
    def overlaps(self) -> bool:
        """Whether the members of the scope share activities and their money."""
        return self.named.scope == Scope.PLACE

    @property
    def is_unrated(self) -> bool:
        """Whether nothing that it counts carries a rating."""
        return (self.named.scope, self.named.key) == (Scope.ROLE, "influence")


def posts_of(marks: Sequence[Standing]) -> list[Post]:
    """The posts that answer for these, by title."""
    found = Counter(mark.post for mark in marks)
    return [Post(title, count) for title, count in sorted(found.items())]


def done_of(standing: Standing, said: Telling | None, *, is_carried: bool) -> Done:
    """What was said last; carried forward where nothing new counts."""
    return Done(standing, said.narrative if said else "", said.as_at if said else None, is_carried)
