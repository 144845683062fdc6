"""Which round takes an update, and until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Max

from aims.errors import NoRound
from aims.models import KeyActivity, ReviewPeriod, Strategy


def open_round() -> ReviewPeriod | None:
    """The round under way in the strategy in force; None between rounds."""
    strategy = Strategy.objects.in_force().first()
    return strategy.periods.taking_submissions().select_related("strategy").first() if strategy else None


def deadline_of(period: ReviewPeriod, owner_id: int) -> date:
    """The last day on which this owner's updates count for the period, extensions included."""
    extended = period.extensions.filter(owner=owner_id).order_by("-until").values_list("until", flat=True).first()
    return max(period.submission_closes, extended or period.submission_closes)


def extensions_of(period: ReviewPeriod, owners: Collection[int]) -> dict[int, date]:
    """The owners among these whose deadline was put off, and until when; one query."""
    later = period.extensions.filter(owner__in=owners, until__gt=period.submission_closes)
    return dict(later.order_by().values_list("owner").annotate(last=Max("until")))


def round_for(activity: KeyActivity, on: date) -> ReviewPeriod:
    """The period that an update written on a day belongs to: the open one, after its deadline the next.

    Raises `NoRound` where no round is open, or the deadline has passed and the next period is not made yet.
    """
    period = activity.strategy.periods.taking_submissions().first()
    if period is None:
        raise NoRound("No round is open for updates now: the performance office opens the next one")
    if not KeyActivity.objects.filter(pk=activity.pk).asked_in(period).exists():
        raise NoRound(f"{period.label} is open again for a few other activities: this one stays as it was sealed")
    if on <= deadline_of(period, activity.owner_id):
        return period
    following = next_period(period)
    if following is None:
        raise NoRound(f"The deadline of {period.label} has passed: send this once the next round has been made")
    return following


def next_period(period: ReviewPeriod) -> ReviewPeriod | None:
    """The period after, if it has been made."""
    return period.strategy.periods.filter(starts__gt=period.ends).order_by("starts").first()
