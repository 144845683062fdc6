"""The rating that delivery facts suggest (the "watermelon" check), and when a rating is better than it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from aims.choices import Rag, Role, State
from aims.rules.thresholds import Thresholds
from aims.rules.wording import days, long_date

NO_BASELINE: Final = "no_baseline"
_BEST_FIRST = tuple(Rag.values)


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    """One milestone: `due` is the last agreed date (not the baseline), empty while none was ever agreed."""

    title: str
    due: date | None = None
    completed_on: date | None = None

    def days_overdue(self, on: date) -> int:
        """Whole days past its due date on that day, 0 when it is not overdue; a later completion does not help."""
        if self.due is None or (self.completed_on is not None and self.completed_on <= on):
            return 0
        return max(0, (on - self.due).days)


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What is known of one activity's delivery; `has_dates` is true when any start, end or milestone date is agreed.

    `agreed_moves` counts approved date changes; `missed_previous` says that the period before had no counting
    update though one was due.
    """

    role: str
    state: str
    agreed_end: date | None = None
    forecast_end: date | None = None
    milestones: tuple[MilestoneFact, ...] = ()
    agreed_moves: int = 0
    missed_previous: bool = False
    has_dates: bool = True


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested rating (None: there is nothing to suggest), why, worst first, and a data-quality flag."""

    rag: Rag | None
    reasons: tuple[str, ...] = ()
    flag: Literal["no_baseline"] | None = None


@dataclass(frozen=True, slots=True)
class _Finding:
    rag: Rag
    weight: int
    sentence: str


def is_rated(role: str, state: str | None) -> bool:
    """Whether such an activity carries a rating at all: Deliver and Enable, and only while in progress."""
    return state == State.IN_PROGRESS and role in (Role.DELIVER, Role.ENABLE)


def is_better(rag: str | None, suggested: str | None) -> bool:
    """Whether the rating is better than the suggestion, so that it needs an override reason."""
    if not rag or not suggested:
        return False
    return _BEST_FIRST.index(rag) < _BEST_FIRST.index(suggested)


def suggest_rag(facts: DeliveryFacts, on: date, thresholds: Thresholds) -> Suggestion:
    """The rating that the facts suggest on a day; the worst finding decides, every finding is a reason."""
    if not is_rated(facts.role, facts.state):
        return Suggestion(None)
    if not facts.has_dates:
        return Suggestion(None, ("no date has been agreed, so no rating can be suggested",), NO_BASELINE)
    findings = sorted(_findings(facts, on, thresholds), key=_worst_first)
    if not findings:
        return Suggestion(Rag.GREEN, ("nothing is overdue, no date has slipped and no update was missed",))
    return Suggestion(findings[0].rag, tuple(finding.sentence for finding in findings))


def _worst_first(finding: _Finding) -> tuple[int, int]:
    return -_BEST_FIRST.index(finding.rag), -finding.weight


def _findings(facts: DeliveryFacts, on: date, thresholds: Thresholds) -> Iterator[_Finding]:
    for milestone in facts.milestones:
        yield from _overdue(milestone, on, thresholds)
    yield from _slip(facts, on, thresholds)
    if facts.agreed_moves >= thresholds.agreed_moves_amber:
        moves = "1 date change has" if facts.agreed_moves == 1 else f"{facts.agreed_moves} date changes have"
        yield _Finding(Rag.AMBER, 0, f"{moves} been agreed so far")
    if facts.missed_previous:
        yield _Finding(Rag.AMBER, 0, "the update due for the period before was missed")


def _overdue(milestone: MilestoneFact, on: date, thresholds: Thresholds) -> Iterator[_Finding]:
    late = milestone.days_overdue(on)
    if milestone.due is None or late == 0:
        return
    rag = Rag.RED if late > thresholds.overdue_red_days else Rag.AMBER
    due = long_date(milestone.due)
    yield _Finding(rag, late, f"milestone “{milestone.title}” was due {due} and is {days(late)} overdue")


def _slip(facts: DeliveryFacts, on: date, thresholds: Thresholds) -> Iterator[_Finding]:
    """How far the end lies past the last agreed end; an activity still in progress cannot end before `on`."""
    if facts.agreed_end is None:
        return
    reached = max(facts.forecast_end or on, on)
    slip = (reached - facts.agreed_end).days
    if slip <= 0:
        return
    rag = Rag.RED if slip > thresholds.slip_red_days else Rag.AMBER
    yield _Finding(rag, slip, _slip_sentence(facts.agreed_end, reached, on))


def _slip_sentence(agreed_end: date, reached: date, on: date) -> str:
    late = days((reached - agreed_end).days)
    if reached == on:
        return f"the agreed end, {long_date(agreed_end)}, passed {late} ago"
    return f"the forecast end, {long_date(reached)}, is {late} after the agreed end, {long_date(agreed_end)}"
