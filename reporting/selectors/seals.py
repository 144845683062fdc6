"""What the nightly check of the seals found last."""

from __future__ import annotations

from django.core.cache import cache

LAST_FOUND = "reporting.seals"  # in the cache: how many differences there were


def last_verified() -> int | None:
    """How many differences the nightly check found last; None where it has not run of late. No query."""
    found: int | None = cache.get(LAST_FOUND)
    return found
