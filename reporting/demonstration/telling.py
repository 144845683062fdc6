"""What an owner says in a round: a story's words with the dates, reasons and evidence that the rules ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from aims.choices import Rag, State
from aims.rules import UpdateValues
from reporting.demonstration.calendar import Calendar, weekday
from reporting.demonstration.plans import Plan
from reporting.demonstration.stories import ROUNDS, Story

RATINGS = {"G": Rag.GREEN, "W": Rag.GREEN, "A": Rag.AMBER, "R": Rag.RED}
STATES = {"N": State.NOT_STARTED, "C": State.COMPLETE, "D": State.DEFERRED, "X": State.CANCELLED}
STOPPED = "DX"
SLIPS = {"A": (25, 80), "R": (100, 190)}  # days past the agreed end
RETURNS = {"A": (90, 180), "R": (185, 330)}  # days until it is on track again
HOPES = {Rag.GREEN: (Rag.GREEN, Rag.AMBER), Rag.AMBER: (Rag.GREEN, Rag.AMBER), Rag.RED: (Rag.AMBER, Rag.RED)}
HOPE = {Rag.GREEN: 0.92, Rag.AMBER: 0.65, Rag.RED: 0.6}
MISSED = "The last update was missed; the work itself kept to its dates."
MISSED_EVIDENCE = "Notes of the last two programme meetings."
FINANCIAL_AFFAIRS = 3  # paragraph of Schedule 12A


def values_for(story: Story, plan: Plan, number: int, post: str, calendar: Calendar) -> UpdateValues:
    """The answers of a round, complete but for the reason of a rating better than suggested (`explained`)."""
    code, as_at = story.code(number), calendar.half(number).ends
    values = UpdateValues(
        state=STATES.get(code, State.IN_PROGRESS),
        narrative=story.told[number],
        as_at=as_at,
        ask=story.asked[number].ask if number in story.asked else story.ask if number == ROUNDS else "",
        evidence=story.evidence if code == "C" else "",
        start_reason=story.told[number] if code == "N" and plan.start and plan.start < as_at else "",
    )
    if code in STOPPED:
        return _decided(values, story, as_at, calendar)
    return _rated(values, story, plan, number, post, as_at) if code in RATINGS else values


def explained(values: UpdateValues, story: Story) -> UpdateValues:
    """The same answers with the reason and evidence for a rating better than suggested."""
    return replace(
        values,
        override_reason=story.because or MISSED,
        evidence=(story.evidence if story.because else "") or MISSED_EVIDENCE,
    )


def _rated(values: UpdateValues, story: Story, plan: Plan, number: int, post: str, as_at: date) -> UpdateValues:
    code, end = story.code(number), plan.agreed_end(number)
    rng = Random(f"update {story.number} {number}")
    if end and code in SLIPS and (code == "R" or not plan.is_late(as_at)):
        end = weekday(end + timedelta(days=rng.randint(*SLIPS[code])))
    values = replace(values, rag=RATINGS[code], forecast_rag=_forecast(story, number, rng), forecast_end=end)
    return _behind(values, story, number, post, as_at, rng) if number in story.reasons else values


def _forecast(story: Story, number: int, rng: Random) -> Rag:
    """What the owner expects in half a year: mostly what then comes, with some hope and some caution."""
    now, then = RATINGS[story.code(number)], RATINGS.get(story.code(number + 1))
    if then and rng.random() < 0.7:
        return then
    return HOPES[now][0] if rng.random() < HOPE[now] else HOPES[now][1]


def _behind(values: UpdateValues, story: Story, number: int, post: str, as_at: date, rng: Random) -> UpdateValues:
    reasons, code = story.reasons[number], story.code(number)
    exempt = story.exempt if code == "R" else ""
    return replace(
        values,
        cause=reasons.cause,
        impact=reasons.impact,
        action=reasons.action,
        action_owner=post,
        action_by=weekday(as_at + timedelta(days=rng.randint(30, 75))),
        return_to_green=weekday(as_at + timedelta(days=rng.randint(*RETURNS[code]))),
        exempt_narrative=exempt,
        exempt_paragraph=FINANCIAL_AFFAIRS if exempt else None,
    )


def _decided(values: UpdateValues, story: Story, as_at: date, calendar: Calendar) -> UpdateValues:
    until = calendar.half(story.until).starts if story.until else None
    return replace(
        values,
        decision_by=story.decided_by,
        decision_reference=story.decision,
        decision_on=weekday(as_at - timedelta(days=24)),
        deferred_until=until,
    )
