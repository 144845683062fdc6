"""Many at the same instant: one change from one state, one effect of one request, whatever dies in between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client

from accounts.api.idempotency import turn_of
from accounts.models import AnsweredRequest
from aims.choices import EventKind
from aims.models import Event, KeyActivity, ProgressUpdate
from tests.aims.crowd import Crowd
from tests.api.killed import KILLED_AFTER, KILLED_BEFORE, PROGRAM
from tests.api.partners import Partner, make_partner, open_round
from tests.factories import make_activity
from tests.worker import own_database_url

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, ROUNDS = 32, 50


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    found = Crowd(CLIENTS)
    yield found
    found.go_home()


@pytest.fixture
def partner(transactional_db: None) -> Partner:
    open_round()
    return make_partner()


@pytest.fixture
def activity(partner: Partner) -> KeyActivity:
    return make_activity("1.1.1", owner=partner.post)


def statuses(answers: list[Any]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


@pytest.mark.long
def test_of_thirty_two_with_one_tag_one_changes_the_item_round_after_round(
    crowd: Crowd, partner: Partner, activity: KeyActivity
) -> None:
    made = partner.post_json("updates/", {"activity": "1.1.1"})
    address, tag = f"updates/{made.json()['id']}/", made.headers["ETag"]

    for number in range(ROUNDS):
        said = [{"narrative": f"Client {place} in round {number}."} for place in range(CLIENTS)]
        answers = crowd.race([partial(partner.patch_json, address, words, **{"If-Match": tag}) for words in said])
        assert statuses(answers) == {200: 1, 412: CLIENTS - 1}
        winner = next(answer for answer in answers if answer.status_code == 200)
        read = partner.get(address)
        assert (read.json(), read.headers["ETag"]) == (winner.json(), winner.headers["ETag"])
        tag = read.headers["ETag"]

    assert ProgressUpdate.objects.get().version == ROUNDS + 1


def test_of_thirty_two_that_begin_one_update_one_does(crowd: Crowd, partner: Partner, activity: KeyActivity) -> None:
    answers = crowd.race([lambda: partner.post_json("updates/", {"activity": "1.1.1"})] * CLIENTS)

    assert statuses(answers) == {201: 1, 409: CLIENTS - 1}
    assert ProgressUpdate.objects.count() == 1


def test_thirty_two_of_one_request_have_one_effect(crowd: Crowd, partner: Partner, activity: KeyActivity) -> None:
    def post() -> Any:
        return partner.post_json("updates/", {"activity": "1.1.1"}, **{"Idempotency-Key": "a"})

    answers = crowd.race([post] * CLIENTS)

    assert set(statuses(answers)) <= {201, 409}
    in_flight = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert in_flight <= {"/api/v1/problems/request-in-flight/"}
    assert {answer.content for answer in answers if answer.status_code == 201} == {post().content}
    assert Event.objects.filter(kind=EventKind.UPDATE_DRAFTED).count() == 1


def test_a_request_that_is_being_answered_is_in_flight(crowd: Crowd, partner: Partner, activity: KeyActivity) -> None:
    def post(name: str) -> Any:
        return crowd.people[0].submit(partner.post_json, "updates/", {"activity": "1.1.1"}, **{"Idempotency-Key": name})

    with Halfway(partner, "a"):
        waiting, other = post("a").result(60), post("b").result(60)

    assert (waiting.status_code, waiting.headers["Retry-After"], other.status_code) == (409, "1", 201)
    assert waiting.json()["type"] == "/api/v1/problems/request-in-flight/"
    assert post("b").result(60).content == other.content


class Halfway:
    """Somebody who is still answering the request of one name: they hold its turn, in a transaction of their own."""

    def __init__(self, partner: Partner, name: str) -> None:
        self.held = turn_of((partner.person.pk, partner.key.pk), name)

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [self.held])

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [self.held])


@pytest.mark.parametrize(("moment", "kept"), [(KILLED_BEFORE, 0), (KILLED_AFTER, 1)])
def test_a_process_that_dies_leaves_its_request_to_be_sent_again(
    partner: Partner, activity: KeyActivity, moment: str, kept: int
) -> None:
    body, headers = {"activity": "1.1.1", "narrative": "On time."}, {**partner.headers, "Idempotency-Key": "a"}
    died = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=configured.BASE_DIR,
        check=False,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "wmca_tracker.settings",
            "DATABASE_URL": own_database_url(),
            "REDIS_URL": configured.REDIS_URL,
            "MOMENT": moment,
            "HEADERS": json.dumps(headers),
            "BODY": json.dumps(body),
        },
    )
    assert died.returncode == -signal.SIGKILL
    assert (ProgressUpdate.objects.count(), AnsweredRequest.objects.count()) == (kept, kept)

    again = [Client().post("/api/v1/updates/", json.dumps(body), "application/json", headers=headers) for _ in range(2)]

    assert statuses(again) == {201: 2}
    assert again[0].content == again[1].content
    assert ProgressUpdate.objects.count() == Event.objects.filter(kind=EventKind.UPDATE_DRAFTED).count() == 1
