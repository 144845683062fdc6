"""Who deputises for whom: what a person sees of their own posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from accounts.models import Holding, Owner, User
from aims.selectors.people import Held, held_in_words
from aims.selectors.posts import Seat, seat


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post that the person holds in their own right, and until when; its deputies, now and to come."""

    post: Owner
    until: date | None
    deputies: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Deputies:
    """A person's own posts, and those that they deputise for, now or soon."""

    own: tuple[OwnPost, ...]
    deputising: tuple[Held, ...]


def deputies_of(user: User, on: date) -> Deputies:
    """What a person has delegated and what was delegated to them; four queries."""
    return Deputies(own=_own(user, on), deputising=_deputising(user, on))


def deputising_line(user: User, on: date) -> tuple[str, ...]:
    """The same in a sentence each, for the work list; empty for most people. Two queries."""
    own = Holding.objects.delegable(user, on).values("owner")
    deputies = Holding.objects.current(on).filter(is_deputy=True, owner__in=own).select_related("user", "owner")
    return (
        *(
            f"{row.user.name} deputises for you as {row.owner.title} until {row.ends:%-d %B %Y}"
            for row in deputies.order_by("ends", "pk")
        ),
        *(
            f"You {'deputise' if held.starts <= on else 'will deputise'} as {held.title} {held.days()}"
            for held in _deputising(user, on)
        ),
    )


def _own(user: User, on: date) -> tuple[OwnPost, ...]:
    deputies = Holding.objects.standing(on).filter(is_deputy=True).select_related("user").order_by("starts")
    mine = Holding.objects.delegable(user, on).select_related("owner__organisation")
    fetched = mine.prefetch_related(Prefetch("owner__holdings", deputies))
    return tuple(
        OwnPost(
            post=row.owner,
            until=row.ends,
            deputies=tuple(seat(deputy, on) for deputy in row.owner.holdings.all()),
        )
        for row in fetched.order_by("owner__title")
    )


def _deputising(user: User, on: date) -> tuple[Held, ...]:
    rows = Holding.objects.standing(on).filter(user=user, is_deputy=True).select_related("owner__organisation")
    return tuple(held_in_words(row, on) for row in rows.order_by("starts"))
