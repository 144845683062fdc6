"""Milestones and promised dates: set once, then moved only by an agreed request."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, DateField, Decision, EventKind
from aims.errors import AlreadyDecided, NotAllowed, Refused
from aims.models import DateChangeRequest, KeyActivity, Milestone
from aims.services.events import record


@transaction.atomic
def set_baseline(
    *,
    activity: KeyActivity,
    start: date | None,
    end: date | None,
    by: User,
    now: datetime,
) -> KeyActivity:
    """Give an activity its first dates. Raises `Refused` where one stands already: that takes a date change."""
    locked: KeyActivity = KeyActivity.objects.select_for_update().get(pk=activity.pk)
    if (start and locked.baseline_start) or (end and locked.baseline_end):
        raise Refused("A baseline is set once: ask for a new date instead")
    locked.baseline_start, locked.baseline_end = start or locked.baseline_start, end or locked.baseline_end
    if locked.baseline_start and locked.baseline_end and locked.baseline_end < locked.baseline_start:
        raise Refused("Choose an end on or after the start")
    locked.save(update_fields=["baseline_start", "baseline_end"])
    record(
        EventKind.BASELINE_SET,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked,
        after={"baseline_start": locked.baseline_start, "baseline_end": locked.baseline_end},
    )
    return locked


@transaction.atomic
def add_milestone(
    *,
    activity: KeyActivity,
    title: str,
    baseline_date: date | None,
    by: User,
    now: datetime,
) -> Milestone:
    """Add a milestone after the activity's last one."""
    KeyActivity.objects.select_for_update().get(pk=activity.pk)
    last = activity.milestones.order_by("-position").values_list("position", flat=True).first()
    milestone = Milestone.objects.create(
        activity=activity,
        position=(last or 0) + 1,
        title=title,
        baseline_date=baseline_date,
    )
    record(
        EventKind.MILESTONE_ADDED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=activity,
        milestone=milestone,
        after={"title": title, "baseline_date": baseline_date},
    )
    return milestone


@transaction.atomic
def complete_milestone(
    *, milestone: Milestone, completed_on: date, evidence: str, by: User, now: datetime
) -> Milestone:
    """Record that a milestone was reached, on which day, and what shows it."""
    locked: Milestone = Milestone.objects.select_for_update().select_related("activity").get(pk=milestone.pk)
    if locked.completed_on:
        raise AlreadyDecided(f"“{locked.title}” was completed on {locked.completed_on:%-d %B %Y} already")
    if not evidence.strip():
        raise Refused("Give evidence that the milestone was reached: a sentence or a link")
    if completed_on > timezone.localdate(now):
        raise Refused("Enter a day up to today: a milestone is completed when it has happened")
    locked.completed_on, locked.evidence = completed_on, evidence.strip()
    locked.save(update_fields=["completed_on", "evidence"])
    record(
        EventKind.MILESTONE_COMPLETED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked.activity,
        milestone=locked,
        after={"completed_on": completed_on},
    )
    return locked


def agreed_date(activity: KeyActivity, field: DateField, milestone: Milestone | None) -> date | None:
    """The date that is promised now: the last agreed one, else the baseline."""
    revisions = activity.date_changes.agreed().filter(field=field, milestone=milestone)
    last: date | None = revisions.order_by("-decided_at").values_list("proposed_date", flat=True).first()
    if last:
        return last
    if milestone:
        return milestone.baseline_date
    return activity.baseline_start if field == DateField.START else activity.baseline_end


@transaction.atomic
def request_date_change(
    *,
    activity: KeyActivity,
    field: DateField,
    milestone: Milestone | None,
    proposed_date: date,
    reason: str,
    effect: str,
    by: User,
    now: datetime,
) -> DateChangeRequest:
    """Ask for a new date. Raises `Refused` where no date stands, none moves or another request is open."""
    KeyActivity.objects.select_for_update().get(pk=activity.pk)
    previous = _date_to_move(activity, field, milestone, proposed_date)
    if not reason.strip():
        raise Refused("Say why the date has to move")
    request = DateChangeRequest.objects.create(
        activity=activity,
        field=field,
        milestone=milestone,
        previous_date=previous,
        proposed_date=proposed_date,
        reason=reason.strip(),
        effect=effect.strip(),
        requested_by=by,
        requested_at=now,
    )
    record(
        EventKind.DATE_CHANGE_REQUESTED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=activity,
        date_change=request,
        before={"date": previous},
        after={"date": proposed_date, "reason": request.reason},
    )
    return request


def _date_to_move(activity: KeyActivity, field: DateField, milestone: Milestone | None, proposed_date: date) -> date:
    """The date that stands, if a request can move it to the proposed one; raises `Refused` where it cannot."""
    if (field == DateField.MILESTONE) != bool(milestone) or (milestone and milestone.activity_id != activity.pk):
        raise Refused("Choose a milestone of this activity, or its start or end")
    previous = agreed_date(activity, field, milestone)
    if previous is None:
        raise Refused("No date is set yet: set the baseline instead")
    if previous == proposed_date:
        raise Refused("Choose another day than the one that stands")
    if activity.date_changes.filter(field=field, milestone=milestone, decision=Decision.REQUESTED).exists():
        raise Refused("A request for this date waits for a decision already")
    return previous


@transaction.atomic
def decide_date_change(
    *, request: DateChangeRequest, agreed: bool, note: str, by: User, now: datetime
) -> DateChangeRequest:
    """Agree or decline a new date; nobody decides their own request."""
    locked: DateChangeRequest = (
        DateChangeRequest.objects.select_for_update().select_related("activity").get(pk=request.pk)
    )
    if locked.decision != Decision.REQUESTED:
        raise AlreadyDecided(f"{locked.decided_by} has {locked.get_decision_display().lower()} this date already")
    if locked.requested_by_id == by.pk:
        raise NotAllowed("You asked for this date yourself: somebody else has to decide it")
    locked.decision = Decision.AGREED if agreed else Decision.DECLINED
    locked.decided_by, locked.decided_at, locked.decision_note = by, now, note.strip()
    locked.save()
    record(
        EventKind.DATE_CHANGE_AGREED if agreed else EventKind.DATE_CHANGE_DECLINED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked.activity,
        date_change=locked,
        before={"date": locked.previous_date},
        after={"date": locked.proposed_date, "note": locked.decision_note},
    )
    return locked
