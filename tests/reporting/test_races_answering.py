"""Two in the room who note the Board's answer at the same moment; the lock shown by its absence."""

from __future__ import annotations

import pytest

from accounts.models import User
from aims.errors import AlreadyDecided
from reporting.choices import Reply
from reporting.models import Answer
from reporting.services.answering import answer_ask
from tests.aims.conftest import no_row_locks
from tests.aims.test_races import Call, while_held
from tests.factories import make_user
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["no_row_locks"]


def answering(sealed: Sealed, reply: Reply, text: str, by: User) -> Call:
    review = sealed.review
    return lambda: answer_ask(
        review=review, number="1.1.1", reply=reply, text=text, seen=None, by=by, now=SECOND_CLOSED
    )


def replies() -> list[str]:
    return list(Answer.objects.order_by("pk").values_list("reply", flat=True))


def test_of_two_answers_at_once_one_stands_and_the_other_is_told() -> None:
    sealed = make_sealed()
    first = answering(sealed, Reply.AGREED, "For one year.", sealed.people.office)

    waited, answer = while_held(first, answering(sealed, Reply.DECLINED, "Too dear.", make_user()))

    assert (waited, isinstance(answer, AlreadyDecided), replies()) == (True, True, ["agreed"])


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_the_second_answer_replaces_one_that_nobody_saw() -> None:
    sealed = make_sealed()
    first = answering(sealed, Reply.AGREED, "For one year.", sealed.people.office)

    while_held(first, answering(sealed, Reply.DECLINED, "Too dear.", make_user()))

    assert sorted(replies()) == ["agreed", "declined"]
