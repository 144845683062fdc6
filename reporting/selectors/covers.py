"""What the cover of the next paper begins with."""

from __future__ import annotations

from aims.models import ReviewPeriod
from reporting.models import Closing
from reporting.sealing import Cover
from reporting.services.closings import cover_of


def usual_cover(period: ReviewPeriod) -> Cover:
    """The director and the recommendations of the last closing of the strategy, this period's first; else the usual.

    The Board's day is kept where the same period is closed again.
    """
    closings = Closing.objects.filter(period__strategy=period.strategy_id).order_by("-asked_at")
    last = closings.filter(period=period).first() or closings.first()
    if last is None:
        return Cover()
    found = cover_of(last)
    board_on = found.board_on if last.period_id == period.pk else None
    return Cover(board_on=board_on, director=found.director, recommendations=found.recommendations)
