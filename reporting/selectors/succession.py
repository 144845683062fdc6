"""When a part of the strategy joined and left it, and what it moved from and to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.models import KeyActivity, Objective


@dataclass(frozen=True, slots=True)
class Link:
    """A number and its page."""

    number: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Its place in the strategy; `retired_on` is None while it stands."""

    added_on: date | None
    retired_on: date | None
    succeeds: Link | None
    successors: Sequence[Link]


def place_in_strategy(subject: Objective | KeyActivity, user: Asker) -> Place:
    """The place of an objective or activity; two queries at most. A successor that is only planned is left out."""
    successors = type(subject)._default_manager.filter(supersedes=subject.pk)
    seen = [row for row in successors.order_by("order") if row.added_on != row.retired_on]
    former = subject.supersedes
    return Place(
        added_on=subject.added_on,
        retired_on=subject.retired_on,
        succeeds=Link(former.number, former.get_absolute_url()) if former else None,
        successors=[Link(row.number, row.get_absolute_url()) for row in seen],
    )
