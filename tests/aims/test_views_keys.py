"""Keys for programs over HTTP, as the office keeps them: shown once, listed with their use, revoked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.choices import KeyScope, UserRole
from accounts.models import ApiKey, User
from aims.choices import EventKind
from aims.models import Event
from aims.services.keys import make_key, revoke_key
from aims.services.people import change_person, close_account
from tests.aims.over_http import signed_in
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db

FORM = re.compile(r'value="(wmca_[a-z2-7]{12}_[A-Za-z0-9_-]{43})"')


@pytest.fixture
def desk(office: User) -> Client:
    return signed_in(office)


@pytest.fixture
def partner() -> User:
    return make_user(UserRole.PARTNER, name="Petra Partner", organisation=make_organisation(name="Solihull Council"))


def answers(person: User, **changed: Any) -> dict[str, Any]:
    last = timezone.localdate() + timedelta(days=90)
    given = {"name": "Dashboard", "user": person.pk, "scopes": ["read"], "expires_on": f"{last:%d/%m/%Y}"}
    return given | changed


def key_of(person: User, by: User, name: str = "Dashboard", days: int = 90, **fields: Any) -> ApiKey:
    """A key as the service makes it; `fields` are set past it, as time would."""
    now = timezone.now()
    assert person.organisation
    key, _ = make_key(
        name=name,
        user=person,
        organisation=person.organisation,
        scopes=[KeyScope.READ],
        expires_on=timezone.localdate(now) + timedelta(days=days),
        by=by,
        now=now,
    )
    ApiKey.objects.filter(pk=key.pk).update(**fields)
    return key


def names_on(page: Any) -> list[str]:
    return re.findall(r'href="/keys/\d+/">([^<]+)</a>', page.content.decode())


def works(text: str) -> bool:
    return Client().get("/api/v1/aims/", headers={"Authorization": f"Bearer {text}"}).status_code == 200


def test_a_key_is_shown_once_and_works(desk: Client, partner: User) -> None:
    made = desk.post("/keys/add/", answers(partner))
    (text,) = FORM.findall(made.content.decode())
    key = ApiKey.objects.get()

    assert made.status_code == 200
    assert works(text)
    assert (key.user, key.organisation, key.scopes, key.made_by.name) == (
        partner,
        partner.organisation,
        ["read"],
        "Otis Office",
    )
    pages = [desk.get(address).content.decode() for address in ("/keys/", f"/keys/{key.pk}/", "/keys/add/")]
    assert not any(text in page or text.split("_", 2)[2] in page for page in pages)


def test_no_cache_address_session_or_cookie_holds_a_key(desk: Client, partner: User) -> None:
    made = desk.post("/keys/add/", answers(partner))
    (text,) = FORM.findall(made.content.decode())

    assert "no-store" in made["Cache-Control"]
    assert "no-store" in desk.get("/keys/add/")["Cache-Control"]
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert not any(
        text in place for place in [*kept, str(made.headers), str(desk.cookies), str(list(Event.objects.values()))]
    )


def test_a_form_that_is_sent_twice_makes_one_key(desk: Client, partner: User) -> None:
    desk.post("/keys/add/", answers(partner))
    again = desk.post("/keys/add/", answers(partner))

    assert again.status_code == 409
    assert "has a valid key of this name" in again.content.decode()
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"name": "  "}, 422, "Say what the key is for"),
        ({"scopes": []}, 422, "Choose what it may do"),
        ({"scopes": ["everything"]}, 422, "Select a valid choice"),
        ({"user": ""}, 422, "Choose the person in whose name it acts"),
        ({"expires_on": ""}, 422, "Give the last day"),
        ({"expires_on": "soon"}, 422, "Enter a date such as"),
        ({"expires_on": "31 January 2020"}, 409, "Choose a last day from today"),
        ({"expires_on": "31 January 2999"}, 409, "keys are renewed every year"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_made(
    desk: Client, partner: User, changed: dict[str, Any], status: int, problem: str
) -> None:
    page = desk.post("/keys/add/", answers(partner, **changed))

    assert page.status_code == status
    assert problem in page.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", [role for role in UserRole if role not in (UserRole.PARTNER, UserRole.OWNER)])
def test_nobody_who_keeps_or_approves_lends_a_program_their_name(desk: Client, role: UserRole) -> None:
    person = make_user(role, organisation=make_organisation())

    assert desk.post("/keys/add/", answers(person)).status_code == 422
    assert not ApiKey.objects.exists()


def test_the_list_shows_the_valid_ones_and_finds_the_others(desk: Client, office: User, partner: User) -> None:
    long_ago = timezone.now() - timedelta(days=100)
    key_of(partner, office, "In use", last_used_at=timezone.now())
    key_of(partner, office, "Ending", days=10)
    key_of(partner, office, "Forgotten", last_used_at=long_ago)
    revoke_key(key=key_of(partner, office, "Revoked"), by=office, now=timezone.now())
    other = make_user(UserRole.OWNER, name="Olga Other", organisation=make_organisation())
    key_of(other, office, "Elsewhere")

    def found(**asked: str) -> set[str]:
        return set(names_on(desk.get("/keys/", asked)))

    assert found() == {"In use", "Ending", "Forgotten", "Elsewhere"}
    assert found(standing="ending") == {"Ending"}
    assert found(standing="unused") == {"Forgotten"}
    assert found(standing="ended") == {"Revoked"}
    assert found(words="olga") == {"Elsewhere"}
    assert partner.organisation
    assert found(organisation=partner.organisation.slug, standing="ended") == {"Revoked"}


def test_a_key_is_revoked_once_and_its_history_says_by_whom(desk: Client, partner: User) -> None:
    (text,) = FORM.findall(desk.post("/keys/add/", answers(partner)).content.decode())
    address = f"/keys/{ApiKey.objects.get().pk}/"

    done = desk.post(f"{address}revoke/", follow=True).content.decode()
    again = desk.post(f"{address}revoke/")

    assert "its next request is refused" in done
    assert re.search(r"<strong>Otis Office</strong>\s+revoked a key for a program", done)
    assert not works(text)
    assert again.status_code == 409
    assert list(Event.objects.values_list("kind", flat=True)) == [EventKind.KEY_MADE, EventKind.KEY_REVOKED]


def test_keys_end_with_their_persons_account_or_work(desk: Client, office: User, partner: User) -> None:
    closed = make_user(UserRole.PARTNER, organisation=partner.organisation)
    promoted = make_user(UserRole.OWNER, organisation=partner.organisation)
    for person in (closed, promoted, partner):
        key_of(person, office)
    administrator, now = make_user(UserRole.ADMINISTRATOR), timezone.now()

    close_account(person=closed, by=office, now=now)
    change_person(
        person=promoted,
        name=promoted.name,
        role=UserRole.OFFICE,
        organisation=promoted.organisation,
        version=0,
        by=administrator,
        now=now,
    )
    change_person(
        person=partner,
        name="Petra Married",
        role=partner.role,
        organisation=partner.organisation,
        version=0,
        by=office,
        now=now,
    )

    assert [key.user for key in ApiKey.objects.valid(timezone.localdate(now))] == [partner]
    assert set(ApiKey.objects.filter(revoked_at__isnull=False).values_list("user", flat=True)) == {
        closed.pk,
        promoted.pk,
    }


def test_whoever_lends_a_program_their_name_is_told_of_it(office: User, partner: User) -> None:
    key_of(partner, office, "Nightly returns")
    revoke_key(key=key_of(partner, office, "Old returns"), by=office, now=timezone.now())

    own, other = (signed_in(person).get("/my/account/").content.decode() for person in (partner, office))

    assert "Programs that act in your name" in own
    assert ("Nightly returns" in own, "Old returns" in own) == (True, False)
    assert "Programs that act" not in other


@pytest.mark.parametrize("role", [role for role in UserRole if role not in (UserRole.OFFICE, UserRole.ADMINISTRATOR)])
def test_for_everybody_else_the_pages_do_not_exist(office: User, partner: User, role: UserRole) -> None:
    key = key_of(partner, office)
    visitor = signed_in(make_user(role))

    for address in ("/keys/", "/keys/add/", f"/keys/{key.pk}/"):
        assert visitor.get(address).status_code == 404
    assert visitor.post(f"/keys/{key.pk}/revoke/").status_code == 404


def test_a_longer_list_costs_no_more_queries(
    desk: Client, office: User, partner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(2):
        for key in range(1 + 9 * place):
            key_of(partner, office, f"Key {place} {key}")
        with django_assert_num_queries(8):
            desk.get("/keys/")
