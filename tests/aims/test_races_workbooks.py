"""A double click, two tabs, eight people with the same activities: real threads on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from accounts.models import User
from aims.choices import EventKind
from aims.errors import AlreadyDecided, RowsRefused
from aims.models import Event, KeyActivity, ProgressUpdate, Workbook
from aims.services.workbooks import SEND, Entry, Taken, keep_workbook, take_over
from tests.aims.crowd import EIGHT, Call, Crowd
from tests.factories import IN_ROUND, make_activity, make_user, make_values

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = ("1.1.1", "1.1.2", "1.1.3", "1.1.4")


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    found = Crowd()
    yield found
    found.go_home()


@pytest.fixture
def activities(activity: KeyActivity) -> list[KeyActivity]:
    return [activity, *(make_activity(number, owner=activity.owner) for number in NUMBERS[1:])]


def uploaded(by: User, numbers: Sequence[str] = NUMBERS) -> Workbook:
    words = make_values(narrative=f"By {by.name}")
    entries = [Entry(number, 0, 0, SEND, words) for number in numbers]
    return keep_workbook(name="updates.xlsx", entries=entries, by=by, now=IN_ROUND)


def taking(workbook: Workbook, by: User) -> Call:
    return lambda: take_over(workbook=workbook, by=by, now=IN_ROUND)


def of_kind(answers: Sequence[Any], kind: type) -> list[Any]:
    return [answer for answer in answers if isinstance(answer, kind)]


def test_a_workbook_is_taken_over_once_however_often_it_is_clicked(
    crowd: Crowd, owner: User, activities: list[KeyActivity]
) -> None:
    workbook = uploaded(owner)

    answers = crowd.race([taking(workbook, owner)] * EIGHT)

    assert of_kind(answers, Taken) == [Taken(sent=4, drafted=0)]
    assert len(of_kind(answers, AlreadyDecided)) == EIGHT - 1
    assert ProgressUpdate.objects.count() == len(activities)
    assert Event.objects.filter(kind=EventKind.UPDATE_SUBMITTED).count() == len(activities)


def test_of_eight_workbooks_with_the_same_rows_one_is_taken_whole_and_the_others_not_at_all(
    crowd: Crowd, activities: list[KeyActivity]
) -> None:
    """Each names the rows in another order: taken in that order, the locks would close a circle."""
    people = [make_user(holds=activities[0].owner, name=f"Owner {place}") for place in range(EIGHT)]
    turned = [NUMBERS[place % 4 :] + NUMBERS[: place % 4] for place in range(EIGHT)]
    books = [uploaded(person, numbers) for person, numbers in zip(people, turned, strict=True)]

    answers = crowd.race([taking(book, person) for book, person in zip(books, people, strict=True)])

    assert len(of_kind(answers, Taken)) == 1
    assert len(of_kind(answers, RowsRefused)) == EIGHT - 1
    winner = people[next(place for place, answer in enumerate(answers) if isinstance(answer, Taken))]
    assert set(ProgressUpdate.objects.values_list("narrative", "author")) == {(f"By {winner.name}", winner.pk)}
    assert Workbook.objects.waiting().count() == EIGHT - 1
