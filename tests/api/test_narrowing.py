"""Lists are narrowed by parameters that add up: by any of some references or values, by days, by flags, by words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from accounts.models import User
from tests.factories import (
    make_activity,
    make_approved,
    make_date_change,
    make_organisation,
    make_owner,
    make_period,
    make_red_values,
    make_user,
)
from wmca_tracker.api.schema import openapi
from wmca_tracker.api.urls import ROUTES

pytestmark = pytest.mark.django_db


def read(path: str, user: User | None = None) -> list[dict[str, Any]]:
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


@pytest.fixture
def strategy() -> None:
    """Three activities: of two bodies, one of them in two places, the last confirmed."""
    ours, theirs = make_organisation(slug="ours"), make_organisation(slug="theirs")
    chief = make_owner(slug="chief", title="Chief Engineer", organisation=ours)
    mayor = make_owner(slug="mayor", title="Mayor", organisation=theirs, approving_post=chief)
    everywhere = make_activity("1.1.1", owner=chief, description="Build the bridge")
    for slug in ("coventry", "dudley"):
        everywhere.places.create(slug=slug, name=slug.title(), authority=make_organisation())
    everywhere.contributors.add(ours, theirs)
    make_activity("1.1.2", owner=mayor, role="influence", description="Speak for the bridge")
    make_activity("2.1.1", owner=mayor, role="enable", kind="continuing", is_proposed=False, description="Run trams")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("number=1.1.2,2.1.1", ["1.1.2", "2.1.1"]),
        ("number=1.1.2&number=2.1.1", ["1.1.2", "2.1.1"]),
        ("aim=1,2&role=influence,enable", ["1.1.2", "2.1.1"]),
        ("aim=9,2", ["2.1.1"]),
        ("place=coventry,dudley", ["1.1.1"]),
        ("contributor=theirs,ours&place=dudley", ["1.1.1"]),
        ("organisation=ours", ["1.1.1"]),
        ("approving_post=chief", ["1.1.2", "2.1.1"]),
        ("is_proposed=false", ["2.1.1"]),
        ("is_proposed=true&kind=time_bound", ["1.1.1", "1.1.2"]),
        ("q=bridge+SPEAK", ["1.1.2"]),
        ("q=engineer", ["1.1.1"]),
        ("q=2.1", ["2.1.1"]),
        ("q=bridge+tram", []),
    ],
)
def test_activities_are_narrowed(strategy: None, query: str, expected: list[str]) -> None:
    assert [found["number"] for found in read(f"activities/?{query}")] == expected


@pytest.fixture
def office() -> User:
    """One who reads two updates, sent an hour apart around midnight in London."""
    make_period()
    make_approved(make_activity("1.1.1"), now=datetime(2026, 10, 12, 22, 30, tzinfo=UTC))
    make_approved(make_activity("1.1.2"), now=datetime(2026, 10, 12, 23, 30, tzinfo=UTC))
    return make_user(UserRole.OFFICE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("submitted_to=2026-10-12", ["1.1.1"]),
        ("submitted_from=2026-10-13", ["1.1.2"]),
        ("submitted_from=2026-10-12&submitted_to=2026-10-13", ["1.1.1", "1.1.2"]),
        ("as_at_from=2026-09-30&as_at_to=2026-09-30", ["1.1.1", "1.1.2"]),
        ("as_at_to=2026-09-29", []),
        ("approved_to=9999-12-31", ["1.1.1", "1.1.2"]),
        ("approved_from=0001-01-01", ["1.1.1", "1.1.2"]),
        ("rag=green,amber&stage=approved", ["1.1.1", "1.1.2"]),
        ("rag=red,amber", []),
        ("is_no_change=true", []),
        ("q=goes", ["1.1.1", "1.1.2"]),
    ],
)
def test_updates_are_narrowed_and_days_are_those_of_london(office: User, query: str, expected: list[str]) -> None:
    assert [found["activity"] for found in read(f"updates/?{query}", office)] == expected


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-2-3", "20260203", "2026-W06-1", "2026-02-03T00:00", "today", "２０２６-02-03"]
)
def test_what_is_not_a_day_is_refused(client: Client, day: str) -> None:
    response = client.get("/api/v1/updates/", {"as_at_from": day})

    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "as_at_from"


def test_no_search_finds_what_the_asker_may_not_read(office: User) -> None:
    make_date_change(make_activity("1.2.1"), reason="Consent came late.")

    assert [len(read(f"{path}?q=late", office)) for path in ("date-changes/", "updates/")] == [1, 0]
    assert read("date-changes/?q=late") == []
    assert read("updates/?q=goes") == []


def test_exempt_text_and_evidence_are_not_searched(client: Client) -> None:
    make_period()
    make_approved(make_activity(), exempt_narrative="The price is £4m", exempt_paragraph=3, evidence="Minute 12")
    board = make_user(UserRole.BOARD)

    assert [len(read(f"updates/?q={word}", board)) for word in ("price", "Minute")] == [0, 0]


def test_all_values_that_a_parameter_takes_are_taken_at_once(client: Client) -> None:
    wrong = []
    for name in ROUTES:
        operation = openapi()["paths"].get(f"/api/v1/{name}/", {}).get("get", {"parameters": []})
        for parameter in operation["parameters"]:
            values = ",".join(parameter["schema"].get("items", {}).get("enum", ()))
            if values and client.get(f"/api/v1/{name}/", {parameter["name"]: values}).status_code != 200:
                wrong.append(f"{name}?{parameter['name']}={values}")
    assert wrong == []


def test_the_worst_rated_come_first_where_that_is_asked_for() -> None:
    make_period()
    make_approved(make_activity("1.1.1"))
    make_approved(make_activity("1.1.2"), **asdict(make_red_values()))
    make_approved(make_activity("1.1.3", role="influence"), rag=None, forecast_rag=None)
    board = make_user(UserRole.BOARD)

    worst, best = ([found["rag"] for found in read(f"updates/?ordering={way}", board)] for way in ("-rag", "rag"))
    assert (worst, best) == (["red", "green", None], ["green", "red", None])
