"""The page of what the Board decided on a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.querysets import sees_live
from aims.selectors.actions import ActionItem, actions_of
from reporting.choices import ReviewStage
from reporting.selectors.books import book_of
from reporting.selectors.exceptions import BoardException
from reporting.selectors.opened import Opened, later_of
from reporting.selectors.sealed.exceptions import sealed_exceptions
from reporting.selectors.sealed.review import facts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsPage:
    """What a review asked of the Board, with its answers, and the actions that the Board asked for.

    `follows` is whether the person may see how far the actions are, which the public reads in the next review.
    """

    slug: str
    name: str
    stage: ReviewStage
    facts: Sequence[str]
    asks: Sequence[BoardException]
    actions: Sequence[ActionItem]
    follows: bool


def decisions_page(opened: Opened, user: Asker, on: date) -> DecisionsPage:
    """What anyone may read of it; five queries at most."""
    book, later = book_of(opened.review, exempt=False), later_of(opened)
    return DecisionsPage(
        slug=book.head.slug,
        name=book.head.name,
        stage=opened.stage,
        facts=facts_of(book, later),
        asks=[exception for exception in sealed_exceptions(book, later) if exception.ask],
        actions=actions_of(opened.period, user, on),
        follows=sees_live(user),
    )
