"""How often one may ask: counted by one atomic step, whichever process answers; told with every answer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from accounts.choices import UserRole
from aims.models import ProgressUpdate
from tests.aims.over_http import signed_in
from tests.api.callers import PROGRAM
from tests.api.issued import Issued, issue
from tests.factories import make_user
from tests.worker import own_database_url
from wmca_tracker.api import limits

PROCESSES, CALLS, LIMIT = 4, 50, 20


@pytest.fixture
def few(settings: Settings) -> Iterator[None]:
    """Three requests a minute for everybody, and patience with a busy machine."""
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 3)
    settings.REDIS_TIMEOUT = 300
    limits._script.cache_clear()
    yield
    limits._script.cache_clear()


@pytest.fixture
def redis_away(settings: Settings) -> Iterator[None]:
    """Nothing listens where Redis should."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits._script.cache_clear()
    yield
    limits._script.cache_clear()


def statuses(client: Client, times: int, path: str = "/api/v1/", **headers: str) -> list[int]:
    return [client.get(path, headers=headers).status_code for _ in range(times)]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_calls_at_once_by_four_processes_exactly_twenty_pass() -> None:
    key = issue().text
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "wmca_tracker.settings",
        "DATABASE_URL": own_database_url(),
        "REDIS_URL": configured.REDIS_URL,
        "API_LIMIT_KEY": str(LIMIT),
        "PROCESSES": str(PROCESSES),
        "CALLS": str(CALLS),
        "CALLERS_KEY": key,
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=configured.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )

    counted = json.loads(done.stdout)
    assert counted == {"200": LIMIT, "429": PROCESSES * CALLS - LIMIT}


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_each_key_has_a_limit_of_its_own() -> None:
    first, second = issue(), issue()

    assert [first.get("").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert second.get("").status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_a_person_and_an_address_have_limits_of_their_own() -> None:
    person, stranger = signed_in(make_user(UserRole.BOARD)), Client(REMOTE_ADDR="192.0.2.7")

    assert statuses(person, 4) == [200, 200, 200, 429]
    assert statuses(stranger, 4) == [200, 200, 200, 429]
    assert statuses(Client(REMOTE_ADDR="192.0.2.8"), 1) == [200]


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_keys_that_are_not_valid_are_counted_against_their_address() -> None:
    guesser = Client(REMOTE_ADDR="192.0.2.9")

    assert statuses(guesser, 5, Authorization="Bearer nonsense") == [401, 401, 401, 429, 429]
    issued = issue()
    assert guesser.get("/api/v1/", headers=issued.headers).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_every_answer_says_what_is_left_and_a_refusal_how_long_to_wait() -> None:
    issued = issue()

    answers = [issued.get("") for _ in range(4)]

    assert {answer["RateLimit-Policy"] for answer in answers} == {'"default";q=3;w=60'}
    left = [re.fullmatch(r'"default";r=(\d);t=(\d+)', answer["RateLimit"]) for answer in answers]
    assert [found and found[1] for found in left] == ["2", "1", "0", "0"]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["type"]) == (429, "/api/v1/problems/too-many-requests/")
    assert 1 <= int(refused["Retry-After"]) <= 60


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_an_unchanged_answer_counts_and_says_so() -> None:
    issued = issue()
    tag = issued.get("")["ETag"]

    unchanged = Client().get("/api/v1/", headers={**issued.headers, "If-None-Match": tag})

    assert (unchanged.status_code, '"default";r=1' in unchanged["RateLimit"]) == (304, True)


@pytest.fixture
def issued(db: None) -> Issued:
    return issue()


@pytest.mark.usefixtures("few", "redis_away")
def test_without_redis_reading_goes_on_uncounted(issued: Issued) -> None:
    answers = [issued.get("") for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any(answer.has_header("RateLimit") for answer in answers)
    assert statuses(Client(), 5) == [200] * 5


@pytest.mark.usefixtures("redis_away")
def test_without_redis_nothing_is_written(issued: Issued) -> None:
    answer = issued.post("updates/", {"activity": "1.1.1"})

    assert (answer.status_code, answer.json()["type"]) == (503, "/api/v1/problems/unavailable/")
    assert int(answer["Retry-After"]) > 0
    assert not ProgressUpdate.objects.exists()


@pytest.mark.usefixtures("redis_away")
def test_without_redis_a_key_that_is_not_valid_is_still_refused(db: None) -> None:
    assert statuses(Client(), 1, Authorization="Bearer nonsense") == [401]
