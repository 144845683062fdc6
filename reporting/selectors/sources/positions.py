"""Positions as rows of aggregation have them, kept or composed anew for an earlier day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aims.choices import Mark, Rag, State
from aims.models import ProgressUpdate
from reporting.choices import Direction
from reporting.models import Position
from reporting.selectors.sources.dates import Dates
from reporting.selectors.sources.told import Basis, PositionTold


def told_positions(positions: Iterable[Position], dates: Mapping[int, Dates], basis: Basis) -> dict[int, PositionTold]:
    """What is told of each, by the activity's primary key; one query for what was suggested."""
    rows = list(positions)
    updates = ProgressUpdate.objects.in_bulk([each.update_id for each in rows if each.update_id])
    return {
        each.activity_id: _told(each, updates.get(each.update_id or 0), dates[each.activity_id], basis) for each in rows
    }


def _told(position: Position, update: ProgressUpdate | None, dates: Dates, basis: Basis) -> PositionTold:
    return PositionTold(
        basis=basis,
        is_due=position.is_due,
        mark=Mark(position.mark),
        previous_mark=Mark(position.previous_mark) if position.previous_mark else None,
        direction=Direction(position.direction),
        long_direction=Direction(position.long_direction),
        state=State(position.state) if position.state else None,
        rag=_rag(position.rag),
        forecast_rag=_rag(position.forecast_rag),
        suggested_rag=_rag(update.suggested_rag) if update else None,
        suggestion_reason=update.suggestion_reason if update else "",
        override_reason=update.override_reason if update else "",
        overdue_milestones=position.overdue_milestones,
        start=dates.start,
        end=dates.end,
        moves=dates.moves,
    )


def _rag(value: str | None) -> Rag | None:
    return Rag(value) if value else None
