"""What a key opens, and when it opens nothing any more: told anew at every request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.choices import KeyScope, UserRole
from accounts.models import ApiKey, User
from aims.services.keys import revoke_key
from tests.api.issued import Issued, issue
from tests.factories import make_activity, make_organisation

pytestmark = pytest.mark.django_db

INVALID = "/api/v1/problems/invalid-key/"


@pytest.fixture
def issued() -> Issued:
    return issue()


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "")


def refused(issued: Issued) -> bool:
    answer = issued.get()
    return told(answer) == (401, INVALID) and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def later(monkeypatch: pytest.MonkeyPatch, **passed: int) -> datetime:
    """Move the clock on."""
    instant = timezone.now() + timedelta(**passed)
    monkeypatch.setattr(timezone, "now", lambda: instant)
    return instant


def test_it_is_refused_at_the_next_request_after_it_was_revoked(issued: Issued) -> None:
    assert issued.get().status_code == 200
    revoke_key(key=issued.key, by=issued.office, now=timezone.now())
    assert refused(issued)


def test_it_is_valid_on_its_last_day_and_not_on_the_next(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, days=30)
    assert issued.get().status_code == 200
    later(monkeypatch, days=1)
    assert refused(issued)


@pytest.mark.parametrize("gone", ["account", "organisation", "role"])
def test_it_opens_nothing_without_the_person_that_it_was_made_for(issued: Issued, gone: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "account": {"is_active": False},
        "organisation": {"organisation": make_organisation()},
        "role": {"role": UserRole.OFFICE},
    }
    User.objects.filter(pk=issued.key.user_id).update(**changes[gone])
    assert refused(issued)


@pytest.mark.parametrize("part", ["prefix", "secret"])
def test_another_text_with_the_same_beginning_or_end_is_refused(issued: Issued, part: str) -> None:
    _, prefix, secret = issued.text.split("_", maxsplit=2)
    other = issue().text.split("_", maxsplit=2)
    text = f"wmca_{prefix}_{other[2]}" if part == "secret" else f"wmca_{other[1]}_{secret}"
    answer = Client().get("/api/v1/aims/", headers={"Authorization": f"Bearer {text}"})
    assert told(answer) == (401, INVALID)


def test_all_that_is_wrong_with_a_key_answers_alike(issued: Issued) -> None:
    revoke_key(key=issued.key, by=issued.office, now=timezone.now())
    texts = [issued.text, "nonsense", f"wmca_{'a' * 12}_{'B' * 43}", issue().text[:-1]]
    answers = [Client().get("/api/v1/aims/", headers={"Authorization": f"Bearer {text}"}) for text in texts]
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("path", ["", "aims/", "activities/1.1.1/", "changes/", "schema/"])
def test_a_key_that_was_not_made_to_read_reads_nothing(path: str) -> None:
    make_activity("1.1.1")
    answer = issue(scopes=(KeyScope.UPDATE_OWN,)).get(path)
    assert told(answer) == (403, "/api/v1/problems/not-allowed/")
    assert "not made to read" in answer.json()["detail"]


def test_a_key_that_only_reads_writes_nothing() -> None:
    issued = issue(scopes=(KeyScope.READ,))
    assert issued.get().status_code == 200
    assert told(issued.post("updates/", {"activity": "1.1.1"}))[0] == 403


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "q"])
def test_a_key_in_an_address_is_refused_whatever_else_is_sent(issued: Issued, name: str) -> None:
    alone = Client().get("/api/v1/aims/", {name: issued.text})
    beside = issued.get("aims/", **{name: issued.text})
    in_path = Client().get(f"/api/v1/activities/{issued.text}/")
    assert [told(answer) for answer in (alone, beside)] == [(400, "/api/v1/problems/key-in-address/")] * 2
    assert in_path.status_code in (400, 404)
    assert ApiKey.objects.get().last_used_at is None


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Token {}"}, {"Authorization": "Basic {}"}, {"X-Api-Key": "{}"}, {"Cookie": "key={}"}]
)
def test_a_key_anywhere_but_in_its_own_header_opens_nothing(issued: Issued, headers: dict[str, str]) -> None:
    sent = {name: value.format(issued.text) for name, value in headers.items()}
    answer = Client().post("/api/v1/updates/", {}, "application/json", headers=sent)
    assert answer.status_code in (401, 403)
    assert ApiKey.objects.get().last_used_at is None


def test_its_last_use_is_noted_to_the_minute(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    first = later(monkeypatch, seconds=0)
    issued.get()
    later(monkeypatch, seconds=59)
    issued.get()
    assert ApiKey.objects.get().last_used_at == first
    third = later(monkeypatch, seconds=2)
    issued.get()
    assert ApiKey.objects.get().last_used_at == third


def test_a_key_is_looked_up_by_one_query(issued: Issued, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    issued.get("")
    with django_assert_num_queries(1):
        issued.get("")


def test_a_new_pepper_takes_over_with_the_next_use_of_a_key(issued: Issued, settings: Settings) -> None:
    old = dict(settings.API_KEY_PEPPERS)
    (first,) = old
    settings.API_KEY_PEPPERS = {"2027": "n" * 50, **old}
    assert ApiKey.objects.get().pepper == first
    assert issued.get().status_code == 200
    key = ApiKey.objects.get()
    assert key.pepper == "2027"
    assert key.digest != issued.key.digest

    settings.API_KEY_PEPPERS = {"2027": "n" * 50}
    assert issued.get().status_code == 200


def test_a_key_under_a_pepper_that_was_taken_away_is_refused(issued: Issued, settings: Settings) -> None:
    settings.API_KEY_PEPPERS = {"2027": "n" * 50}
    assert refused(issued)


def test_the_same_name_with_another_secret_matches_no_digest(issued: Issued, settings: Settings) -> None:
    """A digest alone proves nothing: it is keyed."""
    (name,) = settings.API_KEY_PEPPERS
    settings.API_KEY_PEPPERS = {name: "n" * 50}
    assert refused(issued)
