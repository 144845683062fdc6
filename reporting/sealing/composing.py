"""All lines of a review, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from aims.models import Milestone, ReviewPeriod
from funding.models import Allocation
from reporting.lines.book import Line
from reporting.models import Position
from reporting.sealing.activities import activity_lines
from reporting.sealing.changes import action_lines, change_lines, date_move_lines
from reporting.sealing.cover import Cover
from reporting.sealing.money import allocation_lines, stream_lines
from reporting.sealing.promises import milestone_lines
from reporting.sealing.scopes import Members, scope_lines
from reporting.sealing.telling import telling_of
from reporting.sealing.whole import aim_lines, head_line, objective_lines, strategy_line


def lines_of(period: ReviewPeriod, cover: Cover, now: datetime) -> Iterator[Line]:
    """Every line of a period in the order of `LineKind`, told as known at `now` from its positions and summaries.

    They come as they are read: fourteen queries a chunk of 2,000 activities and about thirty for the rest, and no more
    than a chunk and every activity's number in memory. Call it in one snapshot.
    """
    telling, members = telling_of(period, now), Members()
    return chain(
        head_line(telling, cover),
        strategy_line(telling),
        aim_lines(telling),
        objective_lines(telling),
        members.noted(activity_lines(telling)),
        milestone_lines(telling),
        stream_lines(telling),
        allocation_lines(telling),
        scope_lines(telling, members),
        date_move_lines(telling),
        change_lines(telling),
        action_lines(telling),
    )


def expected(period: ReviewPeriod, now: datetime) -> int:
    """About how many lines there will be, to tell how far the work is; three queries."""
    return sum(
        (
            Position.objects.filter(period=period).count(),
            Milestone.objects.filter(activity__strategy=period.strategy_id).count(),
            Allocation.objects.in_force_at(now).filter(stream__strategy=period.strategy_id).count(),
        )
    )
