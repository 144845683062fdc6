"""The sealed reviews as books, from which everything that shows a closed review is made."""

from __future__ import annotations

from functools import lru_cache

from aims.models import ReviewPeriod
from reporting.lines import Book, bind, read_line
from reporting.models import Review, SealedLine

BOOKS_KEPT = 4
READ_AT_ONCE = 2_000


def standing_review(period: ReviewPeriod) -> Review | None:
    """The review of a closed period that counts, its latest, with its stage; None while it is under way. One query."""
    return Review.objects.standing().with_stage().filter(period=period).first()


def book_of(review: Review, *, exempt: bool) -> Book:
    """The book of a sealed review, kept in this process since it never changes; one query the first time.

    Without `exempt` the exempt parts are not even read: ask for them only for whoever may read them.
    """
    return _book(review.pk, review.seal, exempt)


@lru_cache(maxsize=BOOKS_KEPT)
def _book(review: int, seal: str, exempt: bool) -> Book:
    columns = ("kind", "key", "public", "exempt") if exempt else ("kind", "key", "public")
    rows = SealedLine.objects.filter(review=review).order_by("position").values_list(*columns)
    return bind(read_line(*row) for row in rows.iterator(chunk_size=READ_AT_ONCE))
