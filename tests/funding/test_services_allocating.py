"""Allocating: one row in force a target, the running total right, never more than the stream has."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from accounts.models import User
from aims.choices import EventKind
from aims.errors import Refused
from aims.models import Event, KeyActivity
from funding.choices import AmountKind
from funding.models import Allocation, FundingStream
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from tests.factories import IN_ROUND, make_activity, make_strategy


@pytest.fixture
def given(finance: User) -> dict[str, Any]:
    return {"reason": "Board, minute 12.", "by": finance, "now": IN_ROUND}


def in_force(stream: FundingStream) -> Decimal:
    found: Decimal | None = stream.allocations.in_force().aggregate(total=Sum("amount"))["total"]
    return found or Decimal(0)


def test_an_allocation_is_taken_from_what_is_left(
    stream: FundingStream, activity: KeyActivity, given: dict[str, Any]
) -> None:
    allocate(stream=stream, target=activity, amount=Decimal("600.01"), **given)

    stream.refresh_from_db()
    assert (stream.allocated, stream.unallocated) == (Decimal("600.01"), Decimal("399.99"))


def test_another_amount_takes_the_place_of_the_one_in_force_which_is_kept(
    stream: FundingStream, activity: KeyActivity, finance: User, given: dict[str, Any]
) -> None:
    first = allocate(stream=stream, target=activity, amount=Decimal(900), **given)
    second = allocate(stream=stream, target=activity, amount=Decimal(1000), **given)

    first.refresh_from_db()
    stream.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (IN_ROUND, finance)
    assert list(Allocation.objects.in_force()) == [second]
    assert stream.allocated == in_force(stream) == Decimal(1000)


def test_an_objective_can_be_paid_for_while_it_is_not_broken_down(
    stream: FundingStream, activity: KeyActivity, given: dict[str, Any]
) -> None:
    made = allocate(stream=stream, target=activity.objective, amount=Decimal(10), **given)

    assert (made.objective, made.activity, made.target) == (activity.objective, None, activity.objective)


def test_an_ended_allocation_gives_its_money_back(
    stream: FundingStream, activity: KeyActivity, given: dict[str, Any]
) -> None:
    made = allocate(stream=stream, target=activity, amount=Decimal(900), **given)
    end_allocation(allocation=made, **given)

    stream.refresh_from_db()
    assert stream.allocated == Decimal(0)
    with pytest.raises(Refused, match="has ended already"):
        end_allocation(allocation=made, **given)


def test_more_than_is_left_is_refused_with_what_is_left(
    stream: FundingStream, activity: KeyActivity, given: dict[str, Any]
) -> None:
    stream_of_millions = FundingStream.objects.create(
        strategy=activity.strategy, code="B", name="Big", award=Decimal(5_000_000)
    )
    with pytest.raises(Refused, match=r"B has £5\.00m left"):
        allocate(stream=stream_of_millions, target=activity, amount=Decimal("5000000.01"), **given)

    assert not Allocation.objects.exists()


def test_over_programming_makes_room_beyond_the_award(
    stream: FundingStream, activity: KeyActivity, given: dict[str, Any]
) -> None:
    change: dict[str, Any] = {"stream": stream, "kind": AmountKind.OVER_PROGRAMMING, "dated": date(2026, 10, 1)}
    change_award(amount=Decimal(200), **change, **given)
    allocate(stream=stream, target=activity, amount=Decimal(1150), **given)

    with pytest.raises(Refused, match="is allocated already"):
        change_award(amount=Decimal(100), **change, **given)
    change_award(amount=Decimal(150), **change, **given)
    stream.refresh_from_db()
    assert [stream.award, stream.over_programming, stream.unallocated] == [Decimal(1000), Decimal(150), Decimal(0)]


@pytest.mark.parametrize(
    ("amount", "reason", "problem"),
    [
        ("0", "Minute 1", "above 0"),
        ("-1", "Minute 1", "above 0"),
        ("10", "  ", "rests on"),
    ],
)
def test_what_makes_no_sense_is_refused(
    stream: FundingStream, activity: KeyActivity, finance: User, amount: str, reason: str, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        allocate(stream=stream, target=activity, amount=Decimal(amount), reason=reason, by=finance, now=IN_ROUND)


def test_the_same_amount_again_is_refused(stream: FundingStream, activity: KeyActivity, given: dict[str, Any]) -> None:
    allocate(stream=stream, target=activity, amount=Decimal(5), **given)
    with pytest.raises(Refused, match="another amount"):
        allocate(stream=stream, target=activity, amount=Decimal(5), **given)


def test_what_is_retired_or_of_another_strategy_gets_nothing(stream: FundingStream, given: dict[str, Any]) -> None:
    retired = make_activity("1.1.2", retired_on=date(2026, 4, 1))
    other = make_activity("1.1.1", strategy=make_strategy(slug="other", title="Other", is_in_force=False))
    for target, problem in ((retired, "is retired"), (other, "another strategy")):
        with pytest.raises(Refused, match=problem):
            allocate(stream=stream, target=target, amount=Decimal(5), **given)


def test_history_says_who_allocated_what_of_which_stream(
    stream: FundingStream, activity: KeyActivity, finance: User, given: dict[str, Any]
) -> None:
    allocate(stream=stream, target=activity, amount=Decimal("600.50"), **given)

    event = Event.objects.get(kind=EventKind.ALLOCATED)
    assert (event.reference, event.activity, event.by) == ("funding-streams/A", activity, finance)
    assert (event.before, event.after["amount"]) == ({"amount": "0"}, "600.50")


def test_an_award_is_moved_by_a_dated_change_with_its_reason(stream: FundingStream, given: dict[str, Any]) -> None:
    change = change_award(stream=stream, kind=AmountKind.AWARD, amount=Decimal(2500), dated=date(2026, 9, 1), **given)

    stream.refresh_from_db()
    assert (change.previous, stream.award) == (Decimal(1000), Decimal(2500))
    assert Event.objects.get(kind=EventKind.AWARD_CHANGED).after["award"] == "2500"


@pytest.mark.parametrize(
    ("amount", "reason", "problem"),
    [("1000", "Yes", "another amount"), ("-1", "Yes", "from 0 up"), ("2000", " ", "Say why")],
)
def test_an_award_that_does_not_move_soundly_is_refused(
    stream: FundingStream, finance: User, amount: str, reason: str, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        change_award(
            stream=stream,
            kind=AmountKind.AWARD,
            amount=Decimal(amount),
            dated=date(2026, 9, 1),
            reason=reason,
            by=finance,
            now=IN_ROUND,
        )
