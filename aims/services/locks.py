"""What every writer of an activity's dates and evidence holds, always in the same order.

The round first, `FOR SHARE`, so that nothing moves while a review is sealed; then the activity, `FOR UPDATE`, so
that its writers take turns. `aims.services.writing` keeps the same order; writers of money hold the round, then the
stream.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from aims.choices import PeriodState
from aims.errors import NoRound, Refused
from aims.models import KeyActivity, Milestone, ReviewPeriod
from aims.rules.wording import long_date
from aims.services.periods import share_lock

UNDER_WAY = (PeriodState.OPEN, PeriodState.CLOSING)
SHUT = (PeriodState.CLOSING, PeriodState.CLOSED)


def hold_round(strategy_id: int) -> None:
    """Hold the round under way against its closing until the caller's transaction ends.

    Whatever a review seals is written under this hold. Raises `NoRound` while the round is being closed.
    """
    rounds = ReviewPeriod.objects.filter(strategy=strategy_id, state__in=UNDER_WAY)
    for pk in rounds.values_list("pk", flat=True):
        if share_lock(pk) in SHUT:
            raise NoRound("The review is just being closed: send this again in a few minutes")


def hold_activity(activity: KeyActivity, now: datetime, *, retired_too: bool = False) -> KeyActivity:
    """The activity as it stands now, held until the caller's transaction ends.

    Raises `NoRound` while the round is being closed, `Refused` for an activity that has left the strategy.
    """
    hold_round(activity.strategy_id)
    locked: KeyActivity = KeyActivity.objects.select_for_update().get(pk=activity.pk)
    if locked.retired_on and locked.retired_on <= timezone.localdate(now) and not retired_too:
        raise Refused(f"{locked.number} was retired on {long_date(locked.retired_on)}: it no longer changes")
    return locked


def hold_milestone(milestone: Milestone) -> Milestone:
    """The milestone as it stands now, under its activity's lock; raises `Refused` for a retired one."""
    found: Milestone = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if found.retired_on:
        raise Refused(f"“{found.title}” was retired on {long_date(found.retired_on)}: it no longer changes")
    return found
