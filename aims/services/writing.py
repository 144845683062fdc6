"""Writing a progress update: draft, send, repeat.

Lock order, always the same: the period `FOR SHARE`, then the activity `FOR UPDATE`. The activity's row makes the
writers of one activity take turns, so that a version can be compared before anything is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind, Kind, PeriodState, Rag, Stage, State
from aims.errors import Incomplete, NoRound, Refused, Stale
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import Suggestion, UpdateContext, UpdateValues, default_as_at, is_better, is_rated, update_problems
from aims.rules.attachments import evidence_in_words
from aims.selectors.facts import CHOSEN, Standing, last_approved, standing, values_of
from aims.selectors.periods import round_for
from aims.services.events import record
from aims.services.periods import share_lock

UNLOCKED_STAGES = (PeriodState.CLOSING, PeriodState.CLOSED)


@dataclass(frozen=True, slots=True)
class Trail:
    """Which saves come from one open card: the key of this one, and of those whose answer has not reached it.

    A card whose connection broke cannot know that its last save was taken: what it left itself is no conflict.
    `basis` is the last approved update that it opened with, 0 for none: the next draft counts its versions anew.
    """

    key: str = ""
    unanswered: frozenset[str] = frozenset()
    basis: int | None = None

    def left(self, update: ProgressUpdate, by: User) -> bool:
        """Whether the draft as it stands was left by this card."""
        return update.saved_from in self.unanswered and update.author_id == by.pk and update.saved_from != ""


NO_TRAIL = Trail()


@transaction.atomic
def save_draft(
    *,
    activity: KeyActivity,
    values: UpdateValues,
    version: int,
    by: User,
    now: datetime,
    trail: Trail = NO_TRAIL,
    by_itself: bool = False,
) -> ProgressUpdate:
    """Keep what was written so far; `version` is that of the update which the form showed, 0 where there was none.

    A card that saves `by_itself` leaves one event a person and draft, not one a minute. Raises `Stale` when somebody
    saved in between, `NoRound` when no round takes it, `Incomplete` for an answer that can never stand.
    """
    update = _locked(activity, now)
    _compare(update, version, trail, by)
    _write(update, values, by, now, trail.key)
    if not (by_itself and _is_drafted(update, by)):
        _record(EventKind.UPDATE_DRAFTED, update, by, now)
    return update


@transaction.atomic
def submit_update(
    *, activity: KeyActivity, values: UpdateValues, version: int, by: User, now: datetime, trail: Trail = NO_TRAIL
) -> ProgressUpdate:
    """Save an update and send it for approval.

    Raises `Incomplete` with what is missing by field, `Stale` when somebody saved in between, `NoRound`. After the
    deadline it goes to the next period and keeps its `as_at`.
    """
    update = _locked(activity, now)
    _compare(update, version, trail, by)
    known = _write(update, values, by, now)
    _name_the_files(update)
    _check(update, known, now)
    return _send(update, by, now)


@transaction.atomic
def repeat_last_update(*, activity: KeyActivity, by: User, now: datetime) -> ProgressUpdate:
    """Send "no change since last time": the last approved update again, as a new dated one.

    Raises `Refused` with the reason where repeating would hide something, or an update is under way already.
    """
    update = _locked(activity, now)
    if update.pk:
        raise Refused("An update is under way for this activity: finish that one")
    problem = standing(update.activity, update.period).no_change_problem(update.as_at)
    last = last_approved(update.activity)
    if problem or last is None:
        raise Refused(problem or "There is no last update to repeat: write the first one")
    repeated = {**asdict(values_of(last)), "as_at": update.as_at, "ask": ""}
    known = _write(update, UpdateValues(**repeated), by, now)
    update.is_no_change = True
    try:
        _check(update, known, now)
    except Incomplete as error:
        raise Refused(next(iter(error.problems.values()))) from error
    return _send(update, by, now)


def _locked(activity: KeyActivity, now: datetime) -> ProgressUpdate:
    """The activity's open update under lock, or a new one that is not saved yet."""
    on = timezone.localdate(now)
    period = round_for(activity, on)
    _hold_rounds(activity, period)
    if round_for(activity, on) != period:
        raise NoRound("The deadline has just been moved: send this again, and the round that takes it now gets it")
    locked: KeyActivity = KeyActivity.objects.select_for_update().get(pk=activity.pk)
    if locked.retired_on and locked.retired_on <= on:
        raise Refused(f"{locked.number} was retired on {locked.retired_on:%-d %B %Y}: it takes no more updates")
    return _open_update(locked, period) or _new_update(locked, period, on)


def _hold_rounds(activity: KeyActivity, period: ReviewPeriod) -> None:
    """Hold the round written to and, after its deadline, the open one too, in which a draft may still stand."""
    current = activity.strategy.periods.taking_submissions().first()
    for held in [period] if current in (None, period) else [current, period]:
        if share_lock(held.pk) in UNLOCKED_STAGES:
            raise NoRound(f"{held.label} has just closed: send this again once the next round is open")


def _open_update(activity: KeyActivity, period: ReviewPeriod) -> ProgressUpdate | None:
    """The activity's one open update, begun whenever: it moves to the period that takes it now."""
    found: ProgressUpdate | None = activity.updates.open().select_related("author", "period").first()
    if found:
        found.activity = activity
        found.period = period
    return found


def _new_update(activity: KeyActivity, period: ReviewPeriod, on: date) -> ProgressUpdate:
    return ProgressUpdate(activity=activity, period=period, version=0, as_at=default_as_at(on, period.ends))


def _compare(update: ProgressUpdate, version: int, trail: Trail, by: User) -> None:
    """Raise `Stale` unless the writer saw what stands now, or left it there."""
    last = last_approved(update.activity)
    moved = update.version != version or trail.basis not in (None, last.pk if last else 0)
    if update.stage == Stage.SUBMITTED or (moved and not trail.left(update, by)):
        raise Stale(update if update.pk else last or update)


def _write(update: ProgressUpdate, values: UpdateValues, by: User, now: datetime, key: str = "") -> Standing:
    """Put the values on the update, with the suggestion that stands beside them, and save; returns what it rests on."""
    for name, value in asdict(values).items():
        setattr(update, name, (value or None) if name in CHOSEN else value)
    update.as_at = values.as_at or default_as_at(timezone.localdate(now), update.period.ends)
    update.role, update.kind = update.activity.role, update.activity.kind
    update.is_no_change = False
    _keep_what_can_stand(update)
    known = standing(update.activity, update.period)
    suggestion = _suggestion(update, known)
    update.suggested_rag = suggestion.rag
    update.suggestion_reason = "; ".join(suggestion.reasons)
    update.author, update.via = by, by.acts_through
    update.created_at = update.created_at or now
    update.saved_at = now
    update.saved_from = key
    update.version += 1
    update.save()
    update.editors.add(by)
    return known


def _keep_what_can_stand(update: ProgressUpdate) -> None:
    """Drop a rating where none applies; refuse what the database refuses even in a draft."""
    if not is_rated(update.role, update.state or ""):
        update.rag = update.forecast_rag = None
    if not update.exempt_narrative.strip():
        update.exempt_narrative, update.exempt_paragraph = "", None
    problems = _never_possible(update)
    if problems:
        raise Incomplete(problems)


def _never_possible(update: ProgressUpdate) -> dict[str, str]:
    problems = {}
    if update.kind == Kind.CONTINUING and update.state == State.COMPLETE:
        problems["state"] = "Choose another state: a continuing activity never becomes complete"
    if update.exempt_narrative and update.exempt_paragraph is None:
        problems["exempt_paragraph"] = "Choose the paragraph of Schedule 12A that makes this text exempt"
    if update.as_at > update.period.ends:
        problems["as_at"] = f"Enter a date up to {update.period.ends:%-d %B %Y}, the last day of the period"
    return problems


def _suggestion(update: ProgressUpdate, known: Standing) -> Suggestion:
    if not is_rated(update.role, update.state or ""):
        return Suggestion(None)
    return known.suggestion(update.as_at, update.forecast_end)


def _drop_what_is_not_asked(update: ProgressUpdate) -> None:
    """Empty the answers to questions that this state and rating do not ask: left from last time, or typed before."""
    if update.rag not in (Rag.AMBER, Rag.RED):
        update.cause, update.action_by, update.return_to_green = None, None, None
        update.cause_detail = update.impact = update.action = update.action_owner = ""
    if not is_better(update.rag, update.suggested_rag):
        update.override_reason = ""
    if update.state not in (State.DEFERRED, State.CANCELLED):
        update.decision_by = update.decision_reference = ""
        update.decision_on = None
    if update.state != State.DEFERRED:
        update.deferred_until = None
    if update.state != State.NOT_STARTED:
        update.start_reason = ""


def _check(update: ProgressUpdate, known: Standing, now: datetime) -> None:
    """Raise `Incomplete` with all that keeps the update from being sent."""
    _drop_what_is_not_asked(update)
    context = UpdateContext(
        role=update.role,
        kind=update.kind,
        period_ends=update.period.ends,
        on=timezone.localdate(now),
        suggested=update.suggested_rag,
        planned_start=known.start,
    )
    problems = update_problems(values_of(update), context)
    if problems:
        raise Incomplete(problems)


def _name_the_files(update: ProgressUpdate) -> None:
    """Attached files are evidence too, where the owner wrote none."""
    names = update.evidence_files.standing().order_by("pk").values_list("name", flat=True)
    update.evidence = evidence_in_words(update.evidence, list(names))


def _send(update: ProgressUpdate, by: User, now: datetime) -> ProgressUpdate:
    update.stage = Stage.SUBMITTED
    update.submitted_at = now
    update.return_note, update.return_notes, update.returned_by = "", {}, None
    update.save()
    after = {"state": update.state, "rag": update.rag, "no_change": update.is_no_change}
    _record(EventKind.UPDATE_SUBMITTED, update, by, now, after)
    return update


def _is_drafted(update: ProgressUpdate, by: User) -> bool:
    """Whether the person's writing in this draft is on record, since it was last sent if it came back."""
    drafted = Event.objects.filter(update=update, kind=EventKind.UPDATE_DRAFTED, by=by)
    return (drafted.filter(at__gt=update.submitted_at) if update.submitted_at else drafted).exists()


def _record(
    kind: EventKind, update: ProgressUpdate, by: User, now: datetime, after: Mapping[str, object] | None = None
) -> None:
    record(
        kind,
        now=now,
        by=by,
        audience=Audience.PARTIES,
        activity=update.activity,
        period=update.period,
        update=update,
        after=after,
    )
