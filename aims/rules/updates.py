"""What an update must say before it can be sent for approval."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from aims.choices import Cause, Kind, Rag, State
from aims.rules.periods import default_as_at
from aims.rules.suggestion import is_better, is_rated
from aims.rules.wording import long_date

EXEMPT_PARAGRAPHS = range(1, 8)
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateValues:
    """What an author wrote, under the names of the ProgressUpdate fields; empty is "" for words, None for the rest."""

    state: str | None = None
    rag: str | None = None
    forecast_rag: str | None = None
    narrative: str = ""
    exempt_narrative: str = ""
    exempt_paragraph: int | None = None
    cause: str | None = None
    cause_detail: str = ""
    impact: str = ""
    action: str = ""
    action_owner: str = ""
    action_by: date | None = None
    return_to_green: date | None = None
    ask: str = ""
    evidence: str = ""
    override_reason: str = ""
    decision_by: str = ""
    decision_on: date | None = None
    decision_reference: str = ""
    deferred_until: date | None = None
    start_reason: str = ""
    forecast_end: date | None = None
    as_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContext:
    """What the author cannot change: the activity's role and kind, the suggestion, and the days that bind.

    `suggested` was made with the forecast end that the update states; `planned_start` is the last agreed one.
    """

    role: str
    kind: str
    period_ends: date
    on: date
    suggested: str | None = None
    planned_start: date | None = None


def update_problems(values: UpdateValues, context: UpdateContext) -> dict[str, str]:
    """What keeps an update from being sent, by field name, each a sentence that says what to do; empty when ready."""
    in_context = (_state, _ratings, _reasons, _override, _decision, _deferral, _dates, _start)
    found = dict(problem for check in in_context for problem in check(values, context))
    return found | dict(_words(values)) | dict(_exempt(values))


def _blank(text: str) -> bool:
    return not text.strip()


def _as_at(values: UpdateValues, context: UpdateContext) -> date:
    return values.as_at or default_as_at(context.on, context.period_ends)


def _state(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    if values.state not in State.values:
        yield "state", "Choose where the activity stands"
    elif values.state == State.COMPLETE and context.kind == Kind.CONTINUING:
        yield "state", "Choose another state: a continuing activity is judged on its milestones and never completes"


def _ratings(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    rated = is_rated(context.role, values.state)
    for field, rag, name in (
        ("rag", values.rag, "rating"),
        ("forecast_rag", values.forecast_rag, "forecast rating"),
    ):
        if rated and rag not in Rag.values:
            yield field, f"Choose a {name}: on track, at risk or off track"
        elif rag and not rated:
            yield field, f"Remove the {name}: only Deliver and Enable activities in progress are rated"


def _words(values: UpdateValues) -> Iterator[Problem]:
    if _blank(values.narrative):
        yield "narrative", "Say what has happened since the last update"
    if values.cause == Cause.OTHER and _blank(values.cause_detail):
        yield "cause_detail", "Say what the other cause is"
    if values.state == State.COMPLETE and _blank(values.evidence):
        yield "evidence", "Give evidence that it is complete: a sentence or a link"


def _reasons(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    if not is_rated(context.role, values.state) or values.rag not in (Rag.AMBER, Rag.RED):
        return
    if values.cause not in Cause.values:
        yield "cause", "Choose the main cause"
    for field, text, message in (
        ("impact", values.impact, "Say what the impact is"),
        ("action", values.action, "Say what is being done about it"),
        ("action_owner", values.action_owner, "Say who will do it"),
    ):
        if _blank(text):
            yield field, message
    as_at = _as_at(values, context)
    yield from _from_day("action_by", values.action_by, as_at, "Enter the date by which it will be done")
    yield from _from_day("return_to_green", values.return_to_green, as_at, "Enter when it will be on track again")


def _from_day(field: str, day: date | None, as_at: date, missing: str) -> Iterator[Problem]:
    if day is None:
        yield field, missing
    elif day < as_at:
        yield field, f"Enter a date on or after {long_date(as_at)}, the date of this update"


def _override(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    rated = is_rated(context.role, values.state) and values.rag in Rag.values
    if not rated or context.suggested is None or not is_better(values.rag, context.suggested):
        return
    suggested = Rag(context.suggested).label.lower()
    if _blank(values.override_reason):
        yield "override_reason", f"Say why your rating is better than the suggested “{suggested}”"
    if _blank(values.evidence):
        yield "evidence", f"Give evidence for a rating better than the suggested “{suggested}”: a sentence or a link"


def _decision(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    if values.state not in (State.DEFERRED, State.CANCELLED):
        return
    if _blank(values.decision_by):
        yield "decision_by", "Say who decided it"
    if values.decision_on is None:
        yield "decision_on", "Enter the date of the decision"
    elif values.decision_on > context.on:
        yield "decision_on", f"Enter a date up to {long_date(context.on)}: the decision must have been made"
    if _blank(values.decision_reference):
        yield "decision_reference", "Give the reference of the decision, such as a minute number"


def _deferral(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    if values.state != State.DEFERRED:
        return
    as_at = _as_at(values, context)
    if values.deferred_until is None:
        yield "deferred_until", "Enter the date until which it is deferred"
    elif values.deferred_until <= as_at:
        yield "deferred_until", f"Enter a date after {long_date(as_at)}, the date of this update"


def _dates(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    latest = default_as_at(context.on, context.period_ends)
    if values.as_at is None:
        yield "as_at", "Enter the date that this update speaks of"
    elif values.as_at > latest:
        yield "as_at", f"Enter a date up to {long_date(latest)}, the earlier of today and the end of the period"
    unfinished = values.state in (State.NOT_STARTED, State.IN_PROGRESS)
    as_at = _as_at(values, context)
    if unfinished and values.forecast_end is not None and values.forecast_end < as_at:
        yield "forecast_end", f"Enter a date on or after {long_date(as_at)}, or choose “Complete”"


def _start(values: UpdateValues, context: UpdateContext) -> Iterator[Problem]:
    if values.state != State.NOT_STARTED or context.planned_start is None:
        return
    if context.planned_start < _as_at(values, context) and _blank(values.start_reason):
        yield "start_reason", f"Say why it has not started: its planned start was {long_date(context.planned_start)}"


def _exempt(values: UpdateValues) -> Iterator[Problem]:
    if _blank(values.exempt_narrative):
        if values.exempt_paragraph is not None:
            yield "exempt_narrative", "Enter the exempt text, or remove its paragraph number"
    elif values.exempt_paragraph not in EXEMPT_PARAGRAPHS:
        yield "exempt_paragraph", "Choose the paragraph of Schedule 12A, Part 1 (1 to 7) that makes this text exempt"
