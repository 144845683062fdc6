"""Answers about the people in the tracker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import Owner, User


@dataclass(frozen=True, slots=True)
class Duties:
    """Whether a person holds a post, or deputises for one; and whether such a post signs off for others."""

    holds: bool
    signs_off: bool


def duties_of(user: User, on: date) -> Duties:
    """What a person has to do on a day by the posts that they hold, whatever their role. One query."""
    approves = Exists(Owner.objects.filter(approving_post=OuterRef("owner")))
    held = user.holdings.current(on).annotate(approves=approves).values_list("approves", flat=True)
    signing = list(held)
    return Duties(holds=bool(signing), signs_off=any(signing))


def demonstration_exists() -> bool:
    """Whether the data are invented: a demonstration's accounts are there. One query."""
    return User.objects.filter(is_demonstration=True).exists()
