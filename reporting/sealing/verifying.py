"""Recomputing every sealed review: each line, each seal, the chain, and what hangs on a review."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from reporting.choices import LineKind
from reporting.lines import key_of, read_line
from reporting.lines.codec import as_instant
from reporting.lines.rows import ReviewLine
from reporting.models import Review, SealedLine
from reporting.rules.seal import LineOfSeal, RunningSeal, line_hashes
from reporting.sealing.finding import Finding
from reporting.sealing.telling import CHUNK
from reporting.sealing.witnesses import contradictions, lost_reviews

ORDER = {kind.value: place for place, kind in enumerate(LineKind)}
NO_SUCH_KIND = -1
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, ExceptionGroup)
PARTS_HASHED = (("public_hash", "public"), ("exempt_hash", "exempt"), ("hash", "line"))


def verify() -> list[Finding]:
    """Everything that differs from what was sealed, in one snapshot; empty when all is well.

    A dozen queries a review and one for its lines, which are read some at a time: what is kept in memory does not grow
    with their number.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return list(_findings())


def _findings() -> Iterator[Finding]:
    found = Review.objects.select_related("period", "previous").order_by("period__strategy", "pk")
    for _, reviews in groupby(found, key=lambda review: review.period.strategy_id):
        yield from _of_strategy(list(reviews))
    yield from lost_reviews()


def _of_strategy(reviews: list[Review]) -> Iterator[Finding]:
    """The reviews of one strategy in the order of their sealing, each with what it should be chained to."""
    previous = None
    for review in reviews:
        if review.previous != previous:
            yield Finding.of(review, "it is not chained to the review sealed before it")
        yield from _of_review(review, previous)
        yield from contradictions(review)
        previous = review


def _of_review(review: Review, previous: Review | None) -> Iterator[Finding]:
    running = RunningSeal(previous.seal if previous else None)
    expected, last, head = 1, SealedLine(position=0, kind=LineKind.REVIEW), None
    for line in review.lines.order_by("position").iterator(chunk_size=CHUNK):
        yield from _gap(review, expected, line)
        yield from _of_line(review, line, last)
        running.add(LineOfSeal(line.kind, line.key, line_hashes(line.public, line.exempt, line.salt).line))
        head = line if line.position == 1 else head
        expected, last = line.position + 1, line
    if expected != review.line_count + 1:
        yield Finding.of(review, f"it ends with line {expected - 1}, where it was sealed with {review.line_count}")
    if running.value() != review.seal:
        yield Finding.of(review, "its lines do not make its seal")
    yield from _of_head(review, head)


def _gap(review: Review, expected: int, line: SealedLine) -> Iterator[Finding]:
    if line.position == expected + 1:
        yield Finding.of(review, f"line {expected} is missing")
    elif line.position > expected:
        yield Finding.of(review, f"lines {expected} to {line.position - 1} are missing")


def _of_line(review: Review, line: SealedLine, last: SealedLine) -> Iterator[Finding]:
    hashes = line_hashes(line.public, line.exempt, line.salt)
    for column, part in PARTS_HASHED:
        if getattr(line, column) != getattr(hashes, part):
            yield Finding.of_line(review, line, f"its {column.replace('_', ' ')} is not that of its text")
    if ORDER.get(line.kind, NO_SUCH_KIND) < ORDER.get(last.kind, NO_SUCH_KIND):
        yield Finding.of_line(review, line, "it stands out of order")
    if not _is_named_rightly(line):
        yield Finding.of_line(review, line, "its kind and key are not those of its text")


def _is_named_rightly(line: SealedLine) -> bool:
    """Whether the text reads as what the line is said to be."""
    try:
        found = read_line(line.kind, line.key, line.public, line.exempt)
        return key_of(found.kind, found.row) == line.key
    except UNREADABLE:
        return False


def _of_head(review: Review, line: SealedLine | None) -> Iterator[Finding]:
    """Whether the review's own row says what its first line says."""
    try:
        row: Any = read_line(LineKind.REVIEW, "", line.public).row if line else None
    except UNREADABLE:  # told of with the line itself
        row = None
    if not isinstance(row, ReviewLine):
        return
    told = {
        "period": (row.slug, review.period.slug),
        "number": (row.number, review.number),
        "day": (row.as_at, review.as_at),
        "instant": (as_instant(row.closed_at), as_instant(review.sealed_at)),
    }
    for name, (sealed, standing) in told.items():
        if sealed != standing:
            yield Finding.of(review, f"its {name} is {standing}, where {sealed} was sealed")
