"""What a workbook of updates is made from, and what an uploaded one would change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from aims.models import KeyActivity
from aims.querysets import KeyActivityQuerySet
from aims.selectors.card import Card, cards_of
from aims.selectors.work import Work, work_on


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person can fill in by workbook now: the cards of what is to do, in the order of the numbers."""

    work: Work
    cards: dict[str, Card]


def desk_of(user: User, on: date, *, aim: str = "", post: str = "") -> Desk | None:
    """What is to do in the open round, of one aim or post where one is given; None between rounds.

    A person's own activities; to the office, everybody's. A dozen queries whatever their number.
    """
    rows = answerable(user, on)
    if aim:
        rows = rows.filter(objective__aim__number=aim)
    if post:
        rows = rows.filter(owner__slug=post)
    work = work_on(list(rows.values_list("pk", flat=True)), on)
    if work is None:
        return None
    in_order = sorted(work.to_do, key=lambda item: item.activity.order)
    return Desk(work, cards_of(work, in_order, on))


def cards_now(user: User, on: date, numbers: Collection[str]) -> dict[str, Card]:
    """The cards of those of these activities that the person answers for, as they stand, also the sent ones."""
    rows = answerable(user, on).filter(number__in=numbers)
    work = work_on(list(rows.values_list("pk", flat=True)), on)
    return cards_of(work, (*work.to_do, *work.done), on) if work else {}


def answerable(user: User, on: date) -> KeyActivityQuerySet:
    """The activities whose updates a person may write, as `aims.write_update` says of each."""
    rows: KeyActivityQuerySet = KeyActivity.objects.visible_to(user).standing(on)
    return rows if user.keeps_the_round else rows.answered_by(user, on)
