"""Opening a sealed review again before the Board agrees it; its seal and its lines are kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from aims.errors import Refused
from aims.models import KeyActivity, Reopening, Strategy
from aims.services.reopening import reopen_period
from reporting.choices import ReviewStage
from reporting.models import Review
from reporting.services.standing import hold_review


@transaction.atomic
def reopen(
    *, review: Review, activities: Collection[KeyActivity], reason: str, until: date, by: User, now: datetime
) -> Reopening:
    """Take updates again for the activities named, until a day; everything else stays as it was sealed.

    Raises `Refused` once the Board has agreed it, for any review but the latest, and while another round is under
    way. The strategy is held first, as by whoever opens a round.
    """
    Strategy.objects.select_for_update().get(pk=review.period.strategy_id)
    held = hold_review(review)
    if held.stage != ReviewStage.SEALED:
        raise Refused("The Board has agreed it, and from then on nothing changes: note what is wrong as an erratum")
    return reopen_period(period=held.period, activities=activities, reason=reason, until=until, by=by, now=now)
