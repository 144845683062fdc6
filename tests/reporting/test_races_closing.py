"""Whoever writes while a round closes: what they wrote is wholly sealed, or they are told what to do.

Real threads on a real PostgreSQL. Each promise is shown twice: kept by the two transactions, and broken in one.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import DateField, PeriodState
from aims.errors import AimsError
from aims.models import DateChangeRequest, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.services.dates import decide_date_change
from aims.services.deciding import approve_update
from aims.services.strategy import change_terms
from aims.services.writing import save_draft, submit_update
from funding.choices import AmountKind
from funding.models import FundingStream
from funding.services.allocating import allocate
from funding.services.awards import change_award
from reporting.lines import Book
from reporting.models import Review, SealedLine
from reporting.sealing.verifying import verify
from reporting.selectors.books import book_of
from reporting.services import close_review
from reporting.services.sealing import silent
from tests.aims.test_races import Call, in_a_thread, while_held
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_date_change,
    make_owner,
    make_period,
    make_stream,
    make_submitted,
    make_user,
    make_values,
)
from tests.reporting.at_work import somebody_waits, wait_until
from tests.reporting.sealed import review_of

pytestmark = pytest.mark.django_db(transaction=True)
LONG = 60


@dataclass(frozen=True, slots=True)
class Scene:
    """An open round with one activity for each writer."""

    period: ReviewPeriod
    following: ReviewPeriod
    activities: dict[str, KeyActivity]
    submitted: ProgressUpdate
    request: DateChangeRequest
    stream: FundingStream
    owner: User
    approver: User
    office: User

    def book(self) -> Book:
        """What was sealed."""
        return book_of(review_of(self.period), exempt=True)

    def period_of(self, number: str) -> ReviewPeriod:
        """The period in which the activity's update stands."""
        return ProgressUpdate.objects.select_related("period").get(activity=self.activities[number]).period


@pytest.fixture
def scene(db: None) -> Scene:
    period, following = make_period(), make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    above = make_owner()
    post = make_owner(approving_post=above)
    activities = {f"1.1.{place}": make_activity(f"1.1.{place}", owner=post) for place in range(1, 7)}
    activities["1.1.4"] = make_activity("1.2.4", owner=post, baseline_end=date(2027, 3, 31))
    owner = make_user(holds=post)
    return Scene(
        period=period,
        following=following,
        activities=activities,
        submitted=make_submitted(activities["1.1.3"], by=owner, narrative="Signed off at the last minute."),
        request=make_date_change(activities["1.1.4"], field=DateField.END, requested_by=owner),
        stream=make_stream(),
        owner=owner,
        approver=make_user(UserRole.APPROVER, holds=above),
        office=make_user(UserRole.OFFICE),
    )


def saving(scene: Scene) -> object:
    values = make_values(narrative="Begun.")
    return save_draft(activity=scene.activities["1.1.1"], values=values, version=0, by=scene.owner, now=IN_ROUND)


def sending(scene: Scene) -> object:
    values = make_values(narrative="Sent.")
    return submit_update(activity=scene.activities["1.1.2"], values=values, version=0, by=scene.owner, now=IN_ROUND)


def approving(scene: Scene) -> object:
    return approve_update(update=scene.submitted, version=1, by=scene.approver, now=IN_ROUND)


def agreeing(scene: Scene) -> object:
    return decide_date_change(request=scene.request, agreed=True, note="", by=scene.approver, now=IN_ROUND)


def allocating(scene: Scene) -> object:
    target, amount = scene.activities["1.1.5"], Decimal(250)
    return allocate(stream=scene.stream, target=target, amount=amount, reason="Agreed.", by=scene.office, now=IN_ROUND)


def awarding(scene: Scene) -> object:
    return change_award(
        stream=scene.stream,
        kind=AmountKind.AWARD,
        amount=Decimal(2_000),
        dated=IN_ROUND.date(),
        reason="Agreed.",
        by=scene.office,
        now=IN_ROUND,
    )


def rewording(scene: Scene) -> object:
    return change_terms(
        subject=scene.activities["1.1.6"],
        wanted={"description": "Other words"},
        version=0,
        effective=scene.period,
        reason="Agreed.",
        by=scene.office,
        now=IN_ROUND,
    )


def handed_on(scene: Scene, number: str) -> bool:
    """What is not signed off goes to the next round, and nothing of it is sealed."""
    return scene.period_of(number) == scene.following and scene.book().by_number[number].update is None


def approval_is_sealed(scene: Scene) -> bool:
    told = scene.book().by_number["1.1.3"].update
    return told is not None and told.narrative == "Signed off at the last minute."


def move_is_sealed(scene: Scene) -> bool:
    book = scene.book()
    moved = [move.agreed for move in book.date_moves]
    return moved == [date(2027, 4, 30)] and book.by_number["1.2.4"].end.agreed == date(2027, 4, 30)


def allocation_is_sealed(scene: Scene) -> bool:
    book = scene.book()
    paid = book.by_number["1.1.5"].paid
    return [each.amount for each in paid] == [Decimal(250)] and book.whole.sums.allocated == Decimal(250)


def award_is_sealed(scene: Scene) -> bool:
    return [stream.award for stream in scene.book().streams] == [Decimal(2_000)]


def words_are_sealed(scene: Scene) -> bool:
    return scene.book().by_number["1.1.6"].description == "Other words"


Writer = Callable[[Scene], object]
WRITERS: dict[str, tuple[Writer, Callable[[Scene], bool]]] = {
    "a draft": (saving, partial(handed_on, number="1.1.1")),
    "an update": (sending, partial(handed_on, number="1.1.2")),
    "an approval": (approving, approval_is_sealed),
    "a date": (agreeing, move_is_sealed),
    "an allocation": (allocating, allocation_is_sealed),
    "an award": (awarding, award_is_sealed),
    "a wording": (rewording, words_are_sealed),
}


def closing(scene: Scene, tell: Callable[[int, int], None] = silent) -> Call:
    return lambda: close_review(period=scene.period, by=scene.office, now=IN_ROUND, tell=tell)


def closing_in_one_transaction(scene: Scene) -> Call:
    """The snapshot of repeatable read is taken before the writers were waited for."""

    def close() -> Any:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return close_review(period=scene.period, by=scene.office, now=IN_ROUND)

    return close


@pytest.mark.parametrize("writer", WRITERS)
def test_what_was_being_written_when_the_closing_began_is_wholly_sealed(scene: Scene, writer: str) -> None:
    write, is_told = WRITERS[writer]
    waited, answer = while_held(partial(write, scene), closing(scene))

    assert (waited, answer) == (True, scene.period)
    assert is_told(scene)
    assert verify() == []


@pytest.mark.parametrize("writer", ["a draft", "an update", "a date", "an allocation", "an award"])
def test_in_one_transaction_what_was_being_written_would_be_lost(scene: Scene, writer: str) -> None:
    write, is_told = WRITERS[writer]
    waited, answer = while_held(partial(write, scene), closing_in_one_transaction(scene))

    assert (waited, answer) == (True, scene.period)
    assert not is_told(scene)


@pytest.mark.parametrize("writer", ["an approval", "a wording"])
def test_in_one_transaction_what_changes_a_row_would_undo_the_closing(scene: Scene, writer: str) -> None:
    waited, answer = while_held(partial(WRITERS[writer][0], scene), closing_in_one_transaction(scene))

    assert waited
    assert isinstance(answer, OperationalError)


class Pause:
    """Halts a closing while its lines are written, until it is told to go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = Event(), Event()

    def __call__(self, done: int, total: int) -> None:
        self.reached.set()
        assert self.go_on.wait(LONG)


@pytest.mark.parametrize("writer", WRITERS)
def test_who_comes_while_the_lines_are_written_is_told_what_to_do(scene: Scene, writer: str) -> None:
    write, _ = WRITERS[writer]
    pause = Pause()
    with ThreadPoolExecutor(2) as pool:
        closed = pool.submit(in_a_thread, closing(scene, pause))
        try:
            assert pause.reached.wait(LONG)
            written = pool.submit(in_a_thread, partial(write, scene))
            wait_until(lambda: written.done() or somebody_waits())
        finally:
            pause.go_on.set()
        answer = written.result(LONG)

    assert closed.result(LONG) == scene.period
    assert isinstance(answer, AimsError)
    assert "again" in answer.message or "next" in answer.message
    assert verify() == []


def test_a_failure_halfway_leaves_the_round_open_and_nothing_of_the_seal(scene: Scene) -> None:
    def fail(done: int, total: int) -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        closing(scene, fail)()

    assert ReviewPeriod.objects.get(pk=scene.period.pk).state == PeriodState.OPEN
    assert not SealedLine.objects.exists()
    assert not Review.objects.exists()
    assert closing(scene)() == scene.period
    assert verify() == []


def test_who_looked_at_the_clock_after_the_closing_began_is_told_too(scene: Scene) -> None:
    later = IN_ROUND.replace(hour=IN_ROUND.hour + 1)
    agree = partial(decide_date_change, request=scene.request, agreed=True, note="", by=scene.approver, now=later)
    waited, _ = while_held(agree, closing(scene))

    assert waited
    assert move_is_sealed(scene)
    assert review_of(scene.period).sealed_at == later
