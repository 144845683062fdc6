"""As it stood on any date: the figures of a day equal what was shown live on it, and what was sealed at a closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.choices import UserRole
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from reporting.choices import Scope
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, Sums
from reporting.locks import ScopeKey
from reporting.models import Position
from reporting.selectors.as_it_stood import Stood, stood
from reporting.selectors.as_it_stood_when import Calendar, Then
from reporting.selectors.books import book_of
from reporting.selectors.standings import Standing
from tests.factories import make_user
from tests.reporting.random_days import LAST, REMEMBERED, RandomDays
from tests.reporting.sealed import Sealed, make_sealed, review_of

pytestmark = pytest.mark.django_db

COMPARED = ("is_due", "role", "mark", "previous_mark", "direction", "long_direction", "state", "rag", "forecast_rag")


def then_at(instant: datetime) -> Then:
    """As staff see it."""
    found = Calendar(make_user(UserRole.BOARD), (instant + timedelta(days=400)).date()).at(instant)
    assert found is not None
    return found


def sealed_sums(book: Book) -> dict[ScopeKey, Sums]:
    """The sums of every scope that a review sealed, without those that count nothing."""
    found: dict[ScopeKey, Sums] = {(Scope.STRATEGY, ""): book.whole.sums}
    found |= {(Scope.AIM, line.number): line.sums for line in book.aims}
    found |= {(Scope.OBJECTIVE, line.number): line.sums for line in book.objectives}
    found |= {(Scope.STREAM, line.code): line.sums for line in book.streams}
    for scope, lines in (
        (Scope.ORGANISATION, book.organisations),
        (Scope.PLACE, book.places),
        (Scope.ROLE, book.roles),
    ):
        found |= {(scope, line.slug): line.sums for line in lines}
    return {scope: sums for scope, sums in found.items() if sums.counts.activities or sums.not_traced}


def told(row: ActivityLine | Position) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*COMPARED, "overdue_milestones")}


def assert_equals_its_seal(period: ReviewPeriod, found: Stood) -> None:
    review = review_of(period)
    book = book_of(review, exempt=False)
    assert found.sums == sealed_sums(book)
    by_number = dict(KeyActivity.objects.values_list("pk", "number"))
    positions = {by_number[each.activity_id]: told(each) for each in found.positions}
    assert positions == {line.number: told(line) for line in book.activities}
    assert [(mark.number, mark.wording, mark.organisation) for mark in found.marks] == [
        (line.number, line.description, line.post.organisation.name) for line in book.activities
    ]
    if review.number == 1:  # opened again, a line that is not told anew keeps the title that its post had at first
        assert [mark.post for mark in found.marks] == [line.post.title for line in book.activities]


@pytest.fixture
def sealed() -> Sealed:
    return make_sealed()


def test_on_the_closing_instant_every_activity_and_scope_stands_as_it_was_sealed(sealed: Sealed) -> None:
    closed_at, again = sealed.first.closed_at, sealed.second.closed_at
    assert closed_at
    assert again
    first = Then(on=closed_at.date(), instant=closed_at, period=sealed.first, closed_at=closed_at, sealed_at=closed_at)
    for then, period in ((first, sealed.first), (then_at(again), sealed.second)):
        assert then.period == period
        assert_equals_its_seal(period, stood(then))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_day_of_a_random_history_stands_as_it_was_shown_live(seed: int) -> None:
    days = RandomDays(seed)
    calendar = Calendar(make_user(UserRole.BOARD), LAST)

    for remembered in days.remembered:
        then = calendar.at_end_of(remembered.on)
        assert then is not None
        assert (remembered.on, then.period) == (remembered.on, remembered.period)
        found = stood(then)
        assert (remembered.on, positions_of(found)) == (remembered.on, remembered.positions)
        assert (remembered.on, found.sums) == (remembered.on, remembered.sums)
        assert [alike(each, then) for each in found.marks] == [alike(each, then) for each in remembered.marks]
    for period in ReviewPeriod.objects.filter(state=PeriodState.CLOSED):
        assert period.closed_at
        assert_equals_its_seal(period, stood(then_at(period.closed_at)))
    assert len(days.remembered) > 20


def positions_of(found: Stood) -> dict[int, dict[str, Any]]:
    return {each.activity_id: {name: getattr(each, name) for name in REMEMBERED[1:]} for each in found.positions}


def alike(standing: Standing, then: Then) -> Standing:
    """Without its address, and once closed without the post's title: the seal keeps it, the row takes a new one."""
    return replace(standing, url="", post="" if then.closed_at else standing.post)
