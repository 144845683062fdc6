"""What every line of one review is told with: its round, its words, and the names of posts, bodies and places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from accounts.models import Organisation, Owner
from aims.models import KeyActivity, Place, ReviewPeriod
from aims.selectors.wording import Words, words_in
from reporting.lines.rows import Named, PostLine
from reporting.models import Position
from reporting.summaries import Round, known_of, round_of

CHUNK = 2_000
PENCE = Decimal("0.01")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Telling:
    """One review being told, closed at an instant; `known_at` is the one until which things are known.

    `activities` are the primary keys of all that it counts, in the order of the strategy.
    """

    round: Round
    closed_at: datetime
    known_at: datetime
    words: Words
    posts: Mapping[str, PostLine]
    bodies: Mapping[str, Named]
    places: Mapping[str, Named]
    activities: Sequence[int]

    @property
    def period(self) -> ReviewPeriod:
        """The period told."""
        return self.round.period


def telling_of(period: ReviewPeriod, closed_at: datetime) -> Telling:
    """Seven queries: the names of all posts and bodies are kept, of the activities no more than their keys."""
    counted = Position.objects.filter(period=period).order_by().values("activity")
    bodies = {slug: Named(slug=slug, name=name) for slug, name in Organisation.objects.values_list("slug", "name")}
    return Telling(
        round=round_of(period, period.ends),
        closed_at=closed_at,
        known_at=known_of(period) or closed_at,
        words=words_in(period),
        posts=_posts(bodies),
        bodies=bodies,
        places={slug: Named(slug=slug, name=name) for slug, name in Place.objects.values_list("slug", "name")},
        activities=list(KeyActivity.objects.filter(pk__in=counted).order_by("order").values_list("pk", flat=True)),
    )


def _posts(bodies: Mapping[str, Named]) -> dict[str, PostLine]:
    rows = Owner.objects.values_list("slug", "title", "organisation__slug")
    return {slug: PostLine(slug=slug, title=title, organisation=bodies[body]) for slug, title, body in rows}


def in_chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The items, some at a time: what is held in memory does not grow with their number."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


def pounds(amount: Decimal) -> Decimal:
    """An amount in the one form in which it is sealed, with its pence."""
    return amount.quantize(PENCE)
