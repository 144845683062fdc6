"""Opening a closed round again, for a few activities in which a mistake was found."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState
from aims.errors import Refused
from aims.models import Extension, KeyActivity, ReopenedActivity, Reopening, ReviewPeriod, Strategy
from aims.rules.wording import long_date
from aims.selectors.periods import extensions_of, next_period
from aims.services.events import record
from aims.services.periods import share_lock


@transaction.atomic
def reopen_period(
    *,
    period: ReviewPeriod,
    activities: Collection[KeyActivity],
    reason: str,
    until: date,
    by: User,
    now: datetime,
) -> Reopening:
    """Let a closed round take updates again, for these activities alone and until a day, with its reason.

    Their posts have time until then; what was handed on to the next round comes back where it speaks of a day of this
    one. Raises `Refused` while another round is under way, and for what the round never told of. Whether the Board
    has agreed the review is for the caller to know (`reporting.services.reopening`).
    """
    Strategy.objects.select_for_update().get(pk=period.strategy_id)  # as opening does: one round at a time
    locked: ReviewPeriod = ReviewPeriod.objects.select_for_update().get(pk=period.pk)
    _refuse_reopening(locked)
    _refuse_asking(locked, activities, reason, until, timezone.localdate(now))
    locked.state, locked.closed_at = PeriodState.OPEN, None
    locked.save()
    made: Reopening = Reopening.objects.create(period=locked, reason=reason.strip(), at=now, by=by)
    ReopenedActivity.objects.bulk_create(ReopenedActivity(reopening=made, activity=each) for each in activities)
    _give_time(locked, {each.owner_id for each in activities}, until, made)
    record(
        EventKind.REVIEW_REOPENED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        period=locked,
        after={
            "activities": [each.number for each in sorted(activities, key=lambda each: each.order)],
            "reason": made.reason,
            "until": until,
        }
        | _bring_back(locked, activities),
    )
    return made


def _refuse_reopening(period: ReviewPeriod) -> None:
    if period.state != PeriodState.CLOSED:
        raise Refused(f"{period.label} is {period.get_state_display().lower()} already: look how it stands now")
    if period.published_at:
        raise Refused(f"{period.label} is published: note a mistake as an erratum")
    others = period.strategy.periods.exclude(pk=period.pk)
    later = others.filter(starts__gt=period.ends, state=PeriodState.CLOSED).first()
    if later:
        raise Refused(f"{later.label} has been closed since: only the latest review is opened again")
    other = others.filter(state__in=[PeriodState.OPEN, PeriodState.CLOSING]).first()
    if other:
        raise Refused(f"{other.label} is under way: one round takes updates at a time")


def _refuse_asking(
    period: ReviewPeriod, activities: Collection[KeyActivity], reason: str, until: date, on: date
) -> None:
    if not reason.strip():
        raise Refused("Say why the round is opened again: the reason is kept beside the seal")
    if not activities:
        raise Refused("Choose the activities that the round takes updates for")
    told = KeyActivity.objects.filter(strategy=period.strategy_id).standing(period.ends)
    if told.filter(pk__in=[each.pk for each in activities]).count() != len(activities):
        raise Refused(f"Choose among the activities that {period.label} tells of")
    if until < on:
        raise Refused(f"Choose a day from {long_date(on)} on: nobody can send anything by a day that has passed")


def _give_time(period: ReviewPeriod, owners: Collection[int], until: date, made: Reopening) -> None:
    standing = extensions_of(period, owners)
    short = [pk for pk in sorted(owners) if standing.get(pk, period.submission_closes) < until]
    Extension.objects.bulk_create(
        Extension(
            period=period, owner_id=pk, until=until, reason=made.reason, granted_by_id=made.by_id, granted_at=made.at
        )
        for pk in short
    )


def _bring_back(period: ReviewPeriod, activities: Collection[KeyActivity]) -> dict[str, list[str]]:
    """Let what the closing handed on count in this round after all; tells which activities, for the event."""
    following = next_period(period)
    if following is None:
        return {}
    share_lock(following.pk)
    own = KeyActivity.objects.select_for_update().filter(pk__in=[each.pk for each in activities]).order_by("pk")
    handed_on = following.updates.open().filter(activity__in=list(own), as_at__lte=period.ends)
    numbers = list(handed_on.order_by("activity__order").values_list("activity__number", flat=True))
    handed_on.update(period=period)
    return {"brought_back": numbers} if numbers else {}
