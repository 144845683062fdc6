"""Two in the room who note what the Board asks at the same moment lose nothing; each lock shown by its absence."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError

from accounts.models import Owner, User
from aims.choices import PeriodState
from aims.errors import Refused
from aims.models import BoardAction, ReviewPeriod
from aims.services.actions import ask_action
from tests.aims.test_races import Call, in_a_thread, while_held
from tests.factories import IN_ROUND, make_owner, make_period, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(db: None) -> ReviewPeriod:
    return make_period(state=PeriodState.CLOSED)


@pytest.fixture
def post(closed: ReviewPeriod) -> Owner:
    return make_owner()


def asking(closed: ReviewPeriod, post: Owner, by: User, text: str) -> Call:
    return lambda: ask_action(period=closed, text=text, owner=post, due_on=date(2027, 1, 31), by=by, now=IN_ROUND)


def numbers() -> list[tuple[int, str]]:
    return list(BoardAction.objects.order_by("number").values_list("number", "text"))


def test_two_actions_at_once_get_a_number_each(closed: ReviewPeriod, post: Owner, office: User) -> None:
    first, second = asking(closed, post, office, "Ask the Treasury."), asking(closed, post, make_user(), "Tell us why.")

    waited, answer = while_held(first, second)

    assert waited
    assert answer.number == 2
    assert numbers() == [(1, "Ask the Treasury."), (2, "Tell us why.")]


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_two_actions_meet_in_one_number(closed: ReviewPeriod, post: Owner, office: User) -> None:
    first, second = asking(closed, post, office, "Ask the Treasury."), asking(closed, post, make_user(), "Tell us why.")

    _, answer = while_held(first, second)

    assert isinstance(answer, IntegrityError)
    assert "one_action_a_number" in str(answer)


def test_a_round_that_is_opened_again_meanwhile_takes_no_action(
    closed: ReviewPeriod, post: Owner, office: User
) -> None:
    def reopen() -> None:
        ReviewPeriod.objects.filter(pk=closed.pk).update(state=PeriodState.OPEN, closed_at=None)

    waited, answer = while_held(reopen, asking(closed, post, office, "Ask the Treasury."))

    assert (waited, isinstance(answer, Refused), numbers()) == (True, True, [])


def test_pressing_twice_at_once_asks_once(closed: ReviewPeriod, post: Owner, office: User) -> None:
    call = asking(closed, post, office, "Ask the Treasury.")

    while_held(call, call)

    assert numbers() == [(1, "Ask the Treasury.")]
    assert in_a_thread(call).number == 1
