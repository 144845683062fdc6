"""The Atom feed of publications, parsed as a reader parses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # it has no stubs
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from reporting.models import Erratum
from tests.aims.over_http import signed_in
from tests.reporting.published import opened
from tests.reporting.sealed import Sealed, make_sealed, review_of

pytestmark = pytest.mark.django_db

FEED = "/reviews/feed.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
PUBLISHED = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
BASE = settings.PUBLIC_URL or "http://testserver"


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


def read(client: Client) -> Element:
    response = client.get(FEED)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed: Element = fromstring(response.content)
    return feed


def text(element: Element, path: str) -> str:
    found = element.findtext(path, namespaces=ATOM)
    assert found is not None, path
    return found


def entries(client: Client) -> list[Element]:
    return read(client).findall("a:entry", ATOM)


def test_before_anything_is_published_the_feed_is_empty_and_whole(client: Client) -> None:
    feed = read(client)

    assert feed.findall("a:entry", ATOM) == []
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert text(feed, "a:id").endswith(",2026-01-01:reviews")
    assert text(feed, "a:updated") == "1970-01-01T00:00:00+00:00"
    assert text(feed, "a:author/a:name") == "West Midlands Combined Authority"
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {"alternate": f"{BASE}/reviews/", "self": f"{BASE}/reviews/feed.atom"}
    page = client.get("/reviews/").content.decode()
    assert (
        '<link rel="alternate" type="application/atom+xml" title="Published reviews" href="/reviews/feed.atom">' in page
    )
    assert '<a class="govuk-link" href="/reviews/feed.atom">' in page


def test_each_published_review_is_an_entry_the_latest_first(
    client: Client, sealed: Sealed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert entries(client) == []  # sealed alone
    opened(sealed, review_of(sealed.first), PUBLISHED - timedelta(days=180))
    with django_assert_num_queries(2):
        entries(client)
    opened(sealed, sealed.review, PUBLISHED)
    with django_assert_num_queries(2):
        latest, first = entries(client)

    assert [text(each, "a:title") for each in (latest, first)] == [
        "Mid-year review 2026/27 H1",
        "Year-end review 2025/26 H2",
    ]
    assert text(latest, "a:id").startswith("tag:")
    assert text(latest, "a:id").endswith(",2026-11-23:reviews/2026-27-h1")
    assert text(latest, "a:published") == text(latest, "a:updated") == "2026-11-23T10:30:00+00:00"
    assert text(latest, "a:summary").startswith("Of 11 key activities")
    link = latest.find("a:link", ATOM)
    assert link is not None
    assert (link.get("rel"), link.get("href")) == ("alternate", f"{BASE}/reviews/2026-27-h1/")
    assert text(read(client), "a:updated") == "2026-11-23T10:30:00+00:00"


def test_an_erratum_updates_the_entry_and_whoever_asks_again_is_told_so(client: Client, sealed: Sealed) -> None:
    opened(sealed, sealed.review, PUBLISHED)
    (before,) = entries(client)
    response = client.get(FEED)
    asking_again = {"If-None-Match": response["ETag"]}
    assert "no-cache" in response["Cache-Control"]
    assert client.get(FEED, headers=asking_again).status_code == 304
    Erratum.objects.create(
        review=sealed.review,
        number=1,
        line=sealed.review.lines.get(kind="review"),
        field="name",
        explanation="Mistyped.",
        at=PUBLISHED + timedelta(days=3),
        by=sealed.people.office,
    )
    (after,) = entries(client)

    assert text(after, "a:id") == text(before, "a:id")
    assert text(after, "a:published") == text(before, "a:published")
    assert text(after, "a:updated") == "2026-11-26T10:30:00+00:00"
    assert client.get(FEED, headers=asking_again).status_code == 200
    office = signed_in(sealed.people.office)
    assert office.get(FEED).content == client.get(FEED).content
