"""Whole lists as files: CSV, what describes it, and JSON; by the Accept header and by the end of the address."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from functools import reduce
from io import StringIO
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import get_resolver
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from aims.api.serializers import ActivitySerializer
from aims.models import Aim, KeyActivity
from tests.api.csvw import faults
from tests.api.test_cursor import walk
from tests.api.world import make_world
from tests.factories import make_activity, make_owner, make_stream
from tests.remembered import remembered
from wmca_tracker.api.formats import files, whole

pytestmark = pytest.mark.django_db

CSV = {"accept": "text/csv"}
WHO = [None, UserRole.OFFICE]


@pytest.fixture
def world() -> None:
    remembered(make_world)


def client_of(role: UserRole | None) -> Client:
    """Somebody of the world in this role, or anyone."""
    client = Client()
    if role:
        person = User.objects.filter(role=role).earliest("pk")
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def content(response: Any) -> bytes:
    found: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return found


def rows_of(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200, content(response)
    return list(csv.DictReader(StringIO(content(response).decode(), newline=""), strict=True))


def lists() -> dict[str, str]:
    """The address of every list that is a file too, by the name of its route."""
    named = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    routes = [name for name in named if re.fullmatch("api-.+-file", name)]
    period = {"period": published_period(), "form": "csv"}
    return {name.removesuffix("-file"): _address(name, period) for name in routes}


def _address(route: str, period: Mapping[str, str]) -> str:
    ((pattern, _), *_), *_ = get_resolver().reverse_dict.getlist(route)[0]
    return f"/{pattern % period}".removesuffix(".csv")


def published_period() -> str:
    """The half-year whose review anyone reads."""
    page = Client().get("/api/v1/reviews/").json()
    return str(page["results"][0]["period"])


def field_of(item: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    """A value of JSON as CSV has it in a column."""
    value: Any = reduce(lambda inside, part: inside and inside[part], column["name"].split("."), item)
    if "separator" in column:
        return str(column["separator"].join(value))
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


@pytest.mark.parametrize("role", WHO)
def test_every_list_tells_the_same_as_csv_as_json_and_in_pages(world: None, role: UserRole | None) -> None:
    client, found = client_of(role), lists()
    assert len(found) >= 15

    for name, address in found.items():
        table = rows_of(client.get(f"{address}.csv"))
        columns = client.get(f"{address}.csv-metadata.json").json()["tableSchema"]["columns"]
        items = client.get(f"{address}.json").json()["results"]
        paged = client.get(f"{address}/", {} if name == "api-changes" else {"page_size": 200}).json()

        assert items == paged["results"], name
        assert [{column["name"]: field_of(item, column) for column in columns} for item in items] == table, name


@pytest.mark.parametrize("role", WHO)
def test_every_csv_is_as_its_metadata_says(world: None, role: UserRole | None) -> None:
    client = client_of(role)

    for name, address in lists().items():
        described = client.get(f"{address}.csv-metadata.json")
        table = content(client.get(f"{address}.csv")).decode()

        assert described["Content-Type"] == "application/csvm+json"
        assert list(faults(described.json(), table)) == [], name
        assert described.json()["url"] == f"{address.rpartition('/')[2]}.csv"
        assert ("dc:license" in described.json()) == (role is None)


def test_what_is_included_is_described_too(client: Client, world: None) -> None:
    query = "?include=owner,milestones&fields=number,owner.title,owner.slug&ordering=-number"
    described = client.get(f"/api/v1/activities.csv-metadata.json{query}").json()
    response = client.get(f"/api/v1/activities.csv{query}")
    table = rows_of(response)

    assert list(faults(described, response.content.decode())) == []
    assert described["url"] == f"activities.csv{query.replace(',', '%2C')}"
    assert list(table[0]) == ["number", "included.owner.slug", "included.owner.title", "included.milestones"]
    assert [row["number"] for row in table] == sorted((row["number"] for row in table), reverse=True)
    assert isinstance(json.loads(table[0]["included.milestones"]), list)


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        ("activities{}?include=position,latest_update", "included.position.mark"),
        ("activities{}?include=position&period={period}", "included.position.mark"),
        ("aims{}?include=summary", "included.summary.counts.red"),
        ("organisations{}?include=summary&period={period}", "included.summary.headline"),
    ],
)
def test_figures_have_columns_of_their_own(world: None, asked: str, column: str) -> None:
    client, period = client_of(UserRole.OFFICE), published_period()
    described = client.get("/api/v1/" + asked.format(".csv-metadata.json", period=period)).json()
    response = client.get("/api/v1/" + asked.format(".csv", period=period))

    assert list(faults(described, response.content.decode())) == []
    assert any(row[column] for row in rows_of(response))


def test_metadata_tells_types_enumerations_and_keys(client: Client) -> None:
    described = client.get("/api/v1/activities.csv-metadata.json").json()
    columns = {column["name"]: column for column in described["tableSchema"]["columns"]}
    money = client.get("/api/v1/funding-streams.csv-metadata.json").json()["tableSchema"]["columns"]

    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    assert (described["tableSchema"]["primaryKey"], described["tableSchema"]["aboutUrl"]) == ("number", "{+url}")
    assert columns["role"]["datatype"] == {"base": "string", "format": "deliver|enable|influence"}
    assert columns["places"]["separator"] == " "
    assert (columns["retired_on"]["datatype"], columns["retired_on"]["required"]) == ("date", False)
    assert columns["number"]["dc:description"]
    assert {column["name"]: column["datatype"] for column in money}["award"] == "decimal"


def test_the_accept_header_gives_the_same_file(client: Client, world: None) -> None:
    by_address = client.get("/api/v1/activities.csv?aim=1")
    by_header = client.get("/api/v1/activities/?aim=1", headers=CSV)

    assert by_header.content == by_address.content
    assert by_header["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert by_header["Content-Disposition"] == 'attachment; filename="activities.csv"'
    assert by_header["Content-Location"] == "/api/v1/activities.csv?aim=1"
    assert by_header["Link"] == (
        '</api/v1/activities.csv-metadata.json?aim=1>; rel="describedby"; type="application/csvm+json"'
    )
    assert "Accept" in by_header["Vary"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("text/csv, application/xml", "text/csv; charset=utf-8; header=present"),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        ("text/html", "application/problem+json"),
    ],
)
def test_a_list_comes_in_the_form_that_is_accepted(client: Client, accept: str, expected: str) -> None:
    assert client.get("/api/v1/aims/", headers={"accept": accept})["Content-Type"] == expected


def test_where_nothing_is_accepted_the_forms_are_told(client: Client) -> None:
    of_list = client.get("/api/v1/aims/", headers={"accept": "text/html"})
    make_activity()
    of_item = client.get("/api/v1/aims/1/", headers=CSV)

    assert (of_list.status_code, of_list.json()["detail"]) == (406, "Here there is: application/json, text/csv.")
    assert (of_item.status_code, of_item.json()["detail"]) == (406, "Here there is: application/json.")


def test_an_address_gives_its_form_whatever_else_is_accepted(client: Client) -> None:
    asked = {"accept": "text/html,application/xhtml+xml"}

    assert client.get("/api/v1/aims.csv", headers=asked)["Content-Type"].startswith("text/csv")
    assert client.get("/api/v1/aims.json", headers=asked)["Content-Type"] == "application/json"


@pytest.mark.parametrize("suffix", ["csv", "json", "csv-metadata.json"])
@pytest.mark.parametrize(
    "query", ["cursor=x", "page_size=5", "colour=red", "aim=", "role=Deliver", "fields=colour", "ordering=colour"]
)
def test_what_a_file_does_not_know_is_refused_before_it_begins(client: Client, suffix: str, query: str) -> None:
    response = client.get(f"/api/v1/activities.{suffix}?{query}")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_pages_are_not_cut_out_of_csv(client: Client) -> None:
    assert client.get("/api/v1/activities/?page_size=5", headers=CSV).status_code == 400


def test_the_feed_as_a_file_begins_where_it_is_asked_to(world: None) -> None:
    office = client_of(UserRole.OFFICE)
    positions = [int(row["position"]) for row in rows_of(office.get("/api/v1/changes.csv"))]
    later = rows_of(office.get(f"/api/v1/changes.csv?since={positions[4]}"))

    assert positions == sorted(positions)
    assert [int(row["position"]) for row in later] == positions[5:]


def test_nothing_becomes_a_formula_and_numbers_stay_numbers(client: Client) -> None:
    words = '=HYPERLINK("https://evil.example")\nand, "more"'
    make_activity(description=words)
    (row,) = rows_of(client.get("/api/v1/activities.csv"))
    (item,) = client.get("/api/v1/activities.json").json()["results"]

    assert row["description"] == f"'{words}"
    assert item["description"] == words


def test_csv_is_utf_8_without_a_mark_and_ends_its_lines_as_rfc_4180_says(client: Client) -> None:
    make_stream(name="Café – £4m")
    text = client.get("/api/v1/funding-streams.csv").content

    assert text.startswith(b"code,name,")
    assert "Café – £4m".encode() in text
    assert text.count(b"\r\n") == 2
    assert text.endswith(b"\r\n")


def test_a_short_list_is_tagged_and_answers_304_and_head(client: Client) -> None:
    make_activity()
    got, head = client.get("/api/v1/aims.csv"), client.head("/api/v1/aims.csv")
    again = client.get("/api/v1/aims.csv", headers={"if-none-match": got["ETag"]})
    Aim.objects.update(title="Another")
    changed = client.get("/api/v1/aims.csv", headers={"if-none-match": got["ETag"]})

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])
    assert head["Content-Length"] == got["Content-Length"] == str(len(got.content))
    assert (again.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("suffix", ["csv", "json", "csv-metadata.json"])
def test_files_are_only_read(client: Client, method: str, suffix: str) -> None:
    response = getattr(client, method)(f"/api/v1/activities.{suffix}")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_files_are_counted_as_requests(client: Client, settings: Any) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"anyone": 2}
    answers = [client.get("/api/v1/aims.csv", REMOTE_ADDR="192.0.2.77") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[1]["RateLimit"].startswith('"default";r=0;')


@pytest.fixture
def long_list(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Activities in more than two batches, all of them past what is answered at once."""
    monkeypatch.setattr(files, "SHORT", 3)
    monkeypatch.setattr(whole, "BATCH", 4)
    owner = make_owner()
    numbers = [f"1.1.{place}" for place in range(1, 11)]
    for number in reversed(numbers):
        make_activity(number, owner=owner)
    return numbers


def test_a_long_list_is_streamed_in_order(client: Client, long_list: list[str]) -> None:
    table, items = client.get("/api/v1/activities.csv"), client.get("/api/v1/activities.json")

    assert table.streaming
    assert not table.has_header("ETag")
    assert not table.has_header("Content-Length")
    assert [row["number"] for row in rows_of(table)] == long_list
    assert json.loads(content(items))["results"] == walk(client, "/api/v1/activities/")


def test_head_of_a_long_list_reads_none_of_it(
    client: Client, long_list: list[str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(1):
        head = client.head("/api/v1/activities.csv")

    assert (head.status_code, content(head)) == (200, b"")
    assert head["Content-Disposition"] == 'attachment; filename="activities.csv"'


def test_what_fails_halfway_is_cut_off_and_not_ended(
    client: Client, long_list: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ActivitySerializer.to_representation

    def fails(serializer: ActivitySerializer, activity: KeyActivity) -> Any:
        if activity.number == long_list[6]:
            raise RuntimeError("the disk is full")
        return real(serializer, activity)

    monkeypatch.setattr(ActivitySerializer, "to_representation", fails)
    pieces = iter(cast(Any, client.get("/api/v1/activities.json")))
    began = [next(pieces), next(pieces)]

    with pytest.raises(RuntimeError):
        next(pieces)
    with pytest.raises(json.JSONDecodeError):
        json.loads(b"".join(began))


@pytest.mark.parametrize("size", [4, 12])
def test_a_file_costs_as_many_queries_a_batch_however_long_it_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    owner = make_owner()
    for place in range(1, size + 1):
        make_activity(f"1.1.{place}", owner=owner).contributors.add(owner.organisation)

    with django_assert_max_num_queries(7):  # the count, a savepoint's two, the list, and what is told beside it
        assert len(rows_of(client.get("/api/v1/activities.csv?include=owner"))) == size
