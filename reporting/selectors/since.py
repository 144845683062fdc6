"""Since which review an activity has stood as it stands: its age as an exception."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from aims.models import ReviewPeriod
from reporting.models import Position


def since_when(period: ReviewPeriod, positions: Iterable[Position]) -> dict[int, date]:
    """The position day of the first review in an unbroken row at the same mark, by activity; one query.

    Give those that it matters for: all that they ever stood at is read.
    """
    now = {position.activity_id: position.mark for position in positions}
    earlier = (
        Position.objects.filter(activity__in=now, period__starts__lt=period.starts)
        .order_by("activity", "-period__starts")
        .values_list("activity", "mark", "period__ends")
    )
    told: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for activity, mark, ends in earlier:
        told[activity].append((mark, ends))
    return {activity: _since(mark, period.ends, told[activity]) for activity, mark in now.items()}


def _since(mark: str, day: date, earlier: Iterable[tuple[str, date]]) -> date:
    """`earlier` is the latest first."""
    for then, ends in earlier:
        if then != mark:
            break
        day = ends
    return day
