"""Promised dates of an activity: baseline, last agreed, moves, what is done and what is overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.querysets import Asker
from aims.choices import DateField
from aims.models import DateChangeRequest, KeyActivity, Milestone

Subject = tuple[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedDate:
    """One promise; `agreed` is the last agreed date, else the baseline, `overdue_days` None where not overdue."""

    title: str
    baseline: date | None
    agreed: date | None
    moves: int
    completed: date | None
    overdue_days: int | None


def promises_of(
    activity: KeyActivity, user: Asker, on: date, until: datetime | None, today: date
) -> Sequence[PromisedDate]:
    """The planned start and end, then the milestones that the person may see; two queries.

    `on` is the day on which overdue is counted; with `until`, as the dates stood at that instant. Who may see what
    follows from the posts that the person holds today.
    """
    moved = _agreed(activity, until)
    milestones = Milestone.objects.visible_to(user, today).filter(activity=activity).standing().order_by("position")
    return [
        _promise(DateField.START.label, activity.baseline_start, moved[(DateField.START, None)], None, None),
        _promise(DateField.END.label, activity.baseline_end, moved[(DateField.END, None)], None, None),
        *(
            _promise(
                milestone.title,
                milestone.baseline_date,
                moved[(DateField.MILESTONE, milestone.pk)],
                milestone.completed_on,
                on,
            )
            for milestone in milestones
        ),
    ]


def _agreed(activity: KeyActivity, until: datetime | None) -> defaultdict[Subject, list[date]]:
    """The agreed dates of each promise, oldest first."""
    changes = DateChangeRequest.objects.agreed().filter(activity=activity).order_by("decided_at")
    if until is not None:
        changes = changes.filter(decided_at__lte=until)
    found: defaultdict[Subject, list[date]] = defaultdict(list)
    for change in changes:
        found[(change.field, change.milestone_id)].append(change.proposed_date)
    return found


def _promise(
    title: str, baseline: date | None, moved: Sequence[date], completed: date | None, on: date | None
) -> PromisedDate:
    agreed = moved[-1] if moved else baseline
    is_overdue = bool(on and agreed and not completed and agreed < on)
    return PromisedDate(
        title=title,
        baseline=baseline,
        agreed=agreed,
        moves=len(moved),
        completed=completed,
        overdue_days=(on - agreed).days if is_overdue and on and agreed else None,
    )
