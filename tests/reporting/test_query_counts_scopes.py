"""Pages by place, organisation and role, and of earlier days, ask the same number of queries at any size."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from tests import factories
from tests.reporting.test_query_counts import make_strategy_of

# The most that a page may ask, sign-in and frame included.
LIMITS = {
    "/places/": 10,
    "/places/dudley/": 28,
    "/organisations/": 10,
    "/organisations/authority/": 30,
    "/roles/deliver/": 26,
    "/roles/influence/": 16,
    "/?on=2025-10-20": 22,
    "/aims/1/?on=2025-10-20": 22,
    "/objectives/1.1/?on=2025-10-20": 24,
    "/activities/1.1.1/?on=2025-10-20": 26,
}


@pytest.mark.django_db
@pytest.mark.parametrize("activities", [30, 600])
def test_pages_ask_a_bounded_number_of_queries(
    client: Client, activities: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_strategy_of(activities)
    board = factories.make_user(UserRole.BOARD)
    client.force_login(board, backend="allauth.account.auth_backends.AuthenticationBackend")
    for address, limit in LIMITS.items():
        with django_assert_max_num_queries(limit, info=address):
            response = client.get(address)
        assert response.status_code == 200, address
    assert b"1.1.1 Deliver work 1.1.1: Off track, was On track" in client.get("/places/dudley/").content
