"""Each list and each item, by reference, with its fields and its cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from funding.models import FundingStream
from tests.factories import make_activity, make_approved, make_period, publish
from tests.remembered import load_the_strategy, remembered
from wmca_tracker.api.urls import ROUTES

pytestmark = pytest.mark.django_db

FIELDS = {
    "aims": {"number", "title", "statement", "added_on", "retired_on", "url"},
    "objectives": {"number", "statement", "aim", "added_on", "retired_on", "url"},
    "activities": {
        "number",
        "description",
        "objective",
        "role",
        "kind",
        "owner",
        "is_proposed",
        "contributors",
        "places",
        "added_on",
        "retired_on",
        "url",
    },
    "organisations": {"slug", "name", "kind", "membership", "url"},
    "owners": {"slug", "title", "organisation", "approving_post", "is_proposed", "url"},
    "funding-streams": {
        "code",
        "name",
        "award",
        "over_programming",
        "allocated",
        "unallocated",
        "currency",
        "source_note",
        "data_note",
        "funder",
        "spend_kind",
        "starts_year",
        "ends_year",
        "url",
    },
}


@pytest.fixture
def real_strategy() -> None:
    remembered(load_the_strategy)


def read(client: Client, address: str) -> Any:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def test_the_real_strategy_is_open_to_anyone(client: Client, real_strategy: None) -> None:
    lists = {name: read(client, f"{name}/?page_size=200") for name in FIELDS}

    assert {name: len(page["results"]) for name, page in lists.items()} == {
        "aims": 6,
        "objectives": 26,
        "activities": 112,
        "organisations": 43,
        "owners": 34,
        "funding-streams": 20,
    }
    assert {(page["next"], page["previous"]) for page in lists.values()} == {(None, None)}
    assert {name: set(page["results"][0]) for name, page in lists.items()} == FIELDS
    assert [aim["number"] for aim in lists["aims"]["results"]] == ["1", "2", "3", "4", "5", "6"]
    assert "".join(stream["code"] for stream in lists["funding-streams"]["results"]) == "ABCDEFGHIJKLMNOPQRST"


def test_every_item_of_a_list_answers_at_its_own_address(client: Client, real_strategy: None) -> None:
    for name in FIELDS:
        for item in read(client, f"{name}/?page_size=200")["results"]:
            assert read(client, item["url"].partition("/api/v1/")[2]) == item


def test_an_activity_names_its_objective_its_owner_and_its_places_by_reference(
    client: Client, real_strategy: None
) -> None:
    activity = read(client, "activities/1.1.3/")

    assert activity["objective"] == "1.1"
    assert (activity["role"], activity["kind"]) == ("influence", "continuing")
    assert activity["owner"] == "director-of-commercial-and-investments"
    assert activity["places"] == ["solihull"]
    assert activity["is_proposed"] is True


def test_money_is_a_string_of_pounds_beside_its_currency(client: Client, real_strategy: None) -> None:
    stream = read(client, "funding-streams/A/")

    assert (stream["award"], stream["currency"], stream["funder"]) == ("1050000000.00", "GBP", None)


def test_numbers_are_ordered_as_integers(client: Client) -> None:
    for number in ("1.1.10", "1.1.2", "1.10.1", "1.2.1"):
        make_activity(number)

    numbers = [activity["number"] for activity in read(client, "activities/")["results"]]

    assert numbers == ["1.1.2", "1.1.10", "1.2.1", "1.10.1"]


def test_what_was_retired_leaves_the_list_and_keeps_its_address(client: Client) -> None:
    make_activity("1.1.1", added_on="2020-01-01", retired_on="2021-01-01")
    make_activity("1.1.2")

    assert [activity["number"] for activity in read(client, "activities/")["results"]] == ["1.1.2"]
    assert read(client, "activities/1.1.1/")["retired_on"] == "2021-01-01"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("aim=1", {"1.1.1", "1.1.2", "1.2.1"}),
        ("objective=1.1", {"1.1.1", "1.1.2"}),
        ("aim=1&role=influence", {"1.1.2"}),
        ("kind=continuing", {"2.1.1"}),
        ("owner=nobody", set()),
        ("q=LIGHT+rail", {"2.1.1"}),
        ("place=coventry", set()),
    ],
)
def test_activities_are_narrowed_by_parameters_that_add_up(client: Client, query: str, expected: set[str]) -> None:
    make_activity("1.1.1")
    make_activity("1.1.2", role="influence")
    make_activity("1.2.1")
    make_activity("2.1.1", kind="continuing", description="Run the light rail")

    assert {activity["number"] for activity in read(client, f"activities/?{query}")["results"]} == expected


def test_activities_are_narrowed_by_owner_organisation_and_place(client: Client, real_strategy: None) -> None:
    owner = read(client, "activities/?owner=director-of-commercial-and-investments&page_size=200")["results"]
    solihull = read(client, "activities/?place=solihull&page_size=200")["results"]
    ours = read(client, "activities/?organisation=wmca&page_size=200")["results"]

    assert {activity["owner"] for activity in owner} == {"director-of-commercial-and-investments"}
    assert solihull
    assert all("solihull" in activity["places"] for activity in solihull)
    assert len(ours) == KeyActivity.objects.filter(owner__organisation__slug="wmca").count() > 0


def test_an_update_tells_what_was_reported(client: Client) -> None:
    period = make_period()
    activity = make_activity()
    update = make_approved(
        activity, evidence="https://intranet.example/minutes", exempt_narrative="Price: £4m", exempt_paragraph=3
    )
    close(period)

    found = read(client, f"updates/{update.pk}/")

    assert read(client, "updates/")["results"] == [found]
    assert (found["activity"], found["period"], found["owner"]) == ("1.1.1", "2026-27-h1", activity.owner.slug)
    assert (found["state"], found["rag"], found["forecast_rag"]) == ("in_progress", "green", "green")
    assert (found["narrative"], found["as_at"]) == ("Work goes on.", "2026-09-30")
    assert (found["evidence"], found["exempt_narrative"], found["exempt_paragraph"]) == (None, None, None)


@pytest.mark.parametrize(("query", "count"), [("period=2026-27-h1", 2), ("activity=1.1.1", 1), ("rag=red", 0)])
def test_updates_are_narrowed_by_parameters(client: Client, query: str, count: int) -> None:
    period = make_period()
    make_approved(make_activity("1.1.1"))
    make_approved(make_activity("1.1.2"))
    close(period)

    assert len(read(client, f"updates/?{query}")["results"]) == count


def test_a_period_is_read_by_its_slug(client: Client) -> None:
    publish(make_period(state=PeriodState.CLOSED))

    found = read(client, "periods/2026-27-h1/")

    assert (found["starts"], found["ends"], found["state"]) == ("2026-04-01", "2026-09-30", "closed")
    assert read(client, "periods/?state=closed")["results"] == [found]


def test_the_root_tells_every_address(client: Client) -> None:
    found = read(client, "")

    assert set(found) == set(ROUTES) > {*FIELDS, "periods", "updates", "date-changes", "schema", "docs", "problems"}
    assert all(client.get(address).status_code == 200 for address in found.values())


@pytest.mark.parametrize("size", [2, 12])
def test_a_list_costs_as_many_queries_however_long_it_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    period = make_period()
    for number in range(1, size + 1):
        activity = make_activity(f"{number}.1.1")
        activity.contributors.add(activity.owner.organisation)
        make_approved(activity)
        FundingStream.objects.create(strategy=period.strategy, code=chr(64 + number), name="Stream", award=1)
    close(period)

    for name in [*FIELDS, "periods", "updates"]:
        with django_assert_max_num_queries(4):
            assert read(client, f"{name}/?page_size=200")["results"], name


def close(period: ReviewPeriod) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.CLOSED, closed_at="2026-11-10T09:00:00Z")
    publish(period)
