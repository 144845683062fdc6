"""Reading a closed review costs the same number of queries with a handful of activities and with hundreds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import UserRole
from aims.models import ReviewPeriod
from reporting.services import close_review
from tests import factories
from tests.reporting.conftest import OPEN_ROUND
from tests.reporting.readers import as_role, forget
from tests.reporting.test_query_counts import make_strategy_of

REVIEW = "/reviews/2025-26-h1/"
# The most that a page asks when nothing is kept of it, sign-in and frame included.
LIMITS = {
    "": 16,
    "changes/": 13,
    "exceptions/": 10,
    "aims/1/": 15,
    "activities/1.1.1/": 16,
    "appendices/activities/": 10,
    "appendices/activities/?rag=red": 10,
    "appendices/milestones/": 10,
    "appendices/funding/": 13,
    "appendices/changes/": 10,
    "appendices/method/": 11,
}
KEPT = 8  # once it is kept: the frame, and which review it is


def make_review_of(activities: int) -> None:
    make_strategy_of(activities)
    period = ReviewPeriod.objects.get(slug="2025-26-h1")
    close_review(period=period, by=factories.make_user(UserRole.OFFICE), now=OPEN_ROUND.replace(month=11, day=20))


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{REVIEW}{address}").status_code == 200, address
    return len(asked)


@pytest.mark.django_db
@pytest.mark.parametrize("activities", [52, 520])
def test_pages_of_a_closed_review_ask_a_bounded_number_of_queries(activities: int) -> None:
    make_review_of(activities)
    board = as_role(UserRole.BOARD)
    asked = {}
    for address in LIMITS:
        forget()
        asked[address] = queries_of(board, address)
        assert queries_of(board, address) <= KEPT, address
    assert {address: (number, LIMITS[address]) for address, number in asked.items() if number > LIMITS[address]} == {}
