"""The promised dates of many activities at once, now or as they were known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aims.choices import DateField, EventKind
from aims.models import DateChangeRequest, Event, KeyActivity
from reporting.lines.rows import Promised


@dataclass(frozen=True, slots=True)
class Dates:
    """Of one activity: its start, its end, and how often any of its dates was moved."""

    start: Promised
    end: Promised
    moves: int


def dates_of(activities: Sequence[KeyActivity], until: datetime | None) -> dict[int, Dates]:
    """By primary key, with `until` as they were known then; two queries at most."""
    moved = _moved(activities, until)
    later = _set_after(activities, until) if until else {}
    return {each.pk: _dates(each, moved[each.pk], later.get(each.pk, frozenset())) for each in activities}


def _moved(activities: Sequence[KeyActivity], until: datetime | None) -> Mapping[int, Sequence[tuple[str, date]]]:
    """Which date was agreed anew, and for when; the oldest first."""
    rows = DateChangeRequest.objects.agreed().filter(activity__in=[each.pk for each in activities])
    known = rows.filter(decided_at__lte=until) if until else rows
    found: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    for activity, field, to in known.order_by("decided_at", "pk").values_list("activity", "field", "proposed_date"):
        found[activity].append((field, to))
    return found


def _set_after(activities: Sequence[KeyActivity], until: datetime) -> Mapping[int, frozenset[str]]:
    """The baselines that were not yet set at an instant, by the names of their fields."""
    later = Event.objects.filter(activity__in=[each.pk for each in activities], at__gt=until)
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for activity, after in later.filter(kind=EventKind.BASELINE_SET, milestone=None).values_list("activity", "after"):
        found[activity] |= after.keys()
    return found


def _dates(activity: KeyActivity, moved: Sequence[tuple[str, date]], unknown: frozenset[str]) -> Dates:
    start = None if "baseline_start" in unknown else activity.baseline_start
    end = None if "baseline_end" in unknown else activity.baseline_end
    return Dates(_promised(DateField.START, start, moved), _promised(DateField.END, end, moved), len(moved))


def _promised(field: DateField, baseline: date | None, moved: Sequence[tuple[str, date]]) -> Promised:
    agreed = [to for which, to in moved if which == field]
    return Promised(baseline=baseline, agreed=agreed[-1] if agreed else baseline, moves=len(agreed))
