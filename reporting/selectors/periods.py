"""Which period a page tells of, and which it is compared with."""

from __future__ import annotations

from django.db.models import Max

from accounts.querysets import Asker
from aims.choices import PeriodState
from aims.models import ReviewPeriod
from reporting.models import EventPosition


def shown_period(user: Asker) -> ReviewPeriod | None:
    """The period whose position a person sees: the one under way for staff and the Board, else the last published.

    One query; None before there is any.
    """
    return ReviewPeriod.objects.visible_to(user).order_by("-starts").first()


def previous_period(period: ReviewPeriod) -> ReviewPeriod | None:
    """The closed period that a period's movement is measured against; one query."""
    closed = ReviewPeriod.objects.filter(
        strategy_id=period.strategy_id, state=PeriodState.CLOSED, ends__lt=period.starts
    )
    return closed.order_by("-ends").first()


def last_position() -> int:
    """How far aggregation has come: it grows with every event that could change a page. One query."""
    newest: int | None = EventPosition.objects.aggregate(newest=Max("position"))["newest"]
    return newest or 0


def round_name(period: ReviewPeriod) -> str:
    """The usual name of the review: "Mid-year review 2026/27 H1"."""
    half = "Mid-year" if period.starts.month == 4 else "Year-end"
    return f"{half} review {period.label}"
