"""Programs ask with a key: in the name of a person, for one organisation, as long as it is valid."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import KeyScope
from aims.models import ProgressUpdate
from aims.services.keys import revoke_key
from tests.api.partners import Partner, make_partner, open_round
from tests.factories import make_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    return make_partner()


@pytest.fixture
def round_open() -> None:
    open_round()


def test_a_partner_writes_an_update_of_its_own_and_changes_what_it_has_seen(partner: Partner, round_open: None) -> None:
    make_activity("1.1.1", owner=partner.post)
    made = partner.post_json("updates/", {"activity": "1.1.1", "state": "in_progress", "rag": "green"})
    assert made.status_code == 201, made.content
    update = ProgressUpdate.objects.get()
    assert (update.via, update.author) == (partner.key, partner.person)
    address = f"updates/{update.pk}/"
    read = partner.get(address)
    assert read.headers["ETag"] == made.headers["ETag"]

    without = partner.patch_json(address, {"narrative": "On time."})
    assert (without.status_code, without.json()["type"]) == (428, "/api/v1/problems/precondition-required/")
    changed = partner.patch_json(address, {"narrative": "On time."}, **{"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200, changed.content
    stale = partner.patch_json(address, {"narrative": "Late."}, **{"If-Match": read.headers["ETag"]})
    assert stale.status_code == 412
    assert ProgressUpdate.objects.get().narrative == "On time."

    sent = {"stage": "submitted", "forecast_rag": "green"}
    missing = partner.patch_json(address, {"stage": "submitted", "narrative": ""}, **{"If-Match": "*"})
    assert missing.status_code == 422
    assert "/narrative" in {error["pointer"] for error in missing.json()["errors"]}
    done = partner.patch_json(address, sent, **{"If-Match": changed.headers["ETag"]})
    assert done.json()["stage"] == "submitted", done.content


def test_another_bodys_activity_answers_as_one_that_does_not_exist(partner: Partner, round_open: None) -> None:
    make_activity("1.1.2")
    theirs = partner.post_json("updates/", {"activity": "1.1.2"}).json()["errors"]
    nobodys = partner.post_json("updates/", {"activity": "1.1.9"}).json()["errors"]
    assert [error["pointer"] for error in theirs] == [error["pointer"] for error in nobodys] == ["/activity"]
    assert theirs[0]["detail"].replace("1.1.2", "1.1.9") == nobodys[0]["detail"]


def test_a_request_that_is_sent_again_has_one_effect(partner: Partner, round_open: None) -> None:
    make_activity("1.1.1", owner=partner.post)
    first = partner.post_json("updates/", {"activity": "1.1.1"}, **{"Idempotency-Key": "a"})
    again = partner.post_json("updates/", {"activity": "1.1.1"}, **{"Idempotency-Key": "a"})
    other = partner.post_json("updates/", {"activity": "1.1.1", "ask": "?"}, **{"Idempotency-Key": "a"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert (first.content, first.headers["Location"]) == (again.content, again.headers["Location"])
    assert ProgressUpdate.objects.count() == 1


def test_a_key_that_only_reads_writes_nothing(round_open: None) -> None:
    partner = make_partner((KeyScope.READ,))
    make_activity("1.1.1", owner=partner.post)
    assert partner.post_json("updates/", {"activity": "1.1.1"}).status_code == 403
    assert partner.get("activities/1.1.1/").status_code == 200


def test_a_revoked_key_is_refused_at_its_next_request(partner: Partner) -> None:
    assert partner.get("aims/").status_code == 200
    revoke_key(key=partner.key, by=partner.office, now=timezone.now())
    refused = partner.get("aims/")
    assert (refused.status_code, refused.json()["type"]) == (401, "/api/v1/problems/invalid-key/")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("text", ["", "wmca_", "wmca_abc_def", f"wmca_{'a' * 12}_{'B' * 43}", "é"])
def test_what_is_no_key_is_refused(text: str) -> None:
    assert Client().get("/api/v1/aims/", headers={"Authorization": f"Bearer {text}"}).status_code == 401
