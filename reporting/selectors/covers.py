"""The cover of the Board's paper: as it was sealed, and what the next one begins with."""

from __future__ import annotations

from aims.models import ReviewPeriod
from reporting.choices import LineKind
from reporting.lines import read_line
from reporting.lines.rows import ReviewLine
from reporting.models import Review
from reporting.sealing import Cover
from reporting.services.closings import cover_of


def head_of(review: Review) -> ReviewLine:
    """The line that tells of the review itself; one query."""
    line = review.lines.get(kind=LineKind.REVIEW)
    head: ReviewLine = read_line(line.kind, line.key, line.public).row
    return head


def usual_cover(period: ReviewPeriod) -> Cover:
    """What was asked for when this round was last to be closed; else the last review's, whose Board has met."""
    tried = period.closings.last()
    if tried:
        return cover_of(tried)
    last = Review.objects.filter(period__strategy=period.strategy_id).order_by("-sealed_at").first()
    if last is None:
        return Cover()
    head = head_of(last)
    return Cover(director=head.director, recommendations=head.recommendations)


def usual_resolution(review: Review) -> str:
    """What the Board resolves where it takes every recommendation, one a line, for the office to correct."""
    return "\n".join(f"{each.number}. {each.verb.label} {each.text}" for each in head_of(review).recommendations)
