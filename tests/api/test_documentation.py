"""The documentation page: made from the description, readable without a script, and its requests work."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from tests.remembered import load_the_strategy, remembered
from wmca_tracker.api.catalogue import CATALOGUE, Problem
from wmca_tracker.api.schema import openapi

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> str:
    response = client.get("/api/v1/docs/")
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_it_names_every_operation_parameter_and_field(page: str) -> None:
    description = openapi()

    for path, operations in description["paths"].items():
        assert path in page
        assert all(f"<code>{part['name']}</code>" in page for part in operations["get"].get("parameters", ()))
    for component in description["components"]["schemas"].values():
        fields = component.get("properties", {})
        assert "results" in fields or all(f"<code>{name}</code>" in page for name in fields)


def test_it_explains_every_error(page: str) -> None:
    assert all(kind.address in page and kind.remedy in page for kind in CATALOGUE)


def test_its_links_within_the_page_lead_somewhere(page: str) -> None:
    targets = set(re.findall(r'href="#([\w-]+)"', page))
    names = re.findall(r' id="([\w-]+)"', page)

    assert len(names) == len(set(names))
    assert targets <= set(names)


def test_its_requests_work_as_they_are_pasted(client: Client, page: str) -> None:
    remembered(load_the_strategy)
    requests = re.findall(r'curl "http://testserver([^"]+)"', page)
    money = ("allocations/12/", "funding-returns/40/", "funding-totals/2026-27-h1:aim:1/")
    unknown = ("periods/2026-27-h1/", "updates/314/", *money)

    assert len(requests) >= 22
    for request in requests:
        expected = 404 if request.endswith(unknown) else 200
        assert client.get(request).status_code == expected, request


def test_it_needs_nothing_from_elsewhere_and_no_style_or_script_of_its_own(page: str) -> None:
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=\"https?://", page)
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]+src=)", page)


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.slug)
def test_every_kind_of_error_has_a_page(client: Client, kind: Problem) -> None:
    assert kind.title in client.get(kind.address).content.decode()
