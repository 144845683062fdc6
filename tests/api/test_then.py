"""Told as a period or an earlier day told it: which rows, in which words, with which figures, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.choices import UserRole
from accounts.models import User
from reporting.api import then
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, Sums
from tests.factories import make_user
from tests.remembered import guards_put_aside
from tests.reporting.published import opened
from tests.reporting.sealed import EXEMPT_WORDS, FIRST_CLOSED, SECOND_CLOSED, Sealed, make_sealed, review_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
FIRST, SECOND = "2025-26-h2", "2026-27-h1"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(then, "timezone", SimpleNamespace(localdate=lambda: TODAY))


@pytest.fixture(scope="module")
def sealed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """Two sealed reviews, the first one published; every test here is rolled back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = make_sealed()
        opened(found, review_of(found.first), FIRST_CLOSED)
        yield found
        transaction.set_rollback(True)


def ask(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == status, response.content
    return response.json()


def rows(client: Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(client, address)["results"]
    return found


@pytest.fixture
def board(client: Client) -> Client:
    return signed_in(make_user(UserRole.BOARD))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def as_sealed(line: ActivityLine) -> dict[str, Any]:
    """What the API tells of a sealed line."""
    copied = ("mark", "previous_mark", "direction", "long_direction", "state", "rag", "forecast_rag")
    told = {name: getattr(line, name) for name in (*copied, "is_due", "overdue_milestones", "moves")}
    return told | {
        "period": SECOND,
        "as_at": "2026-09-30",
        "is_carried_forward": line.carried is not None and line.mark == "no_update",
        "suggested_rag": line.update.suggested_rag if line.update else None,
        "suggestion_reason": line.update.suggestion_reason if line.update else "",
        "override_reason": line.update.override_reason if line.update else "",
        "start": promised(line.start),
        "end": promised(line.end),
    }


def promised(dates: Any) -> dict[str, Any]:
    iso = {name: day.isoformat() if (day := getattr(dates, name)) else None for name in ("baseline", "agreed")}
    return {**iso, "moves": dates.moves}


def without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def test_a_closed_period_tells_every_activity_as_it_was_sealed(sealed: Sealed, board: Client) -> None:
    found = rows(board, f"activities/?period={SECOND}&include=position")

    lines = sealed.book.activities
    assert [activity["number"] for activity in found] == [line.number for line in lines]
    for activity, line in zip(found, lines, strict=True):
        told = activity["included"]["position"]
        assert without(told, "seal", "errata") == as_sealed(line)
        assert (told["seal"], told["errata"]) == (sealed.review.seal, [])
        assert (activity["description"], activity["owner"]) == (line.description, line.post.slug)
        assert (activity["role"], activity["kind"]) == (line.role, line.kind)
        assert activity["places"] == [place.slug for place in line.places]
        assert activity["contributors"] == [body.slug for body in line.contributors]
        assert EXEMPT_WORDS not in str(activity)


def figures(sums: Sums) -> dict[str, Any]:
    """What the API tells of sums."""
    told = without(asdict(sums), "counts") | {"counts": asdict(sums.counts) | {"rated": sums.counts.rated}}
    return {name: plain(value) for name, value in told.items()}


def plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def only_figures(told: dict[str, Any]) -> dict[str, Any]:
    return without(told, "period", "as_at", "seal", "errata", "sentence", "comparable", "currency")


SCOPES: dict[str, Callable[[Book], dict[str, Sums]]] = {
    "aims": lambda book: {line.number: line.sums for line in book.aims},
    "objectives": lambda book: {line.number: line.sums for line in book.objectives},
    "organisations": lambda book: {line.slug: line.sums for line in book.organisations if line.activities},
    "places": lambda book: {line.slug: line.sums for line in book.places},
}


@pytest.mark.parametrize("name", SCOPES)
def test_a_closed_period_tells_every_sum_as_it_was_sealed(sealed: Sealed, board: Client, name: str) -> None:
    found = rows(board, f"{name}/?period={SECOND}&include=summary")

    told = {row.get("number") or row["slug"]: row["included"]["summary"] for row in found}
    known = {key: only_figures(summary) for key, summary in told.items() if summary}
    assert known == {key: figures(sums) for key, sums in SCOPES[name](sealed.book).items()}
    assert {(each["period"], each["as_at"], each["seal"]) for each in told.values() if each} == {
        (SECOND, "2026-09-30", sealed.review.seal)
    }


def test_it_is_read_from_its_sealed_lines_whatever_became_of_the_rows(sealed: Sealed, board: Client) -> None:
    asked = [f"activities/?period={SECOND}&include=position,owner,objective", f"objectives/?period={SECOND}"]
    before = [rows(board, address) for address in asked]

    with guards_put_aside() as cursor:
        cursor.execute("UPDATE aims_keyactivity SET description = 'Altered', role = 'enable', kind = 'continuing'")
        cursor.execute("UPDATE aims_objective SET statement = 'Altered'")
        cursor.execute("UPDATE accounts_owner SET title = title || ', altered'")
        cursor.execute("UPDATE reporting_position SET mark = 'red', overdue_milestones = 99")
        cursor.execute("UPDATE aims_progressupdate SET suggestion_reason = 'Altered'")

    assert [rows(board, address) for address in asked] == before


@pytest.mark.parametrize(("on", "period"), [(FIRST_CLOSED, FIRST), (SECOND_CLOSED, SECOND)])
@pytest.mark.parametrize("address", ["activities/?include=position,objective", "aims/?include=summary", "objectives/?"])
def test_on_the_day_of_its_closing_everything_stood_as_it_was_sealed(
    sealed: Sealed, board: Client, address: str, on: datetime, period: str
) -> None:
    if period == FIRST:  # on that day the next round was opened
        reopened_never(sealed)
    sealed_then = without_seals(rows(board, f"{address}&period={period}"))

    assert without_seals(rows(board, f"{address}&as_at={on.date()}")) == sealed_then


def reopened_never(sealed: Sealed) -> None:
    """Let the next round be opened the day after."""
    with guards_put_aside() as cursor:
        later = "UPDATE aims_event SET at = at + interval '1 day' WHERE kind = 'period.opened' AND period_id = %s"
        cursor.execute(later, [sealed.second.pk])


def without_seals(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in found:
        for beside in row.get("included", {}).values():
            beside.pop("seal", None)
    return found
