"""Milestones and promised dates: set once, then moved only by an agreed request. Locks: `aims.services.locks`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, DateField, Decision, EventKind, NoticeKind
from aims.errors import AlreadyDecided, NotAllowed, Refused
from aims.models import DateChangeRequest, KeyActivity, Milestone
from aims.rules.wording import long_date
from aims.services.events import record
from aims.services.locks import hold_activity, hold_milestone
from aims.services.notices import tell

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
NO_BASELINE: Mapping[int, date] = {}


@transaction.atomic
def set_baseline(
    *,
    activity: KeyActivity,
    start: date | None,
    end: date | None,
    milestones: Mapping[int, date] = NO_BASELINE,
    by: User,
    now: datetime,
) -> KeyActivity:
    """Give an activity, and milestones by their positions, the first dates.

    Raises `Refused` where one stands already: that takes a date change.
    """
    locked = hold_activity(activity, now)
    if (start and locked.baseline_start) or (end and locked.baseline_end):
        raise Refused("A baseline is set once: ask for a new date instead")
    for day in filter(None, (start, end, *milestones.values())):
        _check_day(day)
    for position, day in milestones.items():
        _set_milestone_baseline(locked, position, day, by, now)
    if start or end:
        _set_activity_baseline(locked, start, end, by, now)
    return locked


def _set_activity_baseline(locked: KeyActivity, start: date | None, end: date | None, by: User, now: datetime) -> None:
    locked.baseline_start, locked.baseline_end = start or locked.baseline_start, end or locked.baseline_end
    _check_order(
        agreed_date(locked, DateField.START, None),
        agreed_date(locked, DateField.END, None),
    )
    locked.save(update_fields=["baseline_start", "baseline_end"])
    record(
        EventKind.BASELINE_SET,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked,
        after={name: day for name, day in (("baseline_start", start), ("baseline_end", end)) if day},
    )


def _set_milestone_baseline(activity: KeyActivity, position: int, day: date, by: User, now: datetime) -> None:
    milestone = activity.milestones.standing().filter(position=position).first()
    if milestone is None:
        raise Refused("Choose a milestone of this activity")
    if milestone.baseline_date:
        raise Refused(f"“{milestone.title}” has its baseline, which is set once: ask for a new date instead")
    if milestone.completed_on:
        raise Refused(f"“{milestone.title}” is completed: a baseline set afterwards would promise nothing")
    milestone.baseline_date = day
    milestone.save(update_fields=["baseline_date"])
    record(
        EventKind.BASELINE_SET,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=activity,
        milestone=milestone,
        after={"baseline_date": day},
    )


@transaction.atomic
def add_milestone(
    *,
    activity: KeyActivity,
    title: str,
    baseline_date: date | None,
    by: User,
    now: datetime,
) -> Milestone:
    """Add a milestone after the activity's last one; its date may follow later, once."""
    locked = hold_activity(activity, now)
    title = " ".join(title.split())
    if not title:
        raise Refused("Say what is reached with the milestone")
    if baseline_date:
        _check_day(baseline_date)
    if locked.milestones.standing().filter(title__iexact=title, completed_on__isnull=True).exists():
        raise Refused(f"“{title}” is a milestone of this activity already: give it a name of its own")
    last = locked.milestones.order_by("-position").values_list("position", flat=True).first()
    milestone: Milestone = Milestone.objects.create(
        activity=locked,
        position=(last or 0) + 1,
        title=title,
        baseline_date=baseline_date,
    )
    record(
        EventKind.MILESTONE_ADDED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked,
        milestone=milestone,
        after={"title": title, "baseline_date": baseline_date},
    )
    return milestone


@transaction.atomic
def complete_milestone(
    *, milestone: Milestone, completed_on: date, evidence: str, by: User, now: datetime
) -> Milestone:
    """Record that a milestone was reached, on which day, and what shows it; a request for its date is left open."""
    activity = hold_activity(milestone.activity, now)
    locked = hold_milestone(milestone)
    locked.activity = activity
    if locked.completed_on:
        raise AlreadyDecided(f"“{locked.title}” was completed on {long_date(locked.completed_on)} already")
    if not evidence.strip():
        raise Refused("Give evidence that the milestone was reached: a sentence or a link")
    if completed_on > timezone.localdate(now):
        raise Refused("Enter a day up to today: a milestone is completed when it has happened")
    _check_day(completed_on)
    locked.completed_on, locked.evidence = completed_on, evidence.strip()
    locked.save(update_fields=["completed_on", "evidence"])
    record(
        EventKind.MILESTONE_COMPLETED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=activity,
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
    """Ask for a new date. Raises `Refused` where no date stands, none moves, it makes no sense, or a request waits."""
    locked = hold_activity(activity, now)
    previous = _date_to_move(locked, field, milestone, proposed_date)
    _check_proposal(locked, field, proposed_date, timezone.localdate(now))
    if not reason.strip():
        raise Refused("Say why the date has to move")
    request = DateChangeRequest.objects.create(
        activity=locked,
        field=field,
        milestone=milestone,
        previous_date=previous,
        proposed_date=proposed_date,
        reason=reason.strip(),
        effect=effect.strip(),
        requested_by=by,
        via=by.acts_through,
        requested_at=now,
    )
    record(
        EventKind.DATE_CHANGE_REQUESTED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=locked,
        date_change=request,
        before={"date": previous},
        after={"date": proposed_date, "reason": request.reason},
    )
    return request


@transaction.atomic
def amend_date_change(
    *, request: DateChangeRequest, proposed_date: date, reason: str, effect: str, by: User, now: datetime
) -> DateChangeRequest:
    """Ask for another date, or in other words, before anybody decided.

    Raises `NotAllowed` for all but whoever asked, so that nobody comes to decide what they wrote, `AlreadyDecided`,
    and `Refused` as `request_date_change` does.
    """
    activity = hold_activity(request.activity, now)
    locked = _waiting(request)
    if locked.requested_by_id != by.pk:
        raise NotAllowed("Somebody else asked for this date: only they change what they ask for")
    _check_not_reached(locked.milestone)
    if proposed_date == locked.previous_date:
        raise Refused("Choose another day than the one that stands")
    _check_proposal(activity, DateField(locked.field), proposed_date, timezone.localdate(now))
    if not reason.strip():
        raise Refused("Say why the date has to move")
    before = locked.proposed_date
    locked.proposed_date, locked.reason, locked.effect = proposed_date, reason.strip(), effect.strip()
    locked.via = by.acts_through
    locked.save()
    record(
        EventKind.DATE_CHANGE_AMENDED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=activity,
        date_change=locked,
        before={"date": before},
        after={"date": proposed_date, "reason": locked.reason},
    )
    return locked


def _date_to_move(activity: KeyActivity, field: DateField, milestone: Milestone | None, proposed_date: date) -> date:
    """The date that stands, if a request can move it to the proposed one; raises `Refused` where it cannot."""
    if (field == DateField.MILESTONE) != bool(milestone) or (milestone and milestone.activity_id != activity.pk):
        raise Refused("Choose a milestone of this activity, or its start or end")
    _check_not_reached(milestone)
    previous = agreed_date(activity, field, milestone)
    if previous is None:
        raise Refused("No date is set yet: set the baseline instead")
    if previous == proposed_date:
        raise Refused("Choose another day than the one that stands")
    if activity.date_changes.filter(field=field, milestone=milestone, decision=Decision.REQUESTED).exists():
        raise Refused("A request for this date waits for a decision already")
    return previous


def _check_proposal(activity: KeyActivity, field: DateField, proposed: date, on: date) -> None:
    """A new promise lies ahead; only a start may be said afterwards. Start and end stay in order."""
    _check_day(proposed)
    if field != DateField.START and proposed < on:
        raise Refused("Choose a day that is still to come: a promise is for the future")
    if field == DateField.START:
        _check_order(proposed, agreed_date(activity, DateField.END, None))
    if field == DateField.END:
        _check_order(agreed_date(activity, DateField.START, None), proposed)


@transaction.atomic
def decide_date_change(
    *, request: DateChangeRequest, agreed: bool, note: str, by: User, now: datetime, seen: date | None = None
) -> DateChangeRequest:
    """Agree or decline a new date; nobody decides their own request, and a refusal says why.

    Agreeing raises `Refused` where the date can no longer move so: declining is then what is left. So does either
    where another date is asked for by now than the one that was `seen`.
    """
    activity = hold_activity(request.activity, now, retired_too=not agreed)
    locked = _waiting(request)
    locked.activity = activity
    if locked.requested_by_id == by.pk:
        raise NotAllowed("You asked for this date yourself: somebody else has to decide it")
    if seen and locked.proposed_date != seen:
        raise Refused("Another date is asked for by now: look at it again, then decide")
    if agreed:
        _check_still_possible(locked)
    elif not note.strip():
        raise Refused("Say why the date is declined: whoever asked reads this note")
    locked.decision = Decision.AGREED if agreed else Decision.DECLINED
    locked.decided_by, locked.decided_at, locked.decision_note = by, now, note.strip()
    locked.save()
    record(
        EventKind.DATE_CHANGE_AGREED if agreed else EventKind.DATE_CHANGE_DECLINED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=activity,
        date_change=locked,
        before={"date": locked.previous_date},
        after={"date": locked.proposed_date, "note": locked.decision_note},
    )
    _tell_who_asked(locked, now)
    return locked


def _waiting(request: DateChangeRequest) -> DateChangeRequest:
    rows = DateChangeRequest.objects.select_for_update(of=("self",))
    locked: DateChangeRequest = rows.select_related("decided_by", "requested_by", "milestone").get(pk=request.pk)
    if locked.decision != Decision.REQUESTED:
        raise AlreadyDecided(f"{locked.decided_by} has {locked.get_decision_display().lower()} this date already")
    return locked


def _check_still_possible(request: DateChangeRequest) -> None:
    """What was possible when it was asked for may not be any more."""
    _check_not_reached(request.milestone)
    if request.field == DateField.START:
        _check_order(request.proposed_date, agreed_date(request.activity, DateField.END, None))
    if request.field == DateField.END:
        _check_order(agreed_date(request.activity, DateField.START, None), request.proposed_date)


def _tell_who_asked(request: DateChangeRequest, now: datetime) -> None:
    tell(
        person=request.requested_by,
        kind=NoticeKind.DATE_DECIDED,
        key=f"date-change-{request.pk}",
        now=now,
        date_change=request,
    )


def _check_not_reached(milestone: Milestone | None) -> None:
    if milestone is None:
        return
    found = hold_milestone(milestone)
    if found.completed_on:
        raise Refused(f"“{found.title}” was completed on {long_date(found.completed_on)}: its date no longer moves")


def _check_day(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise Refused(f"Choose a day between {long_date(EARLIEST)} and {long_date(LATEST)}")


def _check_order(start: date | None, end: date | None) -> None:
    if start and end and end < start:
        raise Refused("Choose an end on or after the start")
