"""Opening an agreed review to anyone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from aims.choices import Audience, EventKind
from aims.errors import AlreadyDecided, Refused
from aims.services.events import record
from reporting.choices import ReviewStage
from reporting.models import Publication, Review
from reporting.services.standing import hold_review


@transaction.atomic
def publish(*, review: Review, by: User, now: datetime) -> Publication:
    """Let anyone read a review that the Board has agreed; it cannot be taken back.

    Raises `AlreadyDecided` once it is published, `Refused` before the Board has agreed it.
    """
    held = hold_review(review)
    if held.stage == ReviewStage.PUBLISHED:
        raise AlreadyDecided(f"{held.publication.published_by} has published it already, on {held.publication}")
    if held.stage != ReviewStage.AGREED:
        raise Refused("Record first that the Board has agreed it: nobody outside reads what was not agreed")
    made = Publication.objects.create(review=held, published_at=now, published_by=by)
    held.period.published_at = now
    held.period.save(update_fields=["published_at"])
    record(EventKind.REVIEW_PUBLISHED, now=now, by=by, audience=Audience.PUBLIC, period=held.period)
    return made
