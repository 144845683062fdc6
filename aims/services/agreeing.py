"""Laying down a change of the strategy: applied at once, or planned while an earlier review is still to be told.

Lock order: the strategy (writers of the strategy take turns, and no review is opened meanwhile), the review under way
`FOR SHARE` (it cannot begin to close), then the objective or activity.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, ChangeKind, EventKind, PeriodState, Stage
from aims.errors import NotAllowed, Overtaken, Refused
from aims.models import KeyActivity, Objective, ReviewPeriod, Strategy, StrategyChange
from aims.selectors.terms import Subject, Terms, reviews_to_tell, terms_of, version_of
from aims.services.applying import apply_change, record_change
from aims.services.periods import share_lock

MOVING = (PeriodState.CLOSING, PeriodState.CLOSED)


def hold_reviews(strategy_id: int, effective: ReviewPeriod) -> ReviewPeriod:
    """Hold the strategy and its reviews as they are, and return the review under way.

    Raises `Refused` for a review that has been told, and while one is being closed.
    """
    Strategy.objects.select_for_update(no_key=True).get(pk=strategy_id)
    reviews = reviews_to_tell(strategy_id)
    if effective not in reviews:
        raise Refused(f"{effective.label} has been told and keeps its words: choose a later review")
    if share_lock(reviews[0].pk) in MOVING:
        raise Refused(f"{reviews[0].label} is just being closed: do this again in a minute")
    return reviews[0]


def reason_given(reason: str) -> str:
    """The reason without blanks around it. Raises `Refused` without one."""
    if not reason.strip():
        raise Refused("Say why: the reason is printed in the log of changes")
    return reason.strip()


def compare_version(subject: Subject, version: int) -> None:
    """Raise `Overtaken` unless the writer saw what stands now."""
    if version_of(subject) != version:
        raise Overtaken(f"Somebody else has changed {subject.number} since you opened it")


def refuse_signing_off_oneself(owner: str | None, by: User, now: datetime) -> None:
    """Raise `NotAllowed` where an activity would come to a post (by its slug) for which this person signs off.

    Nobody leads work to their own approval; an administrator's or the office's hand is no exception.
    """
    held = by.holdings.current(timezone.localdate(now)).filter(owner__approves_for__slug=owner)
    if owner and held.exists():
        raise NotAllowed("You sign off for this post yourself: a colleague has to give it the activity")


class Act(TypedDict):
    """What all the changes of one act share."""

    effective: ReviewPeriod
    under_way: ReviewPeriod
    reason: str
    by: User
    now: datetime


def agree_joining(subject: Subject, **act: Unpack[Act]) -> StrategyChange:
    """Write down that an objective or activity joins the strategy."""
    return agree(kind=ChangeKind.ADDED, subject=subject, before={}, after=terms_of(subject), **act)


def agree(*, kind: ChangeKind, subject: Subject, before: Terms, after: Terms, **act: Unpack[Act]) -> StrategyChange:
    """Write the change down, and apply it where the review under way is the first to tell it."""
    effective, by, now = act["effective"], act["by"], act["now"]
    change = StrategyChange.objects.create(
        kind=kind,
        objective=subject if isinstance(subject, Objective) else None,
        activity=subject if isinstance(subject, KeyActivity) else None,
        effective=effective,
        before=before,
        after=after,
        reason=act["reason"],
        by=by,
        at=now,
    )
    if effective == act["under_way"]:
        apply_change(change, now)
    else:
        record_change(EventKind.CHANGE_PLANNED, change, by, now, Audience.STAFF)
    return change


def refuse_unless_it_stands(subject: Subject, effective: ReviewPeriod) -> None:
    """Raise `Refused` for what has left, or leaves or joins at another time than the change would need."""
    planned = {change.kind: change for change in subject.changes.planned().select_related("effective")}
    joins, leaves = planned.get(ChangeKind.ADDED), planned.get(ChangeKind.RETIRED)
    if joins and joins.effective.starts > effective.starts:
        raise Refused(f"{subject.number} joins the strategy with {joins.effective.label}: choose that review or later")
    if leaves and leaves.effective.starts <= effective.starts:
        raise Refused(f"{subject.number} leaves the strategy with {leaves.effective.label}: withdraw that first")
    if subject.retired_on and not joins:
        raise Refused(f"{subject.number} was retired on {subject.retired_on:%-d %B %Y}")


def refuse_if_told(activity: KeyActivity, under_way: ReviewPeriod, doing: str, *stages: Stage) -> None:
    """Raise `Refused` where the review under way holds updates in these stages, so that the act would unsay them."""
    found = activity.updates.filter(stage__in=stages, period=under_way).order_by("-submitted_at").first()
    if found is None:
        return
    after = "let this begin with the next review"
    if found.stage == Stage.SUBMITTED:
        after = f"have it approved or returned first, or {after}"
    told = "signed off" if found.stage == Stage.APPROVED else "waiting for sign-off"
    raise Refused(f"An update of {activity.number} for {under_way.label} is {told}, so {doing} must wait: {after}")
