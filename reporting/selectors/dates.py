"""Promised dates of an activity as far as whoever asks may see them; moves are told without their people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.querysets import Asker
from aims.models import KeyActivity, Milestone, ReviewPeriod
from aims.querysets import sees_live
from aims.selectors.dates import Promise, Revision, dates_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One agreed move; its reason and its effect are empty for whoever does not see the round live."""

    previous: date
    proposed: date
    moved: str
    agreed_at: datetime | None
    reason: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedDate:
    """One promise; `agreed` is the last agreed date, else the baseline, `overdue_days` None where not overdue.

    `variance` is in words, against the baseline; `history` holds the moves, the oldest first.
    """

    title: str
    baseline: date | None
    agreed: date | None
    moves: int
    completed: date | None
    overdue_days: int | None
    variance: str
    history: Sequence[Move]


def promises_of(
    activity: KeyActivity,
    user: Asker,
    on: date,
    until: datetime | None,
    today: date,
    told: ReviewPeriod | None = None,
) -> Sequence[PromisedDate]:
    """The planned start and end, then the milestones that the person may see; four queries.

    `on` is the day on which overdue is counted; with `until`, as the dates stood at that instant, with `told` while
    that period was under way. Who may see what follows from the posts that the person holds today.
    """
    dates = dates_of(activity, on, until, told)
    seen = set(Milestone.objects.visible_to(user, today).filter(activity=activity).values_list("pk", flat=True))
    milestones = [each for each in dates.milestones if each.milestone and each.milestone.pk in seen]
    says_why = sees_live(user)
    return [_promise(each, says_why) for each in (dates.start, dates.end, *milestones)]


def _promise(promise: Promise, says_why: bool) -> PromisedDate:
    return PromisedDate(
        title=promise.title,
        baseline=promise.baseline,
        agreed=promise.agreed,
        moves=promise.moves,
        completed=promise.actual,
        overdue_days=promise.overdue_days if promise.milestone else None,
        variance=promise.variance,
        history=[_move(revision, says_why) for revision in promise.revisions],
    )


def _move(revision: Revision, says_why: bool) -> Move:
    return Move(
        previous=revision.previous,
        proposed=revision.proposed,
        moved=revision.moved,
        agreed_at=revision.decided_at,
        reason=revision.reason if says_why else "",
        effect=revision.effect if says_why else "",
    )
