"""Sixteen people allocate one stream's money at once, a hundred times: never too much, and nobody's is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections
from django.db.models import QuerySet, Sum

from accounts.models import User
from aims.errors import Refused
from aims.models import KeyActivity
from funding.models import Allocation, FundingStream
from funding.services.allocating import allocate
from tests.factories import IN_ROUND, make_activity, make_stream, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ALLOCATORS = 16
ROUNDS = 100
PATIENCE = 300.0  # a machine with much else to do is slow, not wrong
AWARD = Decimal(1000)
SHARE = Decimal(100)  # ten of sixteen find room


class Crowd:
    """Threads that live as long as the test, each with a connection of its own, and start each round together."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool
        self.start = threading.Barrier(ALLOCATORS)

    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        return [future.result(PATIENCE) for future in [self.pool.submit(self.one, call) for call in calls]]

    def one(self, call: Callable[[], Any]) -> Any:
        self.start.wait(PATIENCE)
        try:
            return call()
        except (Refused, DatabaseError) as error:
            return error

    def leave(self) -> None:
        self.start.wait(PATIENCE)
        connections.close_all()


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    with ThreadPoolExecutor(ALLOCATORS) as pool:
        crowd = Crowd(pool)
        yield crowd
        for future in [pool.submit(crowd.leave) for _ in range(ALLOCATORS)]:
            future.result(PATIENCE)


@pytest.fixture
def activities() -> list[KeyActivity]:
    first = make_activity("1.1.1")
    return [first, *(make_activity(f"1.1.{n}", owner=first.owner) for n in range(2, ALLOCATORS + 1))]


@pytest.fixture
def finance() -> User:
    return make_user()


def a_share(stream: FundingStream, activity: KeyActivity, by: User) -> Callable[[], Allocation]:
    def call() -> Allocation:
        return allocate(stream=stream, target=activity, amount=SHARE, reason="Minute 1.", by=by, now=IN_ROUND)

    return call


def code(number: int) -> str:
    return chr(65 + number // 26) + chr(65 + number % 26)


def test_sixteen_allocators_never_take_more_than_there_is_and_none_is_lost(
    crowd: Crowd, activities: list[KeyActivity], finance: User
) -> None:
    for number in range(ROUNDS):
        stream = make_stream(code=code(number), award=AWARD)

        answers = crowd.at_once([a_share(stream, activity, finance) for activity in activities])

        made = [answer for answer in answers if isinstance(answer, Allocation)]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        stream.refresh_from_db()
        in_force = stream.allocations.in_force().aggregate(total=Sum("amount"))["total"]
        assert (len(made), len(refused)) == (10, 6)
        assert stream.allocated == in_force == AWARD


def test_without_the_lock_the_database_still_refuses_what_is_too_much(
    crowd: Crowd, activities: list[KeyActivity], finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    refused_by_the_database = 0
    for number in range(10):
        stream = make_stream(code=code(number), award=AWARD)
        answers = crowd.at_once([a_share(stream, activity, finance) for activity in activities])
        refused_by_the_database += sum(isinstance(answer, IntegrityError) for answer in answers)
        stream.refresh_from_db()
        assert stream.allocated == sum(isinstance(answer, Allocation) for answer in answers) * SHARE <= AWARD
    assert refused_by_the_database > 0


def test_two_amounts_for_one_target_at_once_take_turns(
    crowd: Crowd, activities: list[KeyActivity], finance: User
) -> None:
    stream = make_stream(award=AWARD)

    def amount(number: int) -> Callable[[], Allocation]:
        said: dict[str, Any] = {"reason": "Minute 1.", "by": finance, "now": IN_ROUND}
        return lambda: allocate(stream=stream, target=activities[0], amount=Decimal(number), **said)

    answers = crowd.at_once([amount(number) for number in range(1, ALLOCATORS + 1)])

    assert all(isinstance(answer, Allocation) for answer in answers), answers
    stream.refresh_from_db()
    assert stream.allocations.count() == ALLOCATORS
    assert stream.allocated == stream.allocations.in_force().get().amount
