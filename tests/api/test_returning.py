"""A body that is named for a stream returns its figures through its key; finance approves them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind
from aims.models import Event
from funding.models import FundingReturn, FundingStream
from funding.services.naming import name_returner
from funding.services.returning import approve_return, give_return_back
from tests.aims.over_http import signed_in
from tests.api.partners import Partner, make_partner
from tests.factories import make_stream, make_user

pytestmark = pytest.mark.django_db

MONTH = date(2026, 9, 1)
SAID: dict[str, Any] = {"stream": "A", "month": str(MONTH), "committed": "1000.00", "spend_to_date": "400.50"}


@pytest.fixture
def partner() -> Partner:
    return make_partner()


@pytest.fixture
def finance() -> User:
    return make_user(UserRole.FINANCE)


@pytest.fixture
def stream(partner: Partner, finance: User) -> FundingStream:
    made = make_stream(code="A", award=2000)
    name_returner(stream=made, organisation=partner.key.organisation, by=finance, now=timezone.now())
    return made


@pytest.fixture
def returned(partner: Partner, stream: FundingStream) -> Any:
    answer = partner.post_json("funding-returns/", SAID)
    assert answer.status_code == 201, answer.content
    return answer


def test_a_partner_returns_a_month_of_its_own_stream(partner: Partner, returned: Any, finance: User) -> None:
    told = returned.json()

    assert (told["stage"], told["revision"], told["spend_to_date"]) == ("submitted", 1, "400.50")
    assert (told["reported_by"], told["re_profiled"]) == (partner.key.organisation.slug, None)
    address = f"funding-returns/{told['id']}/"
    assert partner.get(address).headers["ETag"] == returned.headers["ETag"]
    assert partner.get("funding-returns/?stage=submitted").json()["results"] == [told]
    assert Client().get(f"/api/v1/{address}").status_code == 404
    assert signed_in(make_user(UserRole.PARTNER)).get(f"/api/v1/{address}").status_code == 404
    queue = signed_in(finance).get("/funding/returns/").content.decode()
    assert f"by {partner.key.organisation.name} through the API" in queue


def test_whoever_it_speaks_for_does_not_approve_it(partner: Partner, returned: Any, finance: User) -> None:
    said = FundingReturn.objects.get()
    with pytest.raises(Exception, match="You sent this return"):
        approve_return(found=said, by=partner.person, now=timezone.now())

    approve_return(found=said, by=finance, now=timezone.now())

    assert partner.get(f"funding-returns/{said.pk}/").json()["stage"] == "approved"
    corrected = partner.patch_json(f"funding-returns/{said.pk}/", {"note": "No."}, **{"If-Match": "*"})
    assert corrected.status_code == 409
    assert partner.post_json("funding-returns/", SAID).json()["revision"] == 2


def test_one_that_was_given_back_is_corrected_by_the_next_revision(
    partner: Partner, returned: Any, finance: User
) -> None:
    said = FundingReturn.objects.get()
    give_return_back(found=said, note="Say what was committed.", by=finance, now=timezone.now())
    address = f"funding-returns/{said.pk}/"
    back = partner.get(address)
    assert (back.json()["stage"], back.json()["return_note"]) == ("returned", "Say what was committed.")
    match = {"If-Match": back.headers["ETag"]}

    again = partner.patch_json(address, {"committed": "1500.00"}, **match)

    assert again.status_code == 200, again.content
    told = again.json()
    assert (told["revision"], told["committed"], told["spend_to_date"]) == (2, "1500.00", "400.50")
    assert told["id"] != said.pk
    assert again.headers["Content-Location"] == told["url"]
    once_more = partner.patch_json(address, {"committed": "1600.00"}, **match)
    assert (once_more.status_code, FundingReturn.objects.count()) == (409, 2)


def test_one_that_waits_is_taken_back_and_corrected(partner: Partner, returned: Any) -> None:
    address, match = f"funding-returns/{returned.json()['id']}/", {"If-Match": returned.headers["ETag"]}

    corrected = partner.patch_json(address, {"spend_to_date": "500.00"}, **match)
    stale = partner.patch_json(address, {"spend_to_date": "600.00"}, **match)

    assert (corrected.json()["revision"], corrected.json()["stage"]) == (2, "submitted")
    assert stale.status_code == 412
    assert partner.get(address).json()["stage"] == "returned"


def test_a_month_that_waits_is_not_returned_again(partner: Partner, returned: Any) -> None:
    assert partner.post_json("funding-returns/", SAID).status_code == 409


def test_anothers_stream_answers_as_one_that_does_not_exist(partner: Partner, stream: FundingStream) -> None:
    make_stream(code="B")
    theirs = partner.post_json("funding-returns/", SAID | {"stream": "B"})
    nobodys = partner.post_json("funding-returns/", SAID | {"stream": "C"})

    assert theirs.status_code == 422
    assert theirs.content == nobodys.content


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"committed": 1000}, "/committed"),
        ({"committed": 1000.1}, "/committed"),
        ({"committed": "1e3"}, "/committed"),
        ({"committed": "-1.00"}, "/committed"),
        ({"committed": "1.001"}, "/committed"),
        ({"committed": "١"}, "/committed"),
        ({"committed": "1.00\n"}, "/committed"),
        ({"committed": "1" * 13}, "/committed"),
        ({"committed": "NaN"}, "/committed"),
        ({"month": "2026-09"}, "/month"),
        ({"month": "2026-09-02"}, "/month"),
        ({"month": "2999-01-01"}, "/month"),
        ({"rating": "blue"}, "/rating"),
        ({"spend_to_date": "1000.01"}, "/warning_reason"),
        ({"committed": None, "spend_to_date": None}, "/committed"),
        ({"approved_at": "2026-10-08"}, "/approved_at"),
    ],
)
def test_a_figure_that_makes_no_sense_says_where(
    partner: Partner, stream: FundingStream, value: dict[str, Any], pointer: str
) -> None:
    refused = partner.post_json("funding-returns/", SAID | value)

    assert refused.status_code == 422, refused.content
    assert {error["pointer"] for error in refused.json()["errors"]} == {pointer}
    assert not FundingReturn.objects.exists()


def test_finance_names_who_returns_a_stream_and_takes_it_back(partner: Partner, finance: User) -> None:
    stream, client = make_stream(code="A"), signed_in(finance)
    assert partner.post_json("funding-returns/", SAID).status_code == 422

    named = client.post("/funding/A/returner/", {"organisation": partner.key.organisation_id})

    assert (named.status_code, named.headers["Location"]) == (302, "/funding/A/")
    assert partner.key.organisation.name in client.get("/funding/A/returner/").content.decode()
    event = Event.objects.get(kind=EventKind.RETURNER_NAMED)
    assert (event.before, event.after) == ({"returned_by": None}, {"returned_by": partner.key.organisation.slug})
    assert client.post("/funding/A/returner/", {"organisation": partner.key.organisation_id}).status_code == 409
    client.post("/funding/A/returner/", {"organisation": ""})
    stream.refresh_from_db()
    assert stream.returned_by is None
    assert partner.post_json("funding-returns/", SAID).status_code == 422


@pytest.mark.parametrize("size", [1, 5])
def test_the_list_costs_as_many_queries_however_long_it_is(
    partner: Partner, stream: FundingStream, django_assert_max_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for month in range(1, size + 1):
        assert partner.post_json("funding-returns/", SAID | {"month": f"2026-{month:02}-01"}).status_code == 201

    with django_assert_max_num_queries(3):
        assert len(partner.get("funding-returns/").json()["results"]) == size
