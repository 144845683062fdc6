"""What is known of activities' delivery, gathered for the rules: the same few queries for one or for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count

from aims.choices import PeriodState, State
from aims.models import DateChangeRequest, KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.querysets import ProgressUpdateQuerySet
from aims.rules import (
    DeliveryFacts,
    LastUpdate,
    MilestoneFact,
    Suggestion,
    UpdateValues,
    is_due,
    no_change_problem,
    suggest_rag,
)

CHOSEN = ("state", "rag", "forecast_rag", "cause")

# The state that an update left, and the day until which it is deferred.
Outcome = tuple[str | None, date | None]
NEVER_TOLD: Outcome = (None, None)


@dataclass(frozen=True, slots=True)
class Standing:
    """One activity as the rules see it in a period.

    `last` is its last approved update whatever the period, `before` the outcome of the last one of earlier periods, by
    which it is due or not. Dates are the last agreed ones.
    """

    activity: KeyActivity
    period: ReviewPeriod
    start: date | None
    end: date | None
    milestones: tuple[MilestoneFact, ...]
    agreed_moves: int
    last: ProgressUpdate | None
    before: Outcome
    missed_previous: bool

    def is_due(self, on: date) -> bool:
        """Whether the period expects an update from it."""
        return is_due(self.activity.retired_on, *self.before, self.period.position_as_at(on))

    def facts(self, forecast_end: date | None = None) -> DeliveryFacts:
        """The facts as if it were in progress and its owner forecast that end."""
        return DeliveryFacts(
            role=self.activity.role,
            state=State.IN_PROGRESS,
            agreed_end=self.end,
            forecast_end=forecast_end,
            milestones=self.milestones,
            agreed_moves=self.agreed_moves,
            missed_previous=self.missed_previous,
            has_dates=bool(self.start or self.end or any(milestone.due for milestone in self.milestones)),
        )

    def suggestion(self, as_at: date, forecast_end: date | None = None) -> Suggestion:
        """The rating that the facts suggest on a day."""
        return suggest_rag(self.facts(forecast_end), as_at, self.activity.strategy.thresholds)

    def no_change_problem(self, as_at: date) -> str | None:
        """Why repeating the last update would be refused on a day; None when one click is enough."""
        forecast_end = self.last.forecast_end if self.last else None
        facts = self.facts(forecast_end)
        suggestion = suggest_rag(facts, as_at, self.activity.strategy.thresholds)
        return no_change_problem(_as_last(self.last), facts, suggestion, self.start, as_at)


def values_of(update: ProgressUpdate) -> UpdateValues:
    """What an update says, as the rules and the form know it: nothing chosen is ""."""
    stored = {field.name: getattr(update, field.name) for field in fields(UpdateValues)}
    return UpdateValues(**stored | {name: stored[name] or "" for name in CHOSEN})


def standing(activity: KeyActivity, period: ReviewPeriod) -> Standing:
    """The standing of one activity; see `standings`."""
    return standings([activity.pk], period)[activity.pk]


def standings(activities: Collection[int], period: ReviewPeriod) -> dict[int, Standing]:
    """The standing of each activity by its id; eight queries whatever their number."""
    rows = KeyActivity.objects.filter(pk__in=activities).select_related("strategy", "owner__organisation")
    dated: Any = rows.with_agreed_dates()
    milestones = _milestones(activities)
    moves = _agreed_moves(activities)
    last = _latest(ProgressUpdate.objects.filter(activity__in=activities))
    before = outcomes(ProgressUpdate.objects.filter(activity__in=activities, period__ends__lt=period.starts))
    missed = _missed(dated, period)
    return {
        row.pk: Standing(
            activity=row,
            period=period,
            start=row.agreed_start,
            end=row.agreed_end,
            milestones=tuple(milestones[row.pk]),
            agreed_moves=moves.get(row.pk, 0),
            last=last.get(row.pk),
            before=before.get(row.pk, NEVER_TOLD),
            missed_previous=row.pk in missed,
        )
        for row in dated
    }


def last_approved(activity: KeyActivity) -> ProgressUpdate | None:
    """The update that tells how the activity stands, whatever its period; None: never reported."""
    return _latest(activity.updates.all()).get(activity.pk)


def _latest(updates: ProgressUpdateQuerySet) -> dict[int, ProgressUpdate]:
    rows = updates.approved().last_of_each_activity().select_related("period", "author", "approved_by")
    return {row.activity_id: row for row in rows}


def outcomes(updates: ProgressUpdateQuerySet) -> dict[int, Outcome]:
    """What the last approved of these updates left of each activity, by the activity's id; one query."""
    rows = updates.approved().last_of_each_activity().values_list("activity_id", "state", "deferred_until")
    return {activity: (state, until) for activity, state, until in rows}


def _milestones(activities: Collection[int]) -> dict[int, list[MilestoneFact]]:
    found: dict[int, list[MilestoneFact]] = defaultdict(list)
    dated: Any = Milestone.objects.filter(activity__in=activities).standing().with_agreed_date()
    for row in dated.order_by("position"):
        found[row.activity_id].append(MilestoneFact(row.title, row.agreed_date, row.completed_on))
    return found


def _agreed_moves(activities: Collection[int]) -> dict[int, int]:
    agreed = DateChangeRequest.objects.agreed().filter(activity__in=activities)
    return dict(agreed.order_by().values_list("activity").annotate(moves=Count("pk")))


def _missed(activities: Iterable[KeyActivity], period: ReviewPeriod) -> set[int]:
    """Those that were due in the closed period before this one and have no update that counted there."""
    closed = period.strategy.periods.filter(ends__lt=period.starts, state=PeriodState.CLOSED)
    previous = closed.order_by("-ends").first()
    if previous is None:
        return set()
    ids = [row.pk for row in activities if not row.added_on or row.added_on <= previous.ends]
    told = set(previous.updates.approved().filter(activity__in=ids).values_list("activity", flat=True))
    before = outcomes(ProgressUpdate.objects.filter(activity__in=ids, period__ends__lt=previous.starts))
    retired = {row.pk: row.retired_on for row in activities}
    return {pk for pk in ids if pk not in told and is_due(retired[pk], *before.get(pk, NEVER_TOLD), previous.ends)}


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
