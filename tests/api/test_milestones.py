"""Milestones: whoever sees the round live, and the activity's own body, read them with the dates agreed last."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from tests.factories import make_activity, make_agreed_date_change, make_milestone, make_organisation, make_user

pytestmark = pytest.mark.django_db


def client_of(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(path: str, user: User | None) -> Any:
    return client_of(user).get(f"/api/v1/{path}")


def references(query: str, user: User | None) -> list[str]:
    response = ask(f"milestones/?fields=reference&{query}", user)
    assert response.status_code == 200, response.content
    return [found["reference"] for found in response.json()["results"]]


@pytest.fixture
def office() -> User:
    return make_user(UserRole.OFFICE)


@pytest.fixture
def steps() -> None:
    """Two on one activity, the first moved once, and one reached on another."""
    first, second = make_activity("1.1.2"), make_activity("1.1.10")
    moved = make_milestone(first, position=1, title="Case approved", baseline_date=date(2020, 6, 30))
    make_agreed_date_change(first, milestone=moved, field="milestone", proposed_date=date(2020, 9, 30))
    make_milestone(first, position=2, title="Contract let", baseline_date=None)
    make_milestone(
        second, title="Bridge open", baseline_date=date(2020, 5, 1), completed_on=date(2020, 5, 2), evidence="Photo"
    )


def test_a_milestone_tells_its_dates_and_how_often_they_moved(steps: None, office: User) -> None:
    found = ask("milestones/1.1.2/1/", office).json()

    assert found == {
        "reference": "1.1.2/1",
        "activity": "1.1.2",
        "position": 1,
        "title": "Case approved",
        "baseline_date": "2020-06-30",
        "agreed_date": "2020-09-30",
        "moves": 1,
        "completed_on": None,
        "is_complete": False,
        "is_overdue": True,
        "retired_on": None,
        "url": "http://testserver/api/v1/milestones/1.1.2/1/",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1.1.2/1", "1.1.2/2", "1.1.10/1"]),
        ("activity=1.1.2", ["1.1.2/1", "1.1.2/2"]),
        ("is_overdue=true", ["1.1.2/1"]),
        ("is_overdue=false", ["1.1.2/2", "1.1.10/1"]),
        ("is_complete=true", ["1.1.10/1"]),
        ("agreed_from=2020-09-30", ["1.1.2/1"]),
        ("agreed_to=2020-09-29", ["1.1.10/1"]),
        ("completed_from=2020-05-02&completed_to=2020-05-02", ["1.1.10/1"]),
        ("q=case", ["1.1.2/1"]),
        ("ordering=-agreed_date", ["1.1.2/1", "1.1.10/1", "1.1.2/2"]),
        ("ordering=agreed_date", ["1.1.10/1", "1.1.2/1", "1.1.2/2"]),
        ("ordering=-moves,-reference", ["1.1.2/1", "1.1.10/1", "1.1.2/2"]),
    ],
)
def test_they_are_narrowed_and_ordered(steps: None, office: User, query: str, expected: list[str]) -> None:
    assert references(query, office) == expected


def test_what_was_given_up_leaves_the_list_and_keeps_its_address(office: User) -> None:
    make_milestone(retired_on=date(2020, 1, 1))

    assert references("", office) == []
    assert ask("milestones/1.1.1/1/", office).json()["retired_on"] == "2020-01-01"


def test_outside_only_the_activity_s_own_body_reads_them(steps: None) -> None:
    body = make_organisation()
    make_milestone(make_activity("2.1.1", owner=make_activity("2.1.2").owner))
    own = make_activity("3.1.1")
    own.owner.organisation.people.add(partner := make_user(UserRole.PARTNER, organisation=own.owner.organisation))
    make_milestone(own)
    stranger = make_user(UserRole.PARTNER, organisation=body)

    assert references("", partner) == ["3.1.1/1"]
    assert [references("", user) for user in (None, stranger)] == [[], []]
    assert {ask("milestones/1.1.2/1/", user).status_code for user in (None, partner, stranger)} == {404}


def test_one_that_is_hidden_answers_as_one_that_does_not_exist(steps: None) -> None:
    hidden, nowhere = (ask(f"milestones/1.1.2/{place}/", None).content for place in (1, 9))

    assert hidden.replace(b"1.1.2/1/", b"1.1.2/9/") == nowhere


@pytest.mark.parametrize("size", [1, 6])
def test_the_list_costs_as_many_queries_however_long_it_is(
    office: User, django_assert_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for number in range(1, size + 1):
        make_milestone(make_activity(f"1.{number}.1"))
    client = client_of(office)

    with django_assert_num_queries(3):  # the session, the person, the list
        assert len(client.get("/api/v1/milestones/").json()["results"]) == size
