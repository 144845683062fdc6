"""Writing a progress update, and deciding about it.

Lock order, always the same: the period `FOR SHARE`, then the activity `FOR UPDATE`. The activity's row makes writers of one
activity take turns, so that a version can be compared and two approvers reach one decision.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState, Stage, State
from aims.errors import AlreadyDecided, Incomplete, NoRound, NotAllowed, Refused, Stale
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import (
    LastUpdate,
    Suggestion,
    UpdateContext,
    UpdateValues,
    default_as_at,
    is_rated,
    no_change_problem,
    suggest_rag,
    update_problems,
)
from aims.selectors.facts import (
    PromisedDates,
    current_update,
    delivery_facts,
    last_approved,
    promised_dates,
    suggestion_for,
)
from aims.services.events import record
from aims.services.periods import round_for, share_lock

VALUE_FIELDS = tuple(field.name for field in fields(UpdateValues))
CHOSEN = ("state", "rag", "forecast_rag", "cause")


def values_of(update: ProgressUpdate) -> UpdateValues:
    """What an update says, as the rules and the form know it: nothing chosen is ""."""
    stored = {name: getattr(update, name) for name in VALUE_FIELDS}
    return UpdateValues(**{name: value or "" if name in CHOSEN else value for name, value in stored.items()})


@transaction.atomic
def save_draft(
    *,
    activity: KeyActivity,
    values: UpdateValues,
    version: int,
    by: User,
    now: datetime,
) -> ProgressUpdate:
    """Keep what was written so far; `version` is that of the update the form showed, 0 where there was none.

    Raises `Stale` when somebody saved in between, `NoRound` when no round takes it.
    """
    update = _write(_locked_for_writing(activity, version, now), values, by, now)
    record(
        EventKind.UPDATE_DRAFTED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=update.activity,
        period=update.period,
        update=update,
    )
    return update


@transaction.atomic
def submit_update(
    *,
    activity: KeyActivity,
    values: UpdateValues,
    version: int,
    by: User,
    now: datetime,
) -> ProgressUpdate:
    """Save an update and send it for approval.

    Raises `Incomplete` with what is missing by field, `Stale` when somebody saved in between, `NoRound`. After the
    deadline it goes to the next period and keeps its `as_at`.
    """
    update = _write(_locked_for_writing(activity, version, now), values, by, now)
    problems = update_problems(values_of(update), _context(update, now))
    if problems:
        raise Incomplete(problems)
    return _submit(update, by, now)


@transaction.atomic
def repeat_last_update(*, activity: KeyActivity, by: User, now: datetime) -> ProgressUpdate:
    """Send "no change since last time": the last approved update again, as a new dated one.

    Raises `Refused` with the reason when repeating would hide something.
    """
    update = _locked_for_writing(activity, None, now)
    if update.stage != Stage.DRAFT or update.pk:
        raise Refused("An update is under way for this activity: finish that one")
    last = last_approved(update.activity)
    dates = promised_dates(update.activity)
    problem = _no_change_problem(update, last, dates)
    if problem or last is None:
        raise Refused(problem or "There is no last update to repeat: write the first one")
    values = UpdateValues(**{**asdict(values_of(last)), "as_at": update.as_at, "ask": ""})
    update.is_no_change = True
    update = _write(update, values, by, now)
    problems = update_problems(values_of(update), _context(update, now))
    if problems:
        raise Refused(next(iter(problems.values())))
    return _submit(update, by, now)


def no_change_refusal(activity: KeyActivity, period: ReviewPeriod, on: date) -> str | None:
    """Why "no change" would be refused for an activity now; None when one click is enough."""
    blank = _new_update(activity, period, on)
    return _no_change_problem(blank, last_approved(activity), promised_dates(activity))


@transaction.atomic
def approve_update(*, update: ProgressUpdate, version: int, by: User, now: datetime) -> ProgressUpdate:
    """Sign an update off, for good.

    Raises `AlreadyDecided` when somebody else was first, `Stale` when it changed since it was read, `NotAllowed` for
    whoever wrote in it.
    """
    locked = _locked_for_decision(update, version, by)
    locked.stage = Stage.APPROVED
    locked.approved_by, locked.approved_at = by, now
    locked.save()
    record(
        EventKind.UPDATE_APPROVED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        activity=locked.activity,
        period=locked.period,
        update=locked,
        after={"state": locked.state, "rag": locked.rag, "narrative": locked.narrative},
    )
    return locked


@transaction.atomic
def return_update(*, update: ProgressUpdate, note: str, version: int, by: User, now: datetime) -> ProgressUpdate:
    """Give an update back to its author with a note; it is a draft again."""
    if not note.strip():
        raise Refused("Say what has to change: the owner reads this note")
    locked = _locked_for_decision(update, version, by)
    locked.stage = Stage.DRAFT
    locked.return_note, locked.returned_by = note.strip(), by
    locked.version += 1
    locked.save()
    record(
        EventKind.UPDATE_RETURNED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=locked.activity,
        period=locked.period,
        update=locked,
        after={"note": locked.return_note},
    )
    return locked


def _locked_for_writing(activity: KeyActivity, version: int | None, now: datetime) -> ProgressUpdate:
    """The activity's open update under lock, or a new unsaved one; `version` None compares nothing."""
    on = timezone.localdate(now)
    period = round_for(activity, on)
    for held in _rounds_to_hold(activity, period):
        if share_lock(held.pk) in (PeriodState.CLOSING, PeriodState.CLOSED):
            raise NoRound(f"{held.label} has just closed: your text is below, send it again for the next round")
    locked = KeyActivity.objects.select_for_update().select_related(None).get(pk=activity.pk)
    if locked.retired_on and locked.retired_on <= on:
        raise Refused(f"{locked.number} was retired on {locked.retired_on:%-d %B %Y}: it takes no more updates")
    update = _open_update(locked, period)
    if update is None:
        if version:
            raise Stale(_decided_meanwhile(locked))
        return _new_update(locked, period, on)
    if update.stage == Stage.SUBMITTED:
        raise Stale(update)
    if version is not None and update.version != version:
        raise Stale(update)
    return update


def _rounds_to_hold(activity: KeyActivity, period: ReviewPeriod) -> list[ReviewPeriod]:
    """The round written to and, after the deadline, also the open one that a draft may still stand in."""
    current = activity.strategy.periods.taking_submissions().first()
    return [period] if current is None or current == period else [current, period]


def _open_update(activity: KeyActivity, period: ReviewPeriod) -> ProgressUpdate | None:
    """The open update in the period, else one begun before the deadline of the period under way."""
    found = current_update(activity, period)
    if found is None:
        found = ProgressUpdate.objects.open().filter(activity=activity, period__ends__lt=period.starts).first()
        if found:
            found.period = period
    return found


def _decided_meanwhile(activity: KeyActivity) -> ProgressUpdate:
    last = last_approved(activity)
    if last is None:
        raise Refused("The draft that you opened is gone: open the form again")
    return last


def _new_update(activity: KeyActivity, period: ReviewPeriod, on: date) -> ProgressUpdate:
    return ProgressUpdate(
        activity=activity,
        period=period,
        version=0,
        role=activity.role,
        kind=activity.kind,
        as_at=default_as_at(on, period.ends),
    )


def _write(update: ProgressUpdate, values: UpdateValues, by: User, now: datetime) -> ProgressUpdate:
    """Put the values on the update, with the suggestion that stands beside them, and save."""
    for name, value in asdict(values).items():
        setattr(update, name, (value or None) if name in CHOSEN else value)
    update.as_at = values.as_at or default_as_at(timezone.localdate(now), update.period.ends)
    update.role, update.kind = update.activity.role, update.activity.kind
    _clear_what_cannot_apply(update)
    _suggest(update)
    update.author = by
    update.created_at = update.created_at or now
    update.saved_at = now
    update.version += 1
    update.save()
    update.editors.add(by)
    return update


def _clear_what_cannot_apply(update: ProgressUpdate) -> None:
    """Drop answers to questions that this state and rating do not ask."""
    if not is_rated(update.role, update.state or ""):
        update.rag = update.forecast_rag = None
    if update.kind == "continuing" and update.state == State.COMPLETE:
        raise Incomplete({"state": "Choose another state: a continuing activity never becomes complete"})


def _suggest(update: ProgressUpdate) -> None:
    suggestion = _suggestion(update)
    update.suggested_rag = suggestion.rag
    update.suggestion_reason = "; ".join(suggestion.reasons)


def _suggestion(update: ProgressUpdate) -> Suggestion:
    if not is_rated(update.role, update.state or ""):
        return Suggestion(None)
    return suggestion_for(update.activity, update.period, update.as_at, update.forecast_end)


def _context(update: ProgressUpdate, now: datetime) -> UpdateContext:
    return UpdateContext(
        role=update.role,
        kind=update.kind,
        period_ends=update.period.ends,
        on=timezone.localdate(now),
        suggested=update.suggested_rag,
        planned_start=promised_dates(update.activity).start,
    )


def _submit(update: ProgressUpdate, by: User, now: datetime) -> ProgressUpdate:
    update.stage = Stage.SUBMITTED
    update.author, update.submitted_at = by, now
    update.return_note, update.returned_by = "", None
    update.save()
    record(
        EventKind.UPDATE_SUBMITTED,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=update.activity,
        period=update.period,
        update=update,
        after={
            "state": update.state,
            "rag": update.rag,
            "no_change": update.is_no_change,
        },
    )
    return update


def _no_change_problem(update: ProgressUpdate, last: ProgressUpdate | None, dates: PromisedDates) -> str | None:
    forecast_end = last.forecast_end if last else None
    facts = delivery_facts(update.activity, update.period, dates, forecast_end)
    suggestion = suggest_rag(facts, update.as_at, update.activity.strategy.thresholds)
    return no_change_problem(_as_last(last), facts, suggestion, dates.start, update.as_at)


def _as_last(last: ProgressUpdate | None) -> LastUpdate | None:
    if last is None or last.state is None:
        return None
    return LastUpdate(
        state=last.state,
        as_at=last.as_at,
        was_no_change=last.is_no_change,
        rag=last.rag or "",
        suggested=last.suggested_rag,
        action_by=last.action_by,
        return_to_green=last.return_to_green,
        forecast_end=last.forecast_end,
        deferred_until=last.deferred_until,
    )


def _locked_for_decision(update: ProgressUpdate, version: int, by: User) -> ProgressUpdate:
    if share_lock(update.period_id) in (PeriodState.CLOSING, PeriodState.CLOSED):
        raise NoRound(f"{update.period.label} has closed: the update goes to the next round")
    KeyActivity.objects.select_for_update().get(pk=update.activity_id)
    locked = ProgressUpdate.objects.select_related("activity", "period", "author", "approved_by", "returned_by").get(
        pk=update.pk
    )
    if locked.stage == Stage.APPROVED:
        raise AlreadyDecided(f"{locked.approved_by} has approved this update already")
    if locked.stage == Stage.DRAFT:
        who = locked.returned_by or locked.author
        raise AlreadyDecided(f"{who} has returned this update already" if locked.return_note else "It is a draft again")
    if locked.author_id == by.pk or locked.editors.filter(pk=by.pk).exists():
        raise NotAllowed("You wrote in this update: somebody else has to sign it off")
    if locked.version != version:
        raise Stale(locked)
    return locked
