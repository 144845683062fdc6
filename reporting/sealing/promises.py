"""Promised dates as they stood at the closing: what was promised first, what was agreed last, how often it moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Q

from aims.choices import DateField
from aims.models import DateChangeRequest, Milestone
from reporting.choices import LineKind
from reporting.lines import Line, keyed
from reporting.lines.rows import MilestoneLine, Promised
from reporting.sealing.telling import Telling, in_chunks


class Moves:
    """The agreed new dates of some activities, the oldest first; one query."""

    def __init__(self, telling: Telling, activities: Collection[int]) -> None:
        self._dates: defaultdict[tuple[int, str, int | None], list[date]] = defaultdict(list)
        agreed = DateChangeRequest.objects.agreed().filter(activity__in=activities, decided_at__lte=telling.known_at)
        rows = agreed.order_by("decided_at", "pk").values_list("activity", "field", "milestone", "proposed_date")
        for activity, field, milestone, agreed_on in rows:
            self._dates[activity, field, milestone].append(agreed_on)

    def promised(self, activity: int, field: DateField, milestone: int | None, baseline: date | None) -> Promised:
        """One promise as it stood."""
        dates = self._dates.get((activity, field, milestone), [])
        return Promised(baseline=baseline, agreed=dates[-1] if dates else baseline, moves=len(dates))

    def by_activity(self) -> dict[int, int]:
        """How often any date of each activity was moved."""
        found: dict[int, int] = defaultdict(int)
        for (activity, _, _), dates in self._dates.items():
            found[activity] += len(dates)
        return found


def milestone_lines(telling: Telling) -> Iterator[Line]:
    """Every milestone not retired by the last day; two queries a chunk of activities."""
    for chunk in in_chunks(telling.activities):
        moves = Moves(telling, chunk)
        for milestone in _milestones(telling, chunk):
            promised = moves.promised(milestone.activity_id, DateField.MILESTONE, milestone.pk, milestone.baseline_date)
            yield keyed(LineKind.MILESTONE, _line(milestone, promised, telling.round.as_at))


def _milestones(telling: Telling, activities: Collection[int]) -> Iterator[Milestone]:
    kept = Q(retired_on__isnull=True) | Q(retired_on__gt=telling.round.as_at)
    rows = Milestone.objects.filter(kept, activity__in=activities).select_related("activity")
    yield from rows.order_by("activity__order", "position")


def _line(milestone: Milestone, promised: Promised, as_at: date) -> MilestoneLine:
    stands_at = milestone.completed_on or promised.agreed
    return MilestoneLine(
        reference=milestone.reference,
        activity=milestone.activity.number,
        title=milestone.title,
        promised=promised,
        completed=milestone.completed_on,
        variance_days=(stands_at - promised.baseline).days if stands_at and promised.baseline else None,
        overdue_days=_overdue(milestone, promised, as_at),
    )


def _overdue(milestone: Milestone, promised: Promised, as_at: date) -> int | None:
    """As positions count it: on the last day of the period, whatever was reached between then and the closing."""
    reached = milestone.completed_on is not None and milestone.completed_on <= as_at
    if reached or promised.agreed is None or promised.agreed >= as_at:
        return None
    return (as_at - promised.agreed).days
