"""The API as an attacker reads it: what is hidden shows in no answer, no cost, no filter, no tag and no link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aims.models import DateChangeRequest, Milestone, ProgressUpdate, ReviewPeriod
from funding.models import FundingReturn
from tests.api.world import World, make_world
from tests.remembered import remembered
from wmca_tracker.api.query import list_parameters
from wmca_tracker.api.urls import LISTS

pytestmark = pytest.mark.django_db

LISTED = sorted(LISTS)


@pytest.fixture
def world() -> World:
    return remembered(make_world)


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[name]
    return client


def hidden_items() -> Iterator[tuple[str, str]]:
    """Addresses that somebody may read and the public may not, each with one that nothing has."""
    unpublished = ReviewPeriod.objects.filter(published_at__isnull=True).latest("starts")
    sealed = ReviewPeriod.objects.filter(published_at__isnull=True, reviews__isnull=False).get()
    draft = ProgressUpdate.objects.open().latest("pk")
    milestone = Milestone.objects.select_related("activity").latest("pk")
    yield f"periods/{unpublished.slug}/", "periods/2098-99-h1/"
    for part in ("", "lines/", "lines/activity/1.1.1/", "seal/", "seal.txt", "download/", "lines.csv"):
        yield f"reviews/{sealed.slug}/{part}", f"reviews/2098-99-h1/{part}"
    yield f"updates/{draft.pk}/", "updates/999999/"
    yield f"milestones/{milestone.activity.number}/{milestone.position}/", "milestones/1.1.1/99/"
    yield f"date-changes/{DateChangeRequest.objects.latest('pk').pk}/", "date-changes/999999/"
    yield (
        f"funding-returns/{FundingReturn.objects.filter(approved_at=None).latest('pk').pk}/",
        "funding-returns/999999/",
    )


def cost_of(client: Client, path: str) -> tuple[int, list[str]]:
    """What is answered, and the shape of each query that was asked for it."""
    with CaptureQueriesContext(connection) as queries:
        status = client.get(f"/api/v1/{path}").status_code
    return status, [query["sql"].split(" WHERE ")[0] for query in queries]


def test_what_is_hidden_costs_as_much_as_what_does_not_exist(world: World) -> None:
    for name in ("anyone", "partner"):
        client = Client() if name == "anyone" else signed_in(world, name)
        for hidden, nowhere in hidden_items():
            if name == "partner" and client.get(f"/api/v1/{hidden}").status_code == 200:
                continue  # its own
            answered = cost_of(client, hidden)
            assert answered == cost_of(client, nowhere), hidden
            assert answered[0] == 404


def narrowings(name: str) -> Iterator[tuple[str, str]]:
    """Every value of each enumeration or flag that narrows a list, where its items have a field of that name."""
    view: Any = LISTS[name][1]
    fields = view.serializer_class().fields
    for parameter in list_parameters(view):
        schema = parameter.schema.get("items", parameter.schema)
        values = ["true", "false"] if schema.get("type") == "boolean" else schema.get("enum", ())
        if parameter.name in fields:
            yield from ((parameter.name, value) for value in values)


@pytest.mark.parametrize("name", LISTED)
def test_a_filter_finds_by_what_is_told_and_never_by_what_is_not(world: World, name: str) -> None:
    """Otherwise a filter would be an oracle: what it finds would tell a value that the answer leaves out."""
    everything = Client().get(f"/api/v1/{name}/?page_size=200").json()["results"]
    for parameter, value in narrowings(name):
        found = Client().get(f"/api/v1/{name}/?page_size=200&{parameter}={value}").json()["results"]
        told = [row for row in everything if str(row[parameter]).lower() == value]
        assert found == told, (parameter, value)


@pytest.mark.parametrize("name", LISTED)
def test_no_answer_is_given_on_the_word_of_somebody_else_s_tag(world: World, name: str) -> None:
    address = f"/api/v1/{name}/"
    office, public = signed_in(world, "office").get(address), Client().get(address)
    again = Client().get(address, headers={"if-none-match": office["ETag"]})

    assert again.status_code == (304 if office.content == public.content else 200)
    assert (office["Cache-Control"], public["Cache-Control"]) == ("no-cache, private", "no-cache")
    assert {"Accept", "Authorization", "Cookie"} <= {word.strip() for word in public["Vary"].split(",")}


@pytest.mark.parametrize("name", LISTED)
def test_a_cursor_of_the_office_shows_the_public_nothing_more(world: World, name: str) -> None:
    public = Client().get(f"/api/v1/{name}/?page_size=200").json()["results"]
    following = signed_in(world, "office").get(f"/api/v1/{name}/?page_size=1").json()["next"]
    shown = Client().get(following.replace("page_size=1", "page_size=200")).json()["results"] if following else []

    assert all(row in public for row in shown)


def test_a_cursor_opens_no_other_list(world: World) -> None:
    cursor = Client().get("/api/v1/activities/?page_size=1").json()["next"].partition("cursor=")[2].partition("&")[0]

    for path in ("objectives/", "owners/", "activities/?ordering=-role"):
        joined = f"{path}{'&' if '?' in path else '?'}cursor={cursor}"
        assert Client().get(f"/api/v1/{joined}").json()["type"] == "/api/v1/problems/invalid-cursor/"


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "x-original-url", "x-rewrite-url", "forwarded"])
def test_no_header_of_a_stranger_leads_links_elsewhere(world: World, header: str) -> None:
    answer = Client().get("/api/v1/activities/?page_size=1", headers={header: "evil.example"})

    assert answer.status_code == 200
    assert b"evil" not in answer.content
    assert "evil" not in answer["Link"]


def test_a_key_that_is_not_valid_is_refused_also_beside_a_session(world: World) -> None:
    answer = signed_in(world, "office").get("/api/v1/updates/", headers={"authorization": "Bearer wmca_nothing"})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api", error="invalid_token"')


@pytest.mark.parametrize("accept", ["application/json; indent=4", "application/json;version=2", "*/*", "application/*"])
def test_one_state_has_one_form_and_one_tag(world: World, accept: str) -> None:
    usual = Client().get("/api/v1/activities/1.1.1/")
    asked = Client().get("/api/v1/activities/1.1.1/", headers={"accept": accept})

    assert (asked.content, asked["ETag"]) == (usual.content, usual["ETag"])


def test_options_tell_everybody_the_same(world: World) -> None:
    for path in ("updates/", f"updates/{ProgressUpdate.objects.open().latest('pk').pk}/", "updates/999999/"):
        answers = {client.options(f"/api/v1/{path}").content for client in (Client(), signed_in(world, "office"))}
        assert len(answers) == 1, path
