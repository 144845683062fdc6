"""Recording that the Board agreed a review; from then on nothing in it changes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import Audience, EventKind
from aims.errors import AlreadyDecided, Refused
from aims.rules.wording import long_date
from aims.services.events import record
from reporting.choices import ReviewStage
from reporting.models import Agreement, Review
from reporting.services.standing import hold_review


@transaction.atomic
def agree(
    *, review: Review, agreed_on: date, minute_reference: str, resolution: str, by: User, now: datetime
) -> Agreement:
    """Write down the meeting's day, its minute and what it resolved about the review that stands.

    Raises `AlreadyDecided` once it is agreed, `Refused` for a review that was opened again, without its minute, and
    for a day on which the Board cannot have agreed it.
    """
    held = hold_review(review)
    if held.stage != ReviewStage.SEALED:
        made = held.agreement
        raise AlreadyDecided(f"{made.recorded_by} has recorded already that the Board agreed it: {made}")
    if not minute_reference.strip() or not resolution.strip():
        raise Refused("Give the minute and what the Board resolved: both are printed with the review")
    _refuse_day(agreed_on, timezone.localdate(held.sealed_at), timezone.localdate(now))
    made = Agreement.objects.create(
        review=held,
        agreed_on=agreed_on,
        minute_reference=minute_reference.strip(),
        resolution=resolution.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    record(
        EventKind.REVIEW_AGREED,
        now=now,
        by=by,
        audience=Audience.STAFF,
        period=held.period,
        after={"agreed_on": agreed_on, "minute_reference": made.minute_reference, "resolution": made.resolution},
    )
    return made


def _refuse_day(agreed_on: date, sealed_on: date, today: date) -> None:
    if agreed_on > today:
        raise Refused("The meeting lies ahead: record what the Board agreed once it has met")
    if agreed_on < sealed_on:
        raise Refused(f"The review was sealed on {long_date(sealed_on)}: the Board cannot have agreed it before")
