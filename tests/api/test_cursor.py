"""Lists are walked by cursor: each row that stays is seen exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aims.models import KeyActivity
from funding.models import FundingStream
from tests.factories import make_activity, make_organisation, make_owner, make_strategy

pytestmark = pytest.mark.django_db


def nothing(page: dict[str, Any]) -> None:
    """Between two pages, nothing happens."""


def walk(
    client: Client, address: str, direction: str = "next", between: Callable[[dict[str, Any]], None] = nothing
) -> list[dict[str, Any]]:
    """Every item, page after page."""
    items: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        page = client.get(following).json()
        items = items + page["results"] if direction == "next" else page["results"] + items
        following = page[direction]
        between(page)
    return items


@pytest.fixture
def activities() -> list[str]:
    owner = make_owner()
    numbers = [f"1.{objective}.{place}" for objective in (1, 2, 10) for place in (1, 2, 3, 9, 10, 11)]
    for number in reversed(numbers):
        make_activity(number, owner=owner)
    return numbers


@pytest.mark.parametrize("size", [1, 4, 6, 17, 18, 19])
def test_a_walk_sees_each_activity_once_in_the_order_of_numbers(
    client: Client, activities: list[str], size: int
) -> None:
    found = walk(client, f"/api/v1/activities/?page_size={size}")

    assert [activity["number"] for activity in found] == activities


def test_a_walk_back_sees_the_same(client: Client, activities: list[str]) -> None:
    address = "/api/v1/activities/?page_size=5"
    while following := client.get(address).json()["next"]:
        address = following

    found = walk(client, address, "previous")

    assert [activity["number"] for activity in found] == activities


def test_a_walk_keeps_its_filters(client: Client, activities: list[str]) -> None:
    found = walk(client, "/api/v1/activities/?objective=1.10&page_size=2")

    assert [activity["number"] for activity in found] == activities[12:]


def test_what_stays_is_seen_once_while_others_come_and_go(client: Client, activities: list[str]) -> None:
    coming = iter([f"1.1.{place}" for place in range(20, 40)])

    def change(page: dict[str, Any]) -> None:
        make_activity(next(coming))
        KeyActivity.objects.filter(number=page["results"][0]["number"]).update(retired_on="2026-01-01")

    found = [activity["number"] for activity in walk(client, "/api/v1/activities/?page_size=3", between=change)]

    assert len(found) == len(set(found))
    assert set(activities) <= set(found)


@pytest.mark.parametrize("name", ["organisations", "owners", "funding-streams"])
def test_other_lists_are_walked_by_their_references(client: Client, name: str) -> None:
    strategy = make_strategy()
    for letter in "CABED":
        make_owner(organisation=make_organisation(slug=letter, name=letter), slug=letter)
        FundingStream.objects.create(strategy=strategy, code=letter, name=letter, award=1)

    found = walk(client, f"/api/v1/{name}/?page_size=2")

    assert [item.get("slug", item.get("code")) for item in found] == list("ABCDE")


def test_the_link_header_says_the_same_as_the_body(client: Client, activities: list[str]) -> None:
    first = client.get("/api/v1/activities/?page_size=4")
    second = client.get(first.json()["next"])
    last = client.get("/api/v1/activities/?page_size=200")

    links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', second["Link"]))
    assert links == {
        second.json()["next"]: "next",
        second.json()["previous"]: "prev",
        "http://testserver/api/v1/activities/?page_size=4": "first",
    }
    assert last["Link"] == '<http://testserver/api/v1/activities/?page_size=200>; rel="first"'


@pytest.mark.parametrize("cursor", ["x", "WyJhZnRlciIsWzEsMSwxXV0:made-up", ":", "é", "%00", "a" * 3000])
def test_a_cursor_that_was_made_up_is_refused(client: Client, cursor: str) -> None:
    response = client.get(f"/api/v1/activities/?cursor={cursor}")

    assert response.status_code == 400
    assert response.json()["type"] == "/api/v1/problems/invalid-cursor/"


def test_a_cursor_of_another_list_is_refused(client: Client, activities: list[str]) -> None:
    cursor = client.get("/api/v1/activities/?page_size=4").json()["next"].partition("cursor=")[2].partition("&")[0]

    assert client.get(f"/api/v1/activities/?cursor={cursor}").status_code == 200
    assert client.get(f"/api/v1/objectives/?cursor={cursor}").status_code == 400


def test_a_cursor_of_another_order_is_refused(client: Client, activities: list[str]) -> None:
    following = client.get("/api/v1/activities/?page_size=4&ordering=-number").json()["next"]

    assert client.get(following).status_code == 200
    for ordering in ("number", "-owner", "-number,owner"):
        assert client.get(following.replace("ordering=-number", f"ordering={ordering}")).status_code == 400
    assert client.get(following.replace("&ordering=-number", "")).status_code == 400


def test_what_is_missing_comes_last_whichever_way_the_list_goes(client: Client) -> None:
    make_activity("1.1.1")
    make_activity("1.1.2", added_on="2024-04-01")
    make_activity("1.1.3", added_on="2025-04-01")

    for ordering, expected in (("added_on", "231"), ("-added_on", "321")):
        found = walk(client, f"/api/v1/activities/?ordering={ordering}&page_size=1")
        assert "".join(activity["number"][-1] for activity in found) == expected
