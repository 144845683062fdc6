"""What a seal is made of, and what the nightly check of the seals found last."""

from __future__ import annotations

from django.core.cache import cache

from reporting.models import Review
from reporting.rules.seal import LineOfSeal, first_row, row_of

LAST_FOUND = "reporting.seals"  # in the cache: how many differences there were
READ_AT_ONCE = 2_000


def text_of_seal(review: Review) -> str:
    """The text whose SHA-256 is the seal of a review, from the hashes of its lines as they stand; two queries."""
    rows = [first_row(review.previous.seal if review.previous else None)]
    lines = review.lines.order_by("position").values_list("kind", "key", "hash")
    rows += (row_of(LineOfSeal(*line)) for line in lines.iterator(chunk_size=READ_AT_ONCE))
    return "".join(f"{row}\n" for row in rows)


def last_verified() -> int | None:
    """How many differences the nightly check found last; None where it has not run of late. No query."""
    found: int | None = cache.get(LAST_FOUND)
    return found
