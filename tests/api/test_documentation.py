"""The documentation: made from the description, readable without a script, and true."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import OrganisationKind, UserRole
from accounts.models import User
from aims.models import KeyActivity
from tests.api.world import make_world
from tests.factories import make_activity, make_organisation, make_owner
from tests.remembered import remembered
from wmca_tracker.api.catalogue import CATALOGUE, Problem
from wmca_tracker.api.documentation import documentation_for, read_documentation
from wmca_tracker.api.schema import enumerations, openapi
from wmca_tracker.api.views import TOPICS

pytestmark = pytest.mark.django_db

HOME, SITE = "/api/v1/docs/", "http://testserver"
MOST_QUERIES = 12
SECTIONS = [section.name for section in documentation_for(SITE).sections]
PAGES = [HOME, "/api/v1/problems/", *(f"{HOME}{name}/" for name in (*TOPICS, *SECTIONS))]


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return unescape(response.content.decode())


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> dict[str, str]:
    with django_db_blocker.unblock():
        return {path: read(path) for path in PAGES}


def test_it_names_every_operation_parameter_and_field(pages: dict[str, str]) -> None:
    for section in documentation_for(SITE).sections:
        page = pages[f"{HOME}{section.name}/"]
        for operation in section.operations:
            assert f"{operation.method} {operation.address}" in pages[HOME]
            assert f"{operation.method} {operation.address}" in page
            named = (*operation.parameters, *operation.body)
            assert all(f"<code>{part.name}</code>" in page for part in named), operation.name
        for record in section.records:
            assert all(f"<code>{field.name}</code>" in page for field in record.fields), record.name


def test_no_operation_is_left_out() -> None:
    described = {operation["operationId"] for paths in openapi()["paths"].values() for operation in paths.values()}
    told = {operation.name for section in documentation_for(SITE).sections for operation in section.operations}

    assert told == described - {"root"}


def test_every_operation_has_its_answers_its_errors_and_snippets() -> None:
    for section in documentation_for(SITE).sections:
        for operation in section.operations:
            assert {"bash", "python"} <= {snippet.language for snippet in operation.snippets}, operation.name
            assert operation.answers[0].status.startswith("2"), operation.name
            assert {answer.kind.status for answer in operation.answers if answer.kind} >= {429}, operation.name
            assert operation.example or "application/json" not in operation.forms, operation.name


def test_what_is_added_to_the_description_is_told_without_anybody_s_doing() -> None:
    fields = {"slug": {"type": "string"}, "mayor": {"type": ["object", "null"], "properties": {"name": {}}}}
    components = openapi()["components"]["schemas"] | {"Ward": {"properties": fields}}
    described = openapi() | {
        "components": {"schemas": components},
        "paths": {"/api/v1/wards/{slug}/": {"get": ward()}},
    }

    (section,) = read_documentation(described, SITE).sections
    (operation,) = section.operations

    assert (section.name, section.heading) == ("local-wards", "Local wards")
    assert operation.snippets[0].code == f'curl "{SITE}/api/v1/wards/aston/?on=2026-09-30"'
    assert [field.name for field in section.records[0].fields] == ["slug", "mayor", "mayor.name"]
    assert [part.is_needed for part in operation.parameters] == [False, True]


def ward() -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Ward"}
    content = {"schema": reference, "examples": {"ward": {"value": {"slug": "aston"}}}}
    day = {"type": "string", "format": "date", "examples": ["2026-09-30"]}
    return {
        "operationId": "wards_read",
        "summary": "One of the wards",
        "description": "A ward.",
        "tags": ["local-wards"],
        "parameters": [
            {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "on", "in": "query", "required": True, "schema": day},
        ],
        "responses": {"200": {"description": "The answer.", "content": {"application/json": content}}},
    }


def test_it_tells_every_value_in_words(pages: dict[str, str]) -> None:
    page = pages[f"{HOME}values/"]

    for choices in enumerations().values():
        assert all(f"<code>{value}</code>" in page and str(label) in page for value, label in choices.choices)


def test_it_explains_every_error(pages: dict[str, str]) -> None:
    page = pages["/api/v1/problems/"]

    assert all(kind.address in page and kind.remedy in page for kind in CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.slug)
def test_every_kind_of_error_has_a_page(client: Client, kind: Problem) -> None:
    assert kind.title in client.get(kind.address).content.decode()


def test_it_says_which_version_it_is_and_what_changed_in_it(pages: dict[str, str]) -> None:
    version = openapi()["info"]["version"]

    assert f'id="version-{version.replace(".", "-")}"' in pages[f"{HOME}versions/"]


def test_its_links_lead_somewhere(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        names = re.findall(r' id="([\w-]+)"', page)
        assert len(names) == len(set(names)), path
        for address, fragment in re.findall(r'href="([^"#]*)#([\w-]+)"', page):
            target = pages[address] if address else page
            assert f' id="{fragment}"' in target, (path, address, fragment)
        for address in re.findall(r'href="(/api/[^"#?]*)', page):
            assert resolve(address), (path, address)


def test_it_needs_nothing_from_elsewhere_and_no_style_or_script_of_its_own(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert not re.search(r"<(script|link|img)[^>]+(src|href)=\"https?://", page)
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]+src=)", page)


def test_a_page_that_is_not_there_is_an_error_of_the_api(client: Client) -> None:
    missing = client.get(f"{HOME}nothing/")

    assert (missing.status_code, missing.json()["type"]) == (404, "/api/v1/problems/not-found/")


@pytest.mark.parametrize("name", ["guide", "updates", "reviews"])
def test_a_page_costs_the_same_however_much_there_is(
    client: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    remembered(make_world)
    client.get(f"{HOME}{name}/")

    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(f"{HOME}{name}/").status_code == 200


def test_it_says_where_nothing_is_published() -> None:
    remembered(make_world)

    assert "Nothing of this kind is published" in read(f"{HOME}date-changes/")
    assert "Nothing of this kind is published" not in read(f"{HOME}updates/")


def test_the_guide_names_what_a_reader_who_is_signed_in_may_report_on(client: Client) -> None:
    world = remembered(make_world)
    theirs = KeyActivity.objects.get(number="1.2.4")
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions["partner"]
    User.objects.filter(role=UserRole.PARTNER).update(organisation=theirs.owner.organisation)

    page = client.get(f"{HOME}guide/").content.decode()

    assert "ACTIVITY=1.2.4" in page
    assert f"organisation={theirs.owner.organisation.slug}" in page


def test_the_guide_names_a_body_that_reports_and_one_of_its_activities_to_everybody_else(client: Client) -> None:
    make_activity("1.1.1")
    body = make_organisation(kind=OrganisationKind.DELIVERY_BODY)
    make_activity("1.1.2", owner=make_owner(organisation=body))
    guide = unescape(client.get("/api/v1/docs/guide/").content.decode())

    assert f"organisation={body.slug}" in guide
    assert "ACTIVITY=1.1.2" in guide
