"""Partners report through their keys: strictly read, by the rules of the pages, under their own name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import AnsweredRequest
from aims.choices import Decision, EventKind
from aims.models import DateChangeRequest, Event, KeyActivity, ProgressUpdate
from aims.services.deciding import return_update
from aims.services.writing import save_draft
from tests.aims.over_http import signed_in
from tests.api.partners import Partner, make_partner, open_round
from tests.factories import make_activity, make_approved, make_milestone, make_owner, make_user, make_values

pytestmark = pytest.mark.django_db

COMPLETE: dict[str, Any] = {"state": "in_progress", "rag": "green", "forecast_rag": "green", "narrative": "On time."}
NOTHING: dict[str, Any] = {}
AHEAD = timezone.localdate() + timedelta(days=200)


@pytest.fixture
def partner() -> Partner:
    open_round()
    return make_partner()


@pytest.fixture
def activity(partner: Partner) -> KeyActivity:
    return make_activity("1.1.1", owner=partner.post)


def pointers(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["pointer"] for error in answer.json()["errors"]}


# The life of an update


def test_a_draft_is_its_own_partys_until_it_is_approved(partner: Partner, activity: KeyActivity) -> None:
    made = partner.post_json("updates/", {"activity": "1.1.1", "evidence": "Minute 12", "action_owner": "The director"})

    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["stage"], told["version"], told["reported_by"]) == ("draft", 1, partner.key.organisation.slug)
    assert (told["evidence"], told["action_owner"]) == ("Minute 12", "The director")
    assert partner.get("updates/?stage=draft").json()["results"] == [told]
    assert made.headers["Location"] == told["url"]
    for other in (Client(), signed_in(make_user(UserRole.BOARD)), signed_in(make_user(UserRole.PARTNER))):
        assert other.get(told["url"]).status_code == 404


def test_an_update_that_was_returned_says_why_and_is_sent_again(partner: Partner, activity: KeyActivity) -> None:
    sent = partner.post_json("updates/", {"activity": "1.1.1", "stage": "submitted", **COMPLETE})
    assert sent.status_code == 201, sent.content
    update = ProgressUpdate.objects.get()
    approver = make_user(UserRole.APPROVER, holds=partner.post.approving_post)
    given: dict[str, Any] = {"by": approver, "now": timezone.now(), "version": update.version}
    return_update(update=update, note="Say by when.", notes={"narrative": "Which?"}, **given)

    back = partner.get(f"updates/{update.pk}/")
    assert (back.json()["stage"], back.json()["return_note"]) == ("draft", "Say by when.")
    assert back.json()["return_notes"] == {"narrative": "Which?"}
    match = {"If-Match": back.headers["ETag"]}
    again = partner.patch_json(f"updates/{update.pk}/", {"stage": "submitted", "narrative": "By May."}, **match)

    assert again.status_code == 200, again.content
    assert (again.json()["stage"], again.json()["return_note"]) == ("submitted", "")
    kinds = Event.objects.filter(update=update, via=partner.key).values_list("kind", flat=True)
    assert list(kinds) == [EventKind.UPDATE_SUBMITTED, EventKind.UPDATE_SUBMITTED]


def test_a_second_update_of_an_activity_is_not_begun(partner: Partner, activity: KeyActivity) -> None:
    assert partner.post_json("updates/", {"activity": "1.1.1"}).status_code == 201
    second = partner.post_json("updates/", {"activity": "1.1.1"})

    assert (second.status_code, second.json()["detail"]) == (409, "An update of 1.1.1 is under way: change that one")


def test_what_was_sent_is_changed_no_more(partner: Partner, activity: KeyActivity) -> None:
    sent = partner.post_json("updates/", {"activity": "1.1.1", "stage": "submitted", **COMPLETE})
    refused = partner.patch_json(f"updates/{sent.json()['id']}/", {"narrative": "No."}, **{"If-Match": "*"})

    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/conflict/")


def test_a_change_without_words_of_its_own_is_a_change_too(partner: Partner, activity: KeyActivity) -> None:
    made = partner.post_json("updates/", {"activity": "1.1.1", "narrative": "On time."})
    match, address = {"If-Match": made.headers["ETag"]}, f"updates/{made.json()['id']}/"

    answers = [partner.patch_json(address, {"narrative": "On time."}, **match).status_code for _ in range(2)]

    assert answers == [200, 412]


@pytest.mark.parametrize("tag", ["W/{}", '"made-up"', "{0}x", "x"])
def test_a_tag_that_is_weak_or_another_does_not_match(partner: Partner, activity: KeyActivity, tag: str) -> None:
    made = partner.post_json("updates/", {"activity": "1.1.1"})
    match = {"If-Match": tag.format(made.headers["ETag"])}

    assert partner.patch_json(f"updates/{made.json()['id']}/", {"ask": "?"}, **match).status_code == 412


def test_one_of_several_tags_matches(partner: Partner, activity: KeyActivity) -> None:
    made = partner.post_json("updates/", {"activity": "1.1.1"})
    match = {"If-Match": f'"another", {made.headers["ETag"]}'}

    assert partner.patch_json(f"updates/{made.json()['id']}/", {"ask": "?"}, **match).status_code == 200


# Whose


def test_what_is_not_the_partners_to_write(partner: Partner, activity: KeyActivity) -> None:
    theirs = make_approved(make_activity("1.1.2"))
    address = f"updates/{theirs.pk}/"
    hidden, missing = (partner.patch_json(path, NOTHING, **{"If-Match": "*"}) for path in (address, "updates/987/"))
    owner = signed_in(make_user(UserRole.OWNER, holds=make_owner()))

    seen = owner.patch(f"/api/v1/{address}", {}, "application/json")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content.replace(b"987", str(theirs.pk).encode())
    assert seen.status_code == 403


def test_the_key_of_somebody_who_holds_no_post_writes_for_its_organisation(activity: KeyActivity) -> None:
    partner = make_partner(role=UserRole.OWNER)
    make_activity("1.1.5", owner=partner.post)

    made = partner.post_json("updates/", {"activity": "1.1.5", **exempt()})

    assert made.status_code == 201, made.content
    assert made.json()["exempt_narrative"] is None
    assert ProgressUpdate.objects.get().exempt_narrative == "The price"


def test_a_key_sees_the_drafts_of_its_organisation_alone(partner: Partner, activity: KeyActivity) -> None:
    elsewhere = make_activity("1.1.2")
    partner.person.holdings.create(owner=elsewhere.owner, starts=date(2020, 1, 1))
    given: dict[str, Any] = {"by": partner.person, "now": timezone.now(), "values": make_values(), "version": 0}
    for each in (activity, elsewhere):
        save_draft(activity=each, **given)

    in_person = signed_in(partner.person).get("/api/v1/updates/").json()["results"]

    assert {row["activity"] for row in partner.get("updates/").json()["results"]} == {"1.1.1"}
    assert {row["activity"] for row in in_person} == {"1.1.1", "1.1.2"}


@pytest.mark.parametrize("size", [1, 5])
def test_lists_of_what_was_reported_cost_as_many_queries_however_long_they_are(
    partner: Partner, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for number in range(1, size + 1):
        activity = make_activity(f"1.1.{number}", owner=partner.post)
        make_milestone(activity, position=1, baseline_date=AHEAD)
        later = {
            "field": "milestone",
            "milestone": 1,
            "reason": "Late.",
            "proposed_date": str(AHEAD + timedelta(days=9)),
        }
        assert partner.post_json("updates/", {"activity": activity.number}).status_code == 201
        assert partner.post_json("date-changes/", {"activity": activity.number, **later}).status_code == 201

    for name in ("updates", "date-changes"):
        with django_assert_max_num_queries(3):
            assert len(partner.get(f"{name}/").json()["results"]) == size


def exempt() -> dict[str, Any]:
    return {"exempt_narrative": "The price", "exempt_paragraph": 3}


def test_nobody_approves_what_was_written_in_their_name(partner: Partner, activity: KeyActivity) -> None:
    approver = signed_in(partner.person)
    assert partner.post.approving_post
    partner.person.holdings.create(owner=partner.post.approving_post, starts=date(2020, 1, 1))
    partner.post_json("updates/", {"activity": "1.1.1", "stage": "submitted", **COMPLETE})
    update = ProgressUpdate.objects.get()

    assert approver.post(f"/approvals/{update.pk}/approve/", {"version": update.version}).status_code != 302
    assert ProgressUpdate.objects.get().stage == "submitted"


@pytest.mark.parametrize("path", ["approvals/1/approve/", "approvals/", "my/"])
def test_a_key_opens_nothing_but_the_api(partner: Partner, path: str) -> None:
    assert Client().post(f"/{path}", headers=partner.headers).status_code in (302, 405)
    assert Client().get(f"/{path}", headers=partner.headers).status_code in (302, 405)


def test_a_session_writes_with_its_token_alone(activity: KeyActivity) -> None:
    client = Client(enforce_csrf_checks=True)
    person = make_user(holds=activity.owner)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    token = "a" * 32
    client.cookies["csrftoken"] = token
    send: Any = {"path": "/api/v1/updates/", "data": {"activity": "1.1.1"}, "content_type": "application/json"}

    assert client.post(**send).status_code == 403
    made = client.post(**send, headers={"X-CSRFToken": token})
    assert (made.status_code, made.json()["reported_by"]) == (201, None)


def test_nobody_writes_without_saying_who_they_are(activity: KeyActivity) -> None:
    refused = Client().post("/api/v1/updates/", {"activity": "1.1.1"}, "application/json")

    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


@pytest.mark.parametrize("method", ["put", "delete"])
@pytest.mark.parametrize("name", ["updates", "date-changes", "funding-returns"])
def test_nothing_is_replaced_or_removed(partner: Partner, name: str, method: str) -> None:
    refused = getattr(Client(), method)(f"/api/v1/{name}/1/", headers=partner.headers)

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, PATCH")


# Bodies


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"activity": 1.1}, "activity"),
        ({"activity": ["1.1.1"]}, "activity"),
        ({"activity": None}, "activity"),
        ({"activity": "1.1.1\n"}, "activity"),
        ({"activity": "\0"}, "activity"),
        ({"narrative": 5}, "narrative"),
        ({"narrative": None}, "narrative"),
        ({"narrative": {"a": 1}}, "narrative"),
        ({"narrative": "a\0b"}, "narrative"),
        ({"narrative": "a" * 4001}, "narrative"),
        ({"state": "done"}, "state"),
        ({"state": ["complete"]}, "state"),
        ({"rag": True}, "rag"),
        ({"as_at": "20260930"}, "as_at"),
        ({"as_at": "2026-9-30"}, "as_at"),
        ({"as_at": "2026-02-30"}, "as_at"),
        ({"as_at": 20260930}, "as_at"),
        ({"as_at": "2026-09-30T00:00:00Z"}, "as_at"),
        ({"exempt_paragraph": "3"}, "exempt_paragraph"),
        ({"exempt_paragraph": True}, "exempt_paragraph"),
        ({"exempt_paragraph": 8}, "exempt_paragraph"),
        ({"exempt_paragraph": 10**40}, "exempt_paragraph"),
        ({"stage": "approved"}, "stage"),
        ({"narative": "A misspelling."}, "narative"),
        ({"approved_by": 1}, "approved_by"),
        ({"a/b~c": 1}, "a~1b~0c"),
    ],
)
def test_a_value_of_another_form_is_named_by_its_place(
    partner: Partner, activity: KeyActivity, value: dict[str, Any], field: str
) -> None:
    assert pointers(partner.post_json("updates/", {"activity": "1.1.1", **value})) == {f"/{field}"}
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize("body", ["[]", "null", '"1.1.1"', "5", "true"])
def test_a_body_that_is_no_object_is_refused(partner: Partner, body: str) -> None:
    assert pointers(send(partner, body.encode())) == {""}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"narrative": "\xff"}',
        b'{"narrative": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"activity": "1.1.1", "activity": "1.1.2"}',
        b'{"activity": NaN}',
        b'{"activity": 1e999}',
        b'{"activity": ' + b"9" * 5000 + b"}",
        b'{"a":' * 9 + b"1" + b"}" * 9,
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_cannot_be_read_is_a_400(partner: Partner, body: bytes) -> None:
    answer = send(partner, body)

    assert answer.status_code == (400 if body else 422), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_json_is_a_415(partner: Partner, kind: str) -> None:
    assert send(partner, b"activity=1.1.1", kind).status_code == 415


@pytest.mark.parametrize("size", [256 * 1024 + 1, 3 * 1024 * 1024])
def test_a_body_too_large_for_any_field_is_a_413(partner: Partner, size: int) -> None:
    answer = send(partner, b'"' + b"a" * (size - 2) + b'"')

    assert (answer.status_code, answer.json()["type"]) == (413, "/api/v1/problems/content-too-large/")


def send(partner: Partner, body: bytes, kind: str = "application/json") -> Any:
    return Client().generic("POST", "/api/v1/updates/", body, kind, headers=partner.headers)


def test_writing_takes_no_query_parameters(partner: Partner, activity: KeyActivity) -> None:
    made = partner.post_json("updates/", {"activity": "1.1.1"})
    refused = [
        partner.post_json("updates/?dry_run=1", {"activity": "1.1.1"}),
        partner.patch_json(f"updates/{made.json()['id']}/?fields=id", NOTHING, **{"If-Match": "*"}),
    ]

    assert [answer.status_code for answer in refused] == [400, 400]


# Requests that name themselves


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a" * 256])
def test_a_name_that_no_request_can_have_is_refused(partner: Partner, activity: KeyActivity, key: str) -> None:
    answer = partner.post_json("updates/", {"activity": "1.1.1"}, **{"Idempotency-Key": key})

    assert answer.status_code == 400
    assert not ProgressUpdate.objects.exists()


def test_a_refusal_is_not_kept(partner: Partner) -> None:
    name = {"Idempotency-Key": "a"}
    refused = partner.post_json("updates/", {"activity": "1.1.1"}, **name)
    make_activity("1.1.1", owner=partner.post)
    made = partner.post_json("updates/", {"activity": "1.1.1"}, **name)

    assert (refused.status_code, made.status_code) == (422, 201)


def test_two_who_take_one_name_do_not_meet(partner: Partner, activity: KeyActivity) -> None:
    other = make_partner()
    make_activity("1.1.2", owner=other.post)
    answers = [
        each.post_json("updates/", {"activity": number}, **{"Idempotency-Key": "a"}).status_code
        for each, number in ((partner, "1.1.1"), (other, "1.1.2"))
    ]

    assert answers == [201, 201]
    assert AnsweredRequest.objects.count() == 2


def test_one_name_at_another_address_is_another_request(partner: Partner, activity: KeyActivity) -> None:
    partner.post_json("updates/", {"activity": "1.1.1"}, **{"Idempotency-Key": "a"})
    other = partner.post_json("date-changes/", {"activity": "1.1.1"}, **{"Idempotency-Key": "a"})

    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/problems/idempotency-key-reused/")


# New dates


@pytest.fixture
def asked(partner: Partner, activity: KeyActivity) -> Any:
    make_milestone(activity, position=1, baseline_date=AHEAD)
    body = {"activity": "1.1.1", "field": "milestone", "milestone": 1, "reason": "A culvert."}
    answer = partner.post_json("date-changes/", {**body, "proposed_date": str(AHEAD + timedelta(days=30))})
    assert answer.status_code == 201, answer.content
    return answer


def test_a_partner_asks_for_a_new_date(partner: Partner, asked: Any) -> None:
    told = asked.json()

    assert (told["decision"], told["milestone"], told["previous_date"]) == ("requested", 1, str(AHEAD))
    assert told["reported_by"] == partner.key.organisation.slug
    assert partner.get(f"date-changes/{told['id']}/").headers["ETag"] == asked.headers["ETag"]


def test_and_asks_for_another_one_until_it_is_decided(partner: Partner, asked: Any) -> None:
    address, another = f"date-changes/{asked.json()['id']}/", str(AHEAD + timedelta(days=60))
    match = {"If-Match": asked.headers["ETag"]}

    changed = partner.patch_json(address, {"proposed_date": another}, **match)
    stale = partner.patch_json(address, {"proposed_date": another}, **match)

    assert (changed.status_code, stale.status_code) == (200, 412), changed.content
    assert (changed.json()["proposed_date"], changed.json()["reason"]) == (another, "A culvert.")
    event = Event.objects.get(kind=EventKind.DATE_CHANGE_AMENDED)
    assert (event.via, event.after["date"]) == (partner.key, another)


def test_the_approver_decides_the_date_that_they_saw(partner: Partner, asked: Any) -> None:
    approver = signed_in(make_user(UserRole.APPROVER, holds=partner.post.approving_post))
    request = DateChangeRequest.objects.get()
    page = approver.get("/approvals/").content.decode()
    assert f'name="seen" value="{request.proposed_date}"' in page
    assert f"by {partner.key.organisation.name} through the API" in page
    another = {"proposed_date": str(AHEAD + timedelta(days=60))}
    partner.patch_json(f"date-changes/{request.pk}/", another, **{"If-Match": "*"})

    late = approver.post(f"/approvals/dates/{request.pk}/agree/", {"seen": str(request.proposed_date)})

    assert late.status_code == 409
    assert DateChangeRequest.objects.get().decision == Decision.REQUESTED
    assert approver.post(f"/approvals/dates/{request.pk}/agree/", {"seen": another["proposed_date"]}).status_code == 302
    decided = partner.patch_json(f"date-changes/{request.pk}/", another, **{"If-Match": "*"})
    assert decided.status_code == 409


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"milestone": 7}, "/milestone"),
        ({"milestone": None}, "/milestone"),
        ({"milestone": 10**30}, "/milestone"),
        ({"field": "end", "milestone": 1}, "/milestone"),
        ({"field": "middle"}, "/field"),
        ({"reason": ""}, "/reason"),
        ({"proposed_date": None}, "/proposed_date"),
    ],
)
def test_a_request_that_makes_no_sense_says_where(
    partner: Partner, activity: KeyActivity, value: dict[str, Any], pointer: str
) -> None:
    make_milestone(activity, position=1, baseline_date=AHEAD)
    body = {"activity": "1.1.1", "field": "milestone", "milestone": 1, "reason": "Late.", "proposed_date": str(AHEAD)}

    assert pointers(partner.post_json("date-changes/", body | value)) == {pointer}


# Under whose name


def test_pages_name_the_organisation_and_not_the_person(partner: Partner, activity: KeyActivity) -> None:
    partner.post_json("updates/", {"activity": "1.1.1", "stage": "submitted", **COMPLETE})
    approver = signed_in(make_user(UserRole.APPROVER, holds=partner.post.approving_post))
    queue = approver.get("/approvals/").content.decode()
    update = ProgressUpdate.objects.get()
    approver.post(f"/approvals/{update.pk}/approve/", {"version": update.version})

    page = signed_in(make_user(UserRole.BOARD)).get("/activities/1.1.1/").content.decode()

    name = f"{partner.key.organisation.name} through the API"
    assert name in queue
    assert page.count(name) >= 1
    assert partner.person.name not in queue + page
