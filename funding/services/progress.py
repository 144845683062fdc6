"""How far a job is whose own transaction nobody else can look into: told through the cache, which may forget it."""

from __future__ import annotations

from django.core.cache import cache

KEPT_SECONDS = 15 * 60


def note_progress(pk: int, done: int) -> None:
    """Tell how many rows of an import are done."""
    cache.set(_key(pk), done, KEPT_SECONDS)


def noted_progress(pk: int) -> int:
    """How many rows of an import are done, as was told last; 0 where nobody has told."""
    return int(cache.get(_key(pk)) or 0)


def _key(pk: int) -> str:
    return f"funding-import-{pk}"
