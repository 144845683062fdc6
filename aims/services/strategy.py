"""Keeping the strategy: adding, rewording, assigning, confirming and retiring its objectives and key activities.

Every change has a reason and the first review that tells it; what earlier reviews told stays as it was told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from aims.choices import Audience, ChangeKind, EventKind, Stage
from aims.errors import Refused
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod, StrategyChange
from aims.selectors.terms import Subject, reviews_to_tell, terms_in, terms_of
from aims.services.agreeing import (
    agree,
    agree_joining,
    compare_version,
    hold_reviews,
    reason_given,
    refuse_if_told,
    refuse_signing_off_oneself,
    refuse_unless_it_stands,
)
from aims.services.applying import COPIED_TO_UPDATES, locked, record_change, subject_of
from aims.services.numbering import new_activity, new_objective


@transaction.atomic
def add_objective(
    *, aim: Aim, statement: str, effective: ReviewPeriod, reason: str, by: User, now: datetime
) -> Objective:
    """Add an objective under an aim, with the next number that was never used."""
    why = reason_given(reason)
    under_way = hold_reviews(aim.strategy_id, effective)
    added = new_objective(aim, statement, effective)
    agree_joining(added, effective=effective, under_way=under_way, reason=why, by=by, now=now)
    return added


@transaction.atomic
def add_activity(
    *,
    objective: Objective,
    terms: Mapping[str, Any],
    effective: ReviewPeriod,
    reason: str,
    by: User,
    now: datetime,
) -> KeyActivity:
    """Add a key activity; `terms` are description, role, kind, and owner, places, contributors by their slugs."""
    why = reason_given(reason)
    under_way = hold_reviews(objective.strategy_id, effective)
    refuse_unless_it_takes_activities(objective, effective)
    refuse_signing_off_oneself(terms.get("owner"), by, now)
    added = new_activity(objective, terms, effective)
    agree_joining(added, effective=effective, under_way=under_way, reason=why, by=by, now=now)
    return added


def refuse_unless_it_takes_activities(objective: Objective, effective: ReviewPeriod) -> None:
    """Raise `Refused` for an objective that has left, is to leave, or joins only later."""
    refuse_unless_it_stands(objective, effective)
    leaving = objective.changes.planned().filter(kind=ChangeKind.RETIRED).select_related("effective").first()
    if leaving:
        raise Refused(f"{objective.number} leaves the strategy with {leaving.effective.label}: withdraw that first")


@transaction.atomic
def change_terms(
    *,
    subject: Subject,
    wanted: Mapping[str, Any],
    version: int,
    effective: ReviewPeriod,
    reason: str,
    by: User,
    now: datetime,
) -> StrategyChange:
    """Reword, reassign or otherwise change an objective or activity from a review on.

    `wanted` holds fields as `terms_of` names them; what stands already is no change. Raises `Overtaken` when somebody
    changed it since `version`, `Refused` where the change would unsay what was told or cross one that is planned.
    """
    why = reason_given(reason)
    under_way = hold_reviews(subject.strategy_id, effective)
    current = locked(subject)
    compare_version(current, version)
    refuse_unless_it_stands(current, effective)
    before = _differing(current, wanted, effective)
    after = {name: wanted[name] for name in before}
    _refuse_crossing(current, after, effective)
    refuse_signing_off_oneself(after.get("owner"), by, now)
    if effective == under_way and isinstance(current, KeyActivity) and set(COPIED_TO_UPDATES) & after.keys():
        refuse_if_told(current, under_way, "a new role or kind", Stage.SUBMITTED, Stage.APPROVED)
    return agree(
        kind=ChangeKind.CHANGED,
        subject=current,
        effective=effective,
        under_way=under_way,
        before=before,
        after=after,
        reason=why,
        by=by,
        now=now,
    )


def _differing(subject: Subject, wanted: Mapping[str, Any], effective: ReviewPeriod) -> dict[str, Any]:
    """What the review would tell without the change, of the fields that it changes.

    The form showed what the row holds: a field left as it is there asks for nothing, whatever is planned.
    """
    shown = terms_of(subject)
    then = terms_in(subject, effective)
    changed = {name: then[name] for name, value in wanted.items() if value not in (shown[name], then[name])}
    if not changed:
        raise Refused("Nothing differs from what stands already")
    if any(not str(wanted[name]).strip() for name in ("statement", "description") if name in changed):
        raise Refused("Enter the wording")
    return changed


def _refuse_crossing(subject: Subject, after: Mapping[str, Any], effective: ReviewPeriod) -> None:
    """A change planned for later knows what it replaces: it is withdrawn before that changes."""
    later = subject.changes.planned().filter(kind=ChangeKind.CHANGED, effective__starts__gt=effective.starts)
    for change in later.select_related("effective"):
        if change.after.keys() & after.keys():
            raise Refused(f"The same is to change with {change.effective.label}: withdraw that plan first")


@transaction.atomic
def confirm_activities(
    *, activities: Collection[KeyActivity], reason: str, by: User, now: datetime
) -> list[StrategyChange]:
    """Confirm role, kind and owner of activities that stand proposed, from the review under way on.

    Those confirmed already, by somebody who was quicker, are passed over.
    """
    why = reason_given(reason)
    rows = sorted(activities, key=lambda row: row.pk)
    if not rows:
        raise Refused("Choose the activities to confirm")
    reviews = reviews_to_tell(rows[0].strategy_id)
    if not reviews:
        raise Refused("Make a review period first: a change begins with a review")
    under_way = hold_reviews(rows[0].strategy_id, reviews[0])
    return [
        agree(
            kind=ChangeKind.CHANGED,
            subject=current,
            effective=under_way,
            under_way=under_way,
            before={"is_proposed": True},
            after={"is_proposed": False},
            reason=why,
            by=by,
            now=now,
        )
        for current in map(locked, rows)
        if isinstance(current, KeyActivity) and current.is_proposed
    ]


@transaction.atomic
def retire(
    *, subject: Subject, version: int, effective: ReviewPeriod, reason: str, by: User, now: datetime
) -> StrategyChange:
    """Let an objective or activity leave the strategy: reviews from `effective` on do not tell it.

    Raises `Refused` for an objective that still has activities, and for an activity that the review under way has
    signed off; else as `change_terms`.
    """
    why = reason_given(reason)
    under_way = hold_reviews(subject.strategy_id, effective)
    current = locked(subject)
    compare_version(current, version)
    return let_go(current, effective=effective, under_way=under_way, reason=why, by=by, now=now)


def let_go(
    subject: Subject, *, effective: ReviewPeriod, under_way: ReviewPeriod, reason: str, by: User, now: datetime
) -> StrategyChange:
    """Retire a row that the caller holds, once nothing stands against it."""
    _refuse_leaving(subject, effective, under_way)
    return agree(
        kind=ChangeKind.RETIRED,
        subject=subject,
        effective=effective,
        under_way=under_way,
        before=terms_of(subject),
        after={},
        reason=reason,
        by=by,
        now=now,
    )


def _refuse_leaving(subject: Subject, effective: ReviewPeriod, under_way: ReviewPeriod) -> None:
    refuse_unless_it_stands(subject, effective)
    planned = subject.changes.planned().select_related("effective").first()
    if planned:
        raise Refused(f"A change of {subject.number} is planned from {planned.effective.label} on: withdraw it first")
    if isinstance(subject, Objective):
        _refuse_with_activities(subject, effective)
    elif effective == under_way:
        refuse_if_told(subject, under_way, "retiring it", Stage.APPROVED)


def _refuse_with_activities(objective: Objective, effective: ReviewPeriod) -> None:
    waiting = StrategyChange.objects.planned().filter(activity__objective=objective)
    leaving = waiting.filter(kind=ChangeKind.RETIRED, effective__starts__lte=effective.starts).values("activity")
    joining = waiting.filter(kind=ChangeKind.ADDED).values("activity")
    left = objective.activities.filter(Q(retired_on__isnull=True) | Q(pk__in=joining)).exclude(pk__in=leaving)
    numbers = ", ".join(left.order_by("order").values_list("number", flat=True))
    if numbers:
        raise Refused(f"{objective.number} still has key activities ({numbers}): retire or move them first")


@transaction.atomic
def withdraw_change(*, change: StrategyChange, by: User, now: datetime) -> list[StrategyChange]:
    """Take back a planned change, and with an activity's joining the leaving of what it was to succeed.

    Raises `Refused` for one that was applied, or that a later plan builds on.
    """
    hold_reviews(subject_of(change).strategy_id, change.effective)
    current: StrategyChange = (
        StrategyChange.objects.select_for_update(of=("self",))
        .select_related("effective", "objective", "activity")
        .get(pk=change.pk)
    )
    if current.withdrawn_at or current.applied_at:
        raise Refused(f"This change {'was withdrawn' if current.withdrawn_at else 'has taken effect'} already")
    _refuse_while_built_on(current)
    withdrawn = [current, *_left_without_successor(current)]
    for each in withdrawn:
        each.withdrawn_at = now
        each.save(update_fields=["withdrawn_at"])
        record_change(EventKind.CHANGE_WITHDRAWN, each, by, now, Audience.STAFF)
    return withdrawn


def _left_without_successor(change: StrategyChange) -> list[StrategyChange]:
    """The planned leaving of what the activity of a withdrawn joining was to succeed: it stays where it is.

    Where its objective leaves as well, the parts of that move are withdrawn one by one.
    """
    if change.kind != ChangeKind.ADDED or change.activity is None or change.activity.supersedes_id is None:
        return []
    leaving = StrategyChange.objects.planned().filter(kind=ChangeKind.RETIRED)
    mine = leaving.filter(activity=change.activity.supersedes_id)
    alone = mine.exclude(activity__objective__in=leaving.filter(objective__isnull=False).values("objective"))
    return list(alone.select_related("effective", "objective", "activity"))


def _refuse_while_built_on(change: StrategyChange) -> None:
    subject = subject_of(change)
    later = subject.changes.planned().filter(pk__gt=change.pk).select_related("effective")
    built_on = [other for other in later if change.kind == ChangeKind.ADDED or other.after.keys() & change.after.keys()]
    if built_on:
        raise Refused(f"A later plan builds on this one ({built_on[-1].effective.label}): withdraw that first")
    if change.kind == ChangeKind.RETIRED:
        _refuse_while_succeeded(subject)
    elif change.kind == ChangeKind.ADDED and isinstance(subject, Objective):
        _refuse_with_activities(subject, change.effective)


def _refuse_while_succeeded(subject: Subject) -> None:
    """What was moved stands once: its successor's joining is withdrawn before its leaving."""
    joining = StrategyChange.objects.planned().filter(kind=ChangeKind.ADDED)
    mine = (
        joining.filter(activity__supersedes=subject.pk)
        if isinstance(subject, KeyActivity)
        else (joining.filter(objective__supersedes=subject.pk))
    )
    successor = mine.first()
    if successor:
        raise Refused(f"{subject_of(successor).number} is to succeed {subject.number}: withdraw its joining first")
    if (
        isinstance(subject, KeyActivity)
        and subject.objective.changes.planned().filter(kind=ChangeKind.RETIRED).exists()
    ):
        raise Refused(f"Objective {subject.objective.number} is to leave as well: withdraw that first")
