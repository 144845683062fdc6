"""Awards and over-programming: never edited, moved by dated changes with a reason."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from aims.choices import EventKind
from aims.errors import Refused
from aims.services.locks import hold_round
from funding.choices import AmountKind
from funding.models import AwardChange, FundingStream
from funding.models.streams import TOO_MUCH
from funding.rules import in_millions
from funding.services.events import record_money


@transaction.atomic
def change_award(
    *,
    stream: FundingStream,
    kind: AmountKind,
    amount: Decimal,
    dated: date,
    reason: str,
    by: User,
    now: datetime,
) -> AwardChange:
    """Move a stream's award or its over-programming to another amount.

    Raises `Refused` where nothing moves, no reason is given, or what is allocated would no longer be covered.
    """
    hold_round(stream.strategy_id)
    locked: FundingStream = FundingStream.objects.select_for_update().get(pk=stream.pk)
    previous = locked.award if kind == AmountKind.AWARD else locked.over_programming
    _check(locked, previous, amount, reason)
    change = AwardChange.objects.create(
        stream=locked, kind=kind, previous=previous, amount=amount, dated=dated, reason=reason.strip(), by=by, at=now
    )
    record_money(
        EventKind.AWARD_CHANGED,
        locked,
        by=by,
        now=now,
        before={kind.value: str(previous)},
        after={kind.value: str(amount), "dated": dated, "reason": change.reason},
    )
    return change


def _check(stream: FundingStream, previous: Decimal, amount: Decimal, reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why the amount changes")
    if amount < 0 or amount >= TOO_MUCH:
        raise Refused("Enter the new amount in pounds, from 0 up")
    if amount == previous:
        raise Refused("Enter another amount than the one that stands")
    left = stream.unallocated + amount - previous
    if left < 0:
        spoken_for = in_millions(stream.allocated)
        raise Refused(f"£{spoken_for}m is allocated already: end allocations of £{in_millions(-left, 2)}m first")
