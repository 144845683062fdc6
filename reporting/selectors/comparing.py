"""The reviews that stand before a closed one: what changed since any of them, and what they said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reporting.choices import LineKind
from reporting.lines import read_line
from reporting.models import Review, SealedLine
from reporting.selectors.books import book_of
from reporting.selectors.changes import Changes
from reporting.selectors.chart_tables.sealed import reviews_before
from reporting.selectors.opened import Opened
from reporting.selectors.sealed.activity import History, SealedBefore
from reporting.selectors.sealed.changes import Between, sealed_changes
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links

ALL_EARLIER = 40  # twenty years


def earlier_reviews(opened: Opened) -> list[Review]:
    """The reviews before it that stand beside it, the latest first; one query."""
    return reviews_before(opened.period, opened.review, ALL_EARLIER)[::-1]


def changes_since(opened: Opened, later: Later, earlier: Sequence[Review], since: str = "") -> Changes:
    """What changed since one of the earlier reviews, by its period's slug; since the usual one where none is named.

    Three queries beyond the two books, however much changed.
    """
    book = opened.book
    named = since or book.head.compared_with
    other = next((review for review in earlier if review.period.slug == named), None)
    if other is None or other.period.slug == book.head.compared_with:
        between = Between(book.date_moves, book.changes)
    else:
        between = _between(opened, [each for each in earlier if each.period.starts > other.period.starts])
    return sealed_changes(book, book_of(other, exempt=False) if other else None, between, later)


def _between(opened: Opened, reviews: Sequence[Review]) -> Between:
    """What the reviews after the other one recorded, this one among them, in their order."""
    told = [*reversed(reviews), opened.review]
    moves, changes = ([row for _, row in _lines(told, kind)] for kind in (LineKind.DATE_MOVE, LineKind.CHANGE))
    return Between(moves, changes)


def history_of(opened: Opened, number: str) -> History:
    """What this review and those before it sealed about an activity; four queries."""
    earlier = earlier_reviews(opened)
    known = {review.pk: review for review in [opened.review, *earlier]}
    lines = dict(_lines(earlier, LineKind.ACTIVITY, number))
    return History(
        lines=[
            SealedBefore(
                label=review.period.label,
                url=Links(review.period.slug).activities()(number),
                line=lines[review.pk],
            )
            for review in earlier
            if review.pk in lines
        ],
        moves=[row for _, row in _lines(known.values(), LineKind.DATE_MOVE, number)][::-1],
        changes=[row for _, row in _lines(known.values(), LineKind.CHANGE) if row.number == number][::-1],
    )


def _lines(reviews: Iterable[Review], kind: LineKind, key: str = "") -> list[tuple[int, Any]]:
    """The public rows of a kind, as (review, row), the oldest first; of one key and what hangs on it. One query."""
    rows = SealedLine.objects.filter(review__in=[review.pk for review in reviews], kind=kind)
    if key:
        rows = rows.filter(key=key) | rows.filter(key__startswith=f"{key}/")
    found = rows.order_by("review__period__starts", "position").values_list("review", "kind", "key", "public")
    return [(review, read_line(kind, key, public).row) for review, kind, key, public in found]
