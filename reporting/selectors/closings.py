"""How far a closing is."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from reporting.models import Closing
from reporting.services.closings import progress_key


@dataclass(frozen=True, slots=True)
class Progress:
    """How many lines are sealed, of about how many; both None while the round is counted, or nobody knows."""

    done: int | None
    total: int | None


def progress_of(closing: Closing) -> Progress:
    """What the worker said last; no query."""
    done, total = cache.get(progress_key(closing.pk)) or (None, None)
    return Progress(done, total)
