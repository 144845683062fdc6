"""Closed reviews as somebody reads them over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.core.cache import cache, caches
from django.test import Client

from accounts.choices import UserRole
from accounts.models import User
from aims.models import ReviewPeriod
from reporting.selectors import books
from reporting.selectors.chart_tables import sealed as chart_tables
from reporting.services.agreeing import agree
from reporting.services.publishing import publish
from tests import factories
from tests.reporting.sealed import TOLD, Sealed, review_of

REVIEW = "/reviews/2026-27-h1/"
PAGES = (
    "",
    "changes/",
    "changes/?since=2025-26-h2",
    "exceptions/",
    "charts/",
    "aims/1/",
    "aims/2/",
    *(f"activities/{number}/" for number in TOLD),
    "appendices/activities/",
    "appendices/activities/?rag=red&aim=1",
    "appendices/milestones/",
    "appendices/funding/",
    "appendices/changes/",
    "appendices/method/",
)
DECIDED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
AFTER = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
CELL = re.compile(r"<t([dh])\b[^>]*>(.*?)</t\1>", re.DOTALL)


def both_published(sealed: Sealed) -> Sealed:
    """Both reviews, the first before the second."""
    for period in (sealed.first, sealed.second):
        open_to_anyone(period, sealed.people.office)
    return sealed


def open_to_anyone(period: ReviewPeriod, office: User) -> None:
    """Agreed by the Board and published, as the office records it."""
    now = max(DECIDED, period.closed_at or DECIDED)
    given = {"minute_reference": "Minute 7", "resolution": "The Board agreed the review."}
    agree(review=review_of(period), agreed_on=now.date(), by=office, now=now, **given)
    publish(review=review_of(period), by=office, now=now)


def as_role(role: UserRole | None) -> Client:
    return as_person(factories.make_user(role)) if role else Client()


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_of(client: Client, address: str) -> str:
    response: Any = client.get(f"{REVIEW}{address}")
    assert response.status_code == 200, address
    return str(response.content.decode())


def words(page: str) -> str:
    """What is read of a page, its markup left out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def main_of(client: Client, address: str) -> str:
    found = MAIN.search(page_of(client, address))
    assert found
    return found[0]


def forget() -> None:
    """Everything that a process or the shared cache keeps."""
    cache.clear()
    caches["near"].clear()
    books._book.cache_clear()
    chart_tables._told.cache_clear()


def rows_of(page: str, section: str) -> list[list[str]]:
    """The cells of the rows of the first table after some words, their marked-up extras left out."""
    table = page[page.index(section) :].split("</table>", maxsplit=1)[0]
    hidden = re.sub(r'<span class="govuk-visually-hidden">.*?</span>', "", table, flags=re.DOTALL)
    return [[words(cell) for _, cell in CELL.findall(row)] for row in hidden.split("<tr")[1:]]
