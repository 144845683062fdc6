"""Moving within the strategy: what moves is retired and succeeded, so that its history stays tied to it."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from aims.choices import ChangeKind
from aims.errors import Refused
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod, StrategyChange
from aims.selectors.terms import terms_in
from aims.services.agreeing import (
    Act,
    agree_joining,
    compare_version,
    hold_reviews,
    reason_given,
    refuse_unless_it_stands,
)
from aims.services.applying import locked
from aims.services.numbering import new_activity, new_objective
from aims.services.strategy import let_go, refuse_unless_it_takes_activities


@transaction.atomic
def move_activity(
    *,
    activity: KeyActivity,
    objective: Objective,
    version: int,
    effective: ReviewPeriod,
    reason: str,
    by: User,
    now: datetime,
) -> KeyActivity:
    """Let an activity serve another objective from a review on: it leaves, and its successor joins with a new number.

    The successor takes over wording, owner, baselines, milestones and agreed revisions. Raises as `strategy.retire`.
    """
    why = reason_given(reason)
    if activity.objective_id == objective.pk:
        raise Refused(f"{activity.number} serves objective {objective.number} already")
    under_way = hold_reviews(activity.strategy_id, effective)
    compare_version(activity, version)
    refuse_unless_it_takes_activities(objective, effective)
    return _succeed(activity, objective, effective=effective, under_way=under_way, reason=why, by=by, now=now)


@transaction.atomic
def move_objective(
    *,
    objective: Objective,
    aim: Aim,
    version: int,
    effective: ReviewPeriod,
    reason: str,
    by: User,
    now: datetime,
) -> Objective:
    """Let an objective serve another aim from a review on, with all its activities; each gets a new number."""
    why = reason_given(reason)
    if objective.aim_id == aim.pk:
        raise Refused(f"{objective.number} serves aim {aim.number} already")
    under_way = hold_reviews(objective.strategy_id, effective)
    compare_version(objective, version)
    refuse_unless_it_stands(objective, effective)
    act: Act = {"effective": effective, "under_way": under_way, "reason": why, "by": by, "now": now}
    successor = new_objective(aim, terms_in(objective, effective)["statement"], effective, supersedes=objective)
    agree_joining(successor, **act)
    for activity in _activities_of(objective):
        _succeed(activity, successor, **act)
    let_go(locked(objective), **act)
    return successor


def _activities_of(objective: Objective) -> list[KeyActivity]:
    """Those that stand or are to join, and are not leaving anyway."""
    planned = StrategyChange.objects.planned().filter(activity__objective=objective)
    joining = planned.filter(kind=ChangeKind.ADDED).values("activity")
    leaving = planned.filter(kind=ChangeKind.RETIRED).values("activity")
    rows = objective.activities.filter(Q(retired_on__isnull=True) | Q(pk__in=joining)).exclude(pk__in=leaving)
    return list(rows.order_by("order"))


def _succeed(activity: KeyActivity, objective: Objective, **act: Unpack[Act]) -> KeyActivity:
    former = locked(activity)
    refuse_unless_it_stands(former, act["effective"])
    successor = new_activity(objective, terms_in(former, act["effective"]), act["effective"], supersedes=former)
    agree_joining(successor, **act)
    let_go(former, **act)
    return successor
