"""Allocating money: one row in force a stream and target, never more in all than the stream has.

The round is held first, so that no review is sealed meanwhile, then the stream's row, so that allocators of one
stream take turns; the database's running total refuses whatever gets past that.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from aims.choices import EventKind
from aims.errors import Refused
from aims.models import KeyActivity, Objective
from aims.services.locks import hold_round
from funding.models import Allocation, FundingStream
from funding.rules import in_millions
from funding.services.events import record_money


@transaction.atomic
def allocate(
    *,
    stream: FundingStream,
    target: KeyActivity | Objective,
    amount: Decimal,
    reason: str,
    by: User,
    now: datetime,
) -> Allocation:
    """Allocate an amount in pounds to an activity or an objective; another amount takes the place of the one in force.

    Raises `Refused` with what is left where the stream has not enough, or where nothing changes.
    """
    hold_round(stream.strategy_id)
    locked: FundingStream = FundingStream.objects.select_for_update().get(pk=stream.pk)
    field = field_of(target)
    standing = locked.allocations.in_force().filter(**{field: target}).first()
    before = standing.amount if standing else Decimal(0)
    _check(locked, target, amount, before, reason)
    if standing:
        _end(standing, by, now)
    made = Allocation.objects.create(
        stream=locked,
        amount=amount,
        reason=reason.strip(),
        allocated_by=by,
        allocated_at=now,
        **{field: target},
    )
    record_money(
        EventKind.ALLOCATED,
        locked,
        by=by,
        now=now,
        before={"amount": str(before)},
        after={"amount": str(amount), "reason": made.reason},
        **{field: target},
    )
    return made


@transaction.atomic
def end_allocation(*, allocation: Allocation, reason: str, by: User, now: datetime) -> Allocation:
    """End an allocation: its money is unallocated again. Raises `Refused` where it has ended already."""
    hold_round(allocation.stream.strategy_id)
    FundingStream.objects.select_for_update().get(pk=allocation.stream_id)
    locked: Allocation = Allocation.objects.select_related("stream", "activity", "objective").get(pk=allocation.pk)
    if locked.ended_at:
        raise Refused(f"This allocation to {locked.target.number} has ended already")
    if not reason.strip():
        raise Refused("Say why the allocation ends")
    _end(locked, by, now)
    record_money(
        EventKind.ALLOCATION_ENDED,
        locked.stream,
        by=by,
        now=now,
        before={"amount": str(locked.amount)},
        after={"amount": "0.00", "reason": reason.strip()},
        **{field_of(locked.target): locked.target},
    )
    return locked


def field_of(target: KeyActivity | Objective) -> str:
    """The column of an allocation that names such a target."""
    return "activity" if isinstance(target, KeyActivity) else "objective"


def _end(allocation: Allocation, by: User, now: datetime) -> None:
    allocation.ended_by, allocation.ended_at = by, now
    allocation.save(update_fields=["ended_by", "ended_at"])


def _check(
    stream: FundingStream, target: KeyActivity | Objective, amount: Decimal, before: Decimal, reason: str
) -> None:
    problem = _target_problem(stream, target) or _amount_problem(stream, amount, before)
    if problem:
        raise Refused(problem)
    if not reason.strip():
        raise Refused("Say what the allocation rests on, such as the decision that made it")


def _target_problem(stream: FundingStream, target: KeyActivity | Objective) -> str:
    if target.strategy_id != stream.strategy_id:
        return f"{target.number} belongs to another strategy than {stream.code}"
    return f"{target.number} is retired: allocate to what succeeds it" if target.retired_on else ""


def _amount_problem(stream: FundingStream, amount: Decimal, before: Decimal) -> str:
    if amount <= 0:
        return "Enter an amount above 0; to take money back, end the allocation"
    if amount == before:
        return "Enter another amount than the one that stands"
    left = stream.unallocated + before
    if amount > left:
        return f"{stream.code} has £{in_millions(left, 2)}m left: allocate no more, or record over-programming first"
    return ""
