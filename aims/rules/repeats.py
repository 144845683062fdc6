"""When "no change since last time" may stand for an update."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from aims.choices import Rag, State
from aims.rules.suggestion import DeliveryFacts, Suggestion, is_better
from aims.rules.wording import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUpdate:
    """What the last approved update said; `suggested` is the suggestion that stood beside it then."""

    state: str | None
    as_at: date
    was_no_change: bool
    rag: str | None = None
    suggested: str | None = None
    action_by: date | None = None
    return_to_green: date | None = None
    forecast_end: date | None = None
    deferred_until: date | None = None


def no_change_problem(
    last: LastUpdate | None,
    facts: DeliveryFacts,
    suggestion: Suggestion,
    planned_start: date | None,
    on: date,
) -> str | None:
    """Why "no change" is refused on a day, in a sentence; None when it is allowed.

    The values that it would repeat must still pass `update_problems`: this only says whether repeating is honest.
    """
    if last is None:
        return "There is no last update to repeat: write the first one"
    if last.was_no_change:
        return "The last update was also “no change”: say in words how it stands now"
    return next(_reasons(last, facts, suggestion, planned_start, on), None)


def _reasons(
    last: LastUpdate, facts: DeliveryFacts, suggestion: Suggestion, planned_start: date | None, on: date
) -> Iterator[str]:
    if last.state == State.DEFERRED and last.deferred_until is not None and last.deferred_until <= on:
        yield f"It was deferred until {long_date(last.deferred_until)}, which has come: say how it stands now"
    if last.state == State.NOT_STARTED and planned_start is not None and planned_start < on:
        yield f"Its planned start, {long_date(planned_start)}, has passed: say whether it has started"
    if last.state == State.IN_PROGRESS:
        yield from _worsened(last, suggestion)
    for promise, day in _promises(last, facts, on):
        if last.as_at <= day < on:
            yield f"{promise}, {long_date(day)}, has passed since the last update: say what came of it"


def _worsened(last: LastUpdate, suggestion: Suggestion) -> Iterator[str]:
    """Worse than the last suggestion; where there was none then, worse than the rating given then."""
    if suggestion.rag is not None and is_better(last.suggested or last.rag, suggestion.rag):
        yield f"The suggested rating has worsened to “{suggestion.rag.label.lower()}”: {suggestion.reasons[0]}"


def _promises(last: LastUpdate, facts: DeliveryFacts, on: date) -> Iterator[tuple[str, date]]:
    """Every date given for something still to come, with its name; a complete or stopped activity has none."""
    if last.state not in (State.NOT_STARTED, State.IN_PROGRESS):
        return
    dates = [(f"The milestone “{m.title}”", m.due) for m in facts.milestones if m.days_overdue(on)]
    dates.append(("The agreed end", facts.agreed_end))
    dates.append(("The forecast end", last.forecast_end))
    if last.rag in (Rag.AMBER, Rag.RED):
        dates.append(("The date for the promised action", last.action_by))
        dates.append(("The expected return to on track", last.return_to_green))
    yield from ((name, day) for name, day in dates if day is not None)
