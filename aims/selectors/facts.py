"""The delivery facts of an activity, gathered for the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aims.choices import Decision, PeriodState, State
from aims.models import KeyActivity, Milestone, ProgressUpdate, ReviewPeriod
from aims.rules import DeliveryFacts, MilestoneFact, Suggestion, is_due, suggest_rag


@dataclass(frozen=True, slots=True)
class PromisedDates:
    """The last agreed dates of an activity and how often they have moved."""

    start: date | None
    end: date | None
    milestones: tuple[MilestoneFact, ...]
    agreed_moves: int

    @property
    def any_set(self) -> bool:
        """Whether any date was ever agreed: without one nothing can be suggested."""
        return bool(self.start or self.end or any(milestone.due for milestone in self.milestones))


def promised_dates(activity: KeyActivity) -> PromisedDates:
    """The promised dates of one activity; three queries."""
    dated = KeyActivity.objects.with_agreed_dates().get(pk=activity.pk)
    milestones = Milestone.objects.filter(activity=activity).standing().with_agreed_date()
    return PromisedDates(
        start=dated.agreed_start,
        end=dated.agreed_end,
        milestones=tuple(MilestoneFact(m.title, m.agreed_date, m.completed_on) for m in milestones),
        agreed_moves=activity.date_changes.filter(decision=Decision.AGREED).count(),
    )


def last_approved(activity: KeyActivity) -> ProgressUpdate | None:
    """The update that tells how the activity stands, whatever its period; None: never reported."""
    return activity.updates.approved().latest_first().select_related("period", "author", "approved_by").first()


def missed_previous(activity: KeyActivity, period: ReviewPeriod) -> bool:
    """Whether the closed period before this one was due an update and got none that counts."""
    closed = period.strategy.periods.filter(ends__lt=period.starts, state=PeriodState.CLOSED)
    previous = closed.order_by("-ends").first()
    if previous is None or (activity.added_on and activity.added_on > previous.ends):
        return False
    if activity.updates.approved().filter(period=previous).exists():
        return False
    before = activity.updates.approved().filter(period__ends__lt=previous.starts).latest_first().first()
    state = before.state if before else None
    return is_due(
        activity.retired_on,
        state,
        before.deferred_until if before else None,
        previous.ends,
    )


def delivery_facts(
    activity: KeyActivity,
    period: ReviewPeriod,
    dates: PromisedDates,
    forecast_end: date | None = None,
) -> DeliveryFacts:
    """What the rules judge, as if the activity were in progress and the owner forecast that end."""
    return DeliveryFacts(
        role=activity.role,
        state=State.IN_PROGRESS,
        agreed_end=dates.end,
        forecast_end=forecast_end,
        milestones=dates.milestones,
        agreed_moves=dates.agreed_moves,
        missed_previous=missed_previous(activity, period),
        has_dates=dates.any_set,
    )


def suggestion_for(
    activity: KeyActivity,
    period: ReviewPeriod,
    as_at: date,
    forecast_end: date | None = None,
) -> Suggestion:
    """The rating that the facts suggest for an activity on a day."""
    facts = delivery_facts(activity, period, promised_dates(activity), forecast_end)
    return suggest_rag(facts, as_at, activity.strategy.thresholds)


def current_update(activity: KeyActivity, period: ReviewPeriod) -> ProgressUpdate | None:
    """The open update of an activity in a period, if there is one."""
    return period.updates.open().filter(activity=activity).select_related("author", "returned_by").first()
