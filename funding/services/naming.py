"""Naming the body whose programs return a stream's figures."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from aims.choices import EventKind
from aims.errors import Refused
from funding.models import FundingStream
from funding.services.events import record_money


@transaction.atomic
def name_returner(
    *, stream: FundingStream, organisation: Organisation | None, by: User, now: datetime
) -> FundingStream:
    """Let a body return the stream's figures through its keys; None leaves them to the combined authority's finance.

    Raises `Refused` where that body returns them already.
    """
    locked: FundingStream = FundingStream.objects.select_for_update().get(pk=stream.pk)
    before = locked.returned_by
    if organisation == before:
        raise Refused(f"{before or 'Finance'} returns the figures of {locked.code} already: choose another")
    locked.returned_by = organisation
    locked.save(update_fields=["returned_by"])
    record_money(
        EventKind.RETURNER_NAMED,
        locked,
        by=by,
        now=now,
        before={"returned_by": before and before.slug},
        after={"returned_by": organisation and organisation.slug},
    )
    return locked
