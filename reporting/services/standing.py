"""Holding a review while it is decided about: agreed, published, corrected, opened again."""

from __future__ import annotations

from typing import Any

from aims.errors import Refused
from aims.models import ReviewPeriod
from reporting.models import Review


def hold_review(review: Review) -> Any:
    """The review with its `stage`, its period locked until the caller's transaction ends.

    Whoever closes, reopens, agrees or publishes holds the period: two at once get one outcome. Raises `Refused` for
    a review that does not stand any more.
    """
    period = ReviewPeriod.objects.select_for_update().get(pk=review.period_id)
    found = Review.objects.standing().with_stage().filter(pk=review.pk).first()
    if found is None:
        since = "has been sealed anew since" if Review.objects.standing().filter(period=period) else "is open again"
        raise Refused(f"{period.label} {since}: look how it stands now")
    return found
