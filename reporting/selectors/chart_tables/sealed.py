"""Closed reviews as the charts need them, and which earlier ones stand beside a review."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from aims.models import ReviewPeriod
from reporting.charts.milestones import Dated
from reporting.lines import Book
from reporting.lines.rows import AimLine, MilestoneLine, ObjectiveLine
from reporting.models import Review
from reporting.selectors.books import book_of
from reporting.selectors.chart_tables.told import Group, Part, Sealed, near

REVIEWS_KEPT = 12


def reviews_before(period: ReviewPeriod, review: Review | None, number: int) -> list[Review]:
    """The last reviews before a period, oldest first: one query.

    Beside a published review stand those that were published by then, for everybody and for ever: one that is opened
    later changes no page that was already public, and none is shown before it is. Until then, and beside the round
    under way, stand all that count, which only those see who may see them.
    """
    standing = Review.objects.standing().select_related("period")
    found = standing.filter(period__strategy=period.strategy_id, period__starts__lt=period.starts)
    publication = getattr(review, "publication", None)
    if publication:
        found = found.filter(publication__published_at__lte=publication.published_at)
    return list(found.order_by("-period__starts")[:number])[::-1]


def told_of(review: Review) -> Sealed:
    """What a review tells, kept in this process since it never changes."""
    return _told(review.pk, review.seal)


@lru_cache(maxsize=REVIEWS_KEPT)
def _told(review: int, seal: str) -> Sealed:
    return told_in(book_of(Review.objects.get(pk=review, seal=seal), exempt=False))


def told_in(book: Book) -> Sealed:
    """What a book tells."""
    head = book.head
    counted = Counter((line.objective, line.mark, line.previous_mark) for line in book.activities)
    return Sealed(
        label=head.label,
        before=half_named(head.compared_with) if head.compared_with else "",
        as_at=head.as_at,
        aims=tuple(_part(aim, aim.title) for aim in book.aims),
        objectives=tuple(_part(objective, objective.statement) for objective in book.objectives),
        groups=tuple(Group(*told, count) for told, count in counted.items()),
        milestones=near(map(_dated, book.milestones), head.starts, head.ends),
    )


def half_named(slug: str) -> str:
    """The usual name of a half year by its reference: "2026/27 H1" for "2026-27-h1"."""
    year, following, half = slug.split("-")
    return f"{year}/{following} {half.upper()}"


def _part(line: AimLine | ObjectiveLine, name: str) -> Part:
    sums = line.sums
    money = (sums.behind_red, sums.behind_amber, sums.rating_not_known, sums.not_traced)
    return Part(line.number, name, sums.headline, money)


def _dated(line: MilestoneLine) -> Dated:
    return Dated(
        reference=line.reference,
        title=line.title,
        baseline=line.promised.baseline,
        agreed=line.promised.agreed,
        completed=line.completed,
        variance=line.variance_days,
        overdue=line.overdue_days,
        moves=line.promised.moves,
    )
