"""What lets the office doubt updates of a round, signal by signal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from aims.choices import PeriodState, Role, Signal, Stage
from aims.models import KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.querysets import ProgressUpdateQuerySet
from aims.rules import Finding, MilestoneFact, QualityFacts, Said, is_due, quality_findings, repeated
from aims.selectors.facts import NEVER_TOLD

LOOKED_BACK = 2  # closed periods


@dataclass(frozen=True, slots=True)
class Doubt:
    """One activity under a signal; `url` leads to the update that it speaks of, else to the activity."""

    number: str
    description: str
    owner: str
    url: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SignalList:
    """One signal with all that it is true of, in the order of their numbers."""

    signal: Signal
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """The round's update of each activity that was sent, and the last one approved before the round."""

    now: dict[int, ProgressUpdate]
    before: dict[int, ProgressUpdate]


def quality_of(period: ReviewPeriod, on: date) -> list[SignalList]:
    """Every signal of a round with its activities; seven queries whatever their number."""
    dated: Any = KeyActivity.objects.filter(strategy=period.strategy_id).standing(on)
    rows = list(dated.with_agreed_dates().select_related("owner__organisation").order_by("order"))
    told = _Told(
        now=_last(period.updates.exclude(stage=Stage.DRAFT)),
        before=_last(_earlier(period).approved()),
    )
    milestones, missed = _milestones(period), _missed(rows, told, period, on)
    found: dict[Signal, list[Doubt]] = defaultdict(list)
    for row in rows:
        facts = _facts(row, told, milestones[row.pk], missed.get(row.pk, ()), period.position_as_at(on))
        for finding in quality_findings(facts, on):
            found[finding.signal].append(_doubt(row, told.now.get(row.pk) or told.before.get(row.pk), finding))
    found[Signal.REPEATED].extend(_repeated(rows, told.now))
    return [SignalList(signal, tuple(found[signal])) for signal in Signal]


def _earlier(period: ReviewPeriod) -> ProgressUpdateQuerySet:
    return ProgressUpdate.objects.filter(activity__strategy=period.strategy_id, period__ends__lt=period.starts)


def _last(updates: ProgressUpdateQuerySet) -> dict[int, ProgressUpdate]:
    return {row.activity_id: row for row in updates.last_of_each_activity()}


def _milestones(period: ReviewPeriod) -> dict[int, list[MilestoneFact]]:
    found: dict[int, list[MilestoneFact]] = defaultdict(list)
    dated: Any = Milestone.objects.filter(activity__strategy=period.strategy_id).standing().with_agreed_date()
    for row in dated.order_by("position"):
        found[row.activity_id].append(MilestoneFact(row.title, row.agreed_date, row.completed_on))
    return found


def _missed(rows: Collection[Any], told: _Told, period: ReviewPeriod, on: date) -> dict[int, tuple[bool, ...]]:
    """By activity, the latest period first: it was due and nothing counted, as far back as the signal looks.

    One that was silent since had the same last update then as now, so that one look at it tells for all the periods.
    """
    closed = period.strategy.periods.filter(ends__lt=period.starts, state=PeriodState.CLOSED)
    looked = [*closed.order_by("-ends")[:LOOKED_BACK]]
    counted = set(_earlier(period).approved().filter(period__in=looked).values_list("period", "activity"))
    over = on > period.submission_closes
    return {
        row.pk: (
            *([row.pk not in told.now] if over else []),
            *(_was_missed(row, told.before.get(row.pk), each, (each.pk, row.pk) in counted) for each in looked),
        )
        for row in rows
    }


def _was_missed(row: Any, before: ProgressUpdate | None, period: ReviewPeriod, counted: bool) -> bool:
    stood = row.added_on is None or row.added_on <= period.ends
    return stood and not counted and is_due(row.retired_on, *_outcome(before), period.ends)


def _outcome(update: ProgressUpdate | None) -> tuple[str | None, date | None]:
    return (update.state, update.deferred_until) if update else NEVER_TOLD


def _facts(row: Any, told: _Told, milestones: list[MilestoneFact], missed: tuple[bool, ...], day: date) -> QualityFacts:
    before = told.before.get(row.pk)
    dates = (row.agreed_start, row.agreed_end, *(step.due for step in milestones))
    return QualityFacts(
        due=is_due(row.retired_on, *_outcome(before), day),
        has_dates=any(dates) or row.role == Role.INFLUENCE,  # which is judged by no date
        now=_said(told.now.get(row.pk)),
        before=_said(before),
        milestones=tuple(milestones),
        missed=missed,
    )


def _said(update: ProgressUpdate | None) -> Said | None:
    if update is None:
        return None
    return Said(
        state=update.state,
        rag=update.rag,
        suggested=update.suggested_rag,
        narrative=update.narrative,
        is_no_change=update.is_no_change,
        return_to_green=update.return_to_green,
        ask=update.ask,
    )


def _doubt(row: KeyActivity, update: ProgressUpdate | None, finding: Finding) -> Doubt:
    page = reverse("activity", args=[row.number])
    return Doubt(
        number=row.number,
        description=row.description,
        owner=str(row.owner),
        url=f"{page}#update-{update.pk}" if update and update.stage == Stage.APPROVED else page,
        sentence=finding.sentence,
    )


def _repeated(rows: Collection[KeyActivity], now: dict[int, ProgressUpdate]) -> Iterator[Doubt]:
    """Each activity of each group, with the numbers of the others."""
    by_number = {row.number: row for row in rows}
    narratives = {row.number: now[row.pk].narrative for row in rows if row.pk in now}
    for group in repeated(narratives):
        for number in group:
            others = ", ".join(other for other in group if other != number)
            row = by_number[number]
            finding = Finding(Signal.REPEATED, f"the same words as {others}")
            yield _doubt(row, now[row.pk], finding)
