"""Promised dates that have gone by without a result or a new date, in sentences with what to do about each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aims.choices import DateField, Decision, Stage, State
from aims.models import DateChangeRequest, KeyActivity, Milestone, ProgressUpdate
from aims.rules.wording import long_date

SETTLED = (State.COMPLETE, State.CANCELLED, State.DEFERRED)
Subject = tuple[int, str, int | None]


@dataclass(frozen=True, slots=True)
class Lapse:
    """One date that has gone by: `number` is the activity's, `subject` "end" or a milestone's position.

    `waits` says that a new date has been asked for and is not decided: then nothing is asked of the owner.
    """

    number: str
    subject: str
    sentence: str
    since: date
    waits: bool

    @property
    def is_milestone(self) -> bool:
        """Whether a milestone's result is missing, and not the activity's own end."""
        return self.subject != DateField.END


Lapses = Mapping[int, tuple[Lapse, ...]]


def lapses_of(activities: Collection[int], on: date) -> Lapses:
    """The dates gone by of each activity that is not settled, the oldest first; four queries whatever the number."""
    live = _live(activities)
    dated: Any = KeyActivity.objects.filter(pk__in=live).with_agreed_dates()
    milestones: Any = Milestone.objects.filter(activity__in=live).overdue(on).select_related("activity")
    waiting = _waiting(live)
    found: dict[int, list[Lapse]] = defaultdict(list)
    for row in milestones:
        found[row.activity_id].append(_milestone(row, waiting))
    for row in dated:
        if row.agreed_end and row.agreed_end < on:
            found[row.pk].append(_end(row, waiting))
    return {pk: tuple(sorted(lapses, key=lambda lapse: lapse.since)) for pk, lapses in found.items()}


def _live(activities: Collection[int]) -> set[int]:
    """Those whose latest word, sent or signed off, is not that they are complete or stopped."""
    told = ProgressUpdate.objects.exclude(stage=Stage.DRAFT).filter(activity__in=activities).last_of_each_activity()
    states = dict(told.values_list("activity", "state"))
    return {pk for pk in activities if states.get(pk) not in SETTLED}


def _waiting(activities: Collection[int]) -> Mapping[Subject, date]:
    """The new dates that were asked for and wait for a decision."""
    requests = DateChangeRequest.objects.filter(activity__in=activities, decision=Decision.REQUESTED)
    return {(row.activity_id, row.field, row.milestone_id): row.proposed_date for row in requests}


def _milestone(row: Any, waiting: Mapping[Subject, date]) -> Lapse:
    asked = waiting.get((row.activity_id, DateField.MILESTONE, row.pk))
    facts = f"The milestone “{row.title}” was due {long_date(row.agreed_date)} and has no result"
    return _lapse(row.activity.number, str(row.position), facts, row.agreed_date, asked)


def _end(row: Any, waiting: Mapping[Subject, date]) -> Lapse:
    asked = waiting.get((row.pk, DateField.END, None))
    facts = f"The agreed end, {long_date(row.agreed_end)}, has gone by"
    return _lapse(row.number, DateField.END.value, facts, row.agreed_end, asked)


def _lapse(number: str, subject: str, facts: str, since: date, asked: date | None) -> Lapse:
    return Lapse(number, subject, "; ".join(_sentences(facts, asked)), since, asked is not None)


def _sentences(facts: str, asked: date | None) -> Iterator[str]:
    yield facts
    if asked:
        yield f"{long_date(asked)} is asked for instead and waits for a decision"
