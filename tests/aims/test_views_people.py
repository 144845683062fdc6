"""People and posts over HTTP, as the office keeps them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.choices import UserRole
from accounts.models import Organisation, Owner, User
from aims.models import KeyActivity
from aims.selectors.versions import version_of_person, version_of_post
from tests.aims.over_http import signed_in
from tests.factories import make_draft, make_organisation, make_owner, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]

PASSWORD = "a long and quiet password"


@pytest.fixture
def body() -> Organisation:
    return make_organisation(slug="wmca", name="WMCA")


@pytest.fixture
def desk(office: User) -> Client:
    return signed_in(office)


def new_person(**changed: Any) -> dict[str, Any]:
    return {"email": "Nell@Example.org", "name": "Nell New", "role": "owner", "organisation": "wmca"} | changed


def test_an_invited_person_chooses_a_password_and_signs_in(
    desk: Client, body: Organisation, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://tracker.example"
    added = desk.post("/people/add/", new_person(), follow=True)
    assert "the invitation is on its way to nell@example.org" in added.content.decode()
    (mail,) = mailoutbox
    assert mail.to == ["nell@example.org"]
    (link,) = re.findall(r"https://tracker\.example(/accounts/password/reset/key/\S+)", str(mail.body))
    assert "https://tracker.example/accounts/login/" in str(mail.body)
    visitor = Client()
    form = visitor.get(link, follow=True)
    visitor.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    answer = visitor.post("/accounts/login/", {"login": "nell@example.org", "password": PASSWORD})
    assert answer["Location"] == "/my/"
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_an_account_is_kept_when_the_mail_server_is_away(desk: Client, body: Organisation, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = desk.post("/people/add/", new_person(), follow=True).content.decode()
    assert "the mail server did not take the invitation" in page
    assert "Send the invitation again" in page
    assert User.objects.filter(email="nell@example.org").exists()


def test_an_invitation_is_sent_again_only_to_who_has_no_password(desk: Client, mailoutbox: list[EmailMessage]) -> None:
    without, having = make_user(password=None), make_user()
    desk.post(f"/people/{without.pk}/invite/")
    refused = desk.post(f"/people/{having.pk}/invite/")
    assert refused.status_code == 409
    assert [mail.to for mail in mailoutbox] == [[without.email]]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"email": "nell"}, "Give an address such as name@example.org"),
        ({"email": "TAKEN@example.org"}, "There is an account with this address already"),
        ({"role": "administrator"}, "Select a valid choice"),
        ({"organisation": ""}, "Choose the organisation that they work for"),
        ({"name": ""}, "Give the person&#x27;s name"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said(
    desk: Client, body: Organisation, changed: dict[str, str], problem: str
) -> None:
    make_user(email="taken@example.org")
    answer = desk.post("/people/add/", new_person(**changed))
    assert answer.status_code == 422
    assert problem in answer.content.decode()


def test_an_administrator_makes_the_office(body: Organisation) -> None:
    signed_in(make_user(UserRole.ADMINISTRATOR)).post("/people/add/", new_person(role="office"))
    assert User.objects.get(email="nell@example.org").role == UserRole.OFFICE


def changed_person(person: User, **changed: Any) -> dict[str, Any]:
    return {"version": version_of_person(person), "name": person.name, "role": person.role, **changed}


def test_a_person_is_changed_once_of_two_at_once(desk: Client, body: Organisation) -> None:
    person = make_user(name="Nell Old")
    seen = changed_person(person, name="Nell New", organisation="wmca", role="approver")
    assert desk.post(f"/people/{person.pk}/", seen).status_code == 302
    second = desk.post(f"/people/{person.pk}/", seen | {"name": "Nell Other"})
    assert second.status_code == 409
    assert "Somebody else has changed this" in second.content.decode()
    person.refresh_from_db()
    assert (person.name, person.role, person.organisation) == ("Nell New", "approver", body)


def test_the_office_cannot_touch_an_administrator(desk: Client, body: Organisation) -> None:
    administrator = make_user(UserRole.ADMINISTRATOR)
    page = desk.get(f"/people/{administrator.pk}/").content.decode()
    assert "Only an administrator changes this account" in page
    answer = desk.post(f"/people/{administrator.pk}/", changed_person(administrator, role="owner", organisation="wmca"))
    assert answer.status_code == 409
    assert desk.post(f"/people/{administrator.pk}/close/").status_code == 409
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_what_a_person_leaves_behind_is_said_before_the_account_is_closed(desk: Client, activity: KeyActivity) -> None:
    person = make_user(holds=activity.owner)
    make_draft(activity, by=person)
    page = desk.get(f"/people/{person.pk}/").content.decode()
    assert "1 update that they began is open" in page
    assert f"Nobody else holds {activity.owner.title}" in page
    make_user(holds=activity.owner)
    assert "Nobody else holds" not in desk.get(f"/people/{person.pk}/").content.decode()


def test_an_account_is_closed_and_opened_again(desk: Client, mailoutbox: list[EmailMessage]) -> None:
    person = make_user(holds=make_owner())
    closed = desk.post(f"/people/{person.pk}/close/", follow=True).content.decode()
    assert "account is closed, and their posts are given up" in closed
    assert person.name not in desk.get("/people/").content.decode()
    assert person.name in desk.get("/people/?standing=closed").content.decode()
    assert desk.post(f"/people/{person.pk}/close/").status_code == 409
    desk.post(f"/people/{person.pk}/open/")
    assert [mail.to for mail in mailoutbox] == [[person.email]]
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"Ada", "Ben", "Cyd"}),
        ("?words=ad", {"Ada"}),
        ("?words=ben%40", {"Ben"}),
        ("?role=board", {"Cyd"}),
        ("?organisation=wmca", {"Ada"}),
        ("?standing=never", {"Ada", "Ben"}),
        ("?standing=unguarded", set()),
        ("?role=nonsense", {"Ada", "Ben", "Cyd"}),
        ("?page=99", {"Ada", "Ben", "Cyd"}),
    ],
)
def test_the_list_is_narrowed(desk: Client, body: Organisation, asked: str, found: set[str]) -> None:
    make_user(name="Ada", organisation=body)
    make_user(name="Ben", email="ben@example.org")
    make_user(UserRole.BOARD, name="Cyd", last_login="2026-10-01T09:00Z")
    page = desk.get(f"/people/{asked}").content.decode()
    assert {name for name in ("Ada", "Ben", "Cyd") if f">{name}</a>" in page} == found


def test_the_list_says_who_holds_what_and_until_when(desk: Client) -> None:
    post = make_owner(title="Head of Skills")
    person = make_user()
    person.holdings.create(owner=post, is_deputy=True, starts=date(2026, 10, 1), ends=date(2026, 11, 30))
    page = desk.get("/people/").content.decode()
    assert "Head of Skills" in page
    assert "Deputy from 1 October 2026 until 30 November 2026" in page


def test_whoever_keeps_accounts_is_asked_for_a_second_factor(desk: Client) -> None:
    assert "Add a second factor" in desk.get("/people/").content.decode()
    assert "Add a second factor" in desk.get("/my/account/").content.decode()
    assert "Add a second factor" not in signed_in(make_user()).get("/my/account/").content.decode()


def test_a_post_is_added_given_changed_and_its_history_told(desk: Client, office: User, body: Organisation) -> None:
    make_owner(title="Director", slug="director", organisation=body)
    desk.post("/posts/add/", {"title": "Head of Skills", "organisation": "wmca", "approving_post": "director"})
    post = Owner.objects.get(title="Head of Skills")
    person = make_user(name="Nell New")
    given = {"person": person.pk, "how": "deputy", "starts": "12 October 2026", "ends": "30 November 2026"}
    assert desk.post(f"/posts/{post.slug}/give/", given).status_code == 302
    changed = {"title": "Head of Training", "approving_post": "", "reason": "Restructured"}
    desk.post(f"/posts/{post.slug}/", changed | {"version": version_of_post(post)})
    page = desk.get(f"/posts/{post.slug}/").content.decode()
    told = [
        "Title from “Head of Skills” to “Head of Training”. Approving post from “Director” to “none”. “Restructured”",
        "made Nell New a deputy",
        "From 12 October 2026 until 30 November 2026",
        "added the post",
        office.name,
    ]
    assert [words for words in told if words not in page] == []
    assert "Head of Training" in desk.get("/posts/?gap=unsigned").content.decode()


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"reason": ""}, 422, "Say why the post changes"),
        ({"title": ""}, 422, "Give the post&#x27;s title"),
        ({"approving_post": "head-of-skills"}, 409, "cannot sign off"),
        ({"version": "999"}, 409, "Somebody else has changed this"),
    ],
)
def test_what_is_wrong_with_a_change_is_said(desk: Client, changed: dict[str, str], status: int, problem: str) -> None:
    make_owner(slug="head-of-skills")
    stands = {"version": "0", "title": "Another", "approving_post": "", "reason": "Restructured"}
    answer = desk.post("/posts/head-of-skills/", stands | changed)
    assert answer.status_code == status
    assert problem in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"person": ""}, 422, "Choose a person"),
        ({"starts": "soon"}, 422, "Enter a date such as 31 January 2027"),
        ({"how": "deputy"}, 422, "Give the deputy&#x27;s last day"),
        ({"ends": "1 October 2026"}, 422, "Give a last day that is not before the first"),
        ({"starts": "1 October 2026"}, 409, "not in the past"),
    ],
)
def test_what_is_wrong_with_a_giving_is_said(desk: Client, changed: dict[str, str], status: int, problem: str) -> None:
    post = make_owner()
    given = {"person": str(make_user().pk), "how": "holder", "starts": "12 October 2026", "ends": ""}
    answer = desk.post(f"/posts/{post.slug}/give/", given | changed)
    assert answer.status_code == status
    assert problem in answer.content.decode()
    assert not post.holdings.exists()


def test_a_time_in_a_post_is_ended_once(desk: Client) -> None:
    post = make_owner()
    holding = make_user(holds=post).holdings.get()
    url = f"/posts/holdings/{holding.pk}/end/"
    assert desk.post(url, {"last_day": ""}).status_code == 422
    assert desk.post(url, {"last_day": "11 October 2026"}).status_code == 302
    again = desk.post(url, {"last_day": "12 October 2026"})
    assert again.status_code == 409
    assert "This has ended already" in again.content.decode()
    assert "Held before" in desk.get(f"/posts/{post.slug}/").content.decode()


def test_a_proposed_post_is_confirmed(desk: Client) -> None:
    post = make_owner()
    assert "Confirm the post" in desk.get(f"/posts/{post.slug}/").content.decode()
    desk.post(f"/posts/{post.slug}/confirm/")
    assert "Confirm the post" not in desk.get(f"/posts/{post.slug}/").content.decode()
    assert desk.post(f"/posts/{post.slug}/confirm/").status_code == 409


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"Held", "Empty", "Settled"}),
        ("?words=hel", {"Held"}),
        ("?gap=nobody", {"Empty", "Settled"}),
        ("?gap=proposed", {"Held", "Empty"}),
        ("?organisation=wmca", {"Settled"}),
    ],
)
def test_the_posts_are_narrowed(desk: Client, body: Organisation, asked: str, found: set[str]) -> None:
    make_user(holds=make_owner(title="Held"))
    make_owner(title="Empty")
    make_owner(title="Settled", is_proposed=False, organisation=body)
    page = desk.get(f"/posts/{asked}").content.decode()
    assert {name for name in ("Held", "Empty", "Settled") if f">{name}</a>" in page} == found


@pytest.mark.parametrize("path", ["/people/", "/posts/"])
def test_the_lists_cost_the_same_for_two_and_for_forty(
    desk: Client, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        make_user(holds=make_owner())
    with django_assert_max_num_queries(20) as few:
        desk.get(path)
    for _ in range(38):
        make_user(holds=make_owner(approving_post=make_owner()))
    with django_assert_max_num_queries(len(few)):
        assert desk.get(path).status_code == 200


def test_a_person_and_a_post_cost_the_same_however_long_their_history(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    post, person = make_owner(), make_user()
    paths = (f"/people/{person.pk}/", f"/posts/{post.slug}/")
    with django_assert_max_num_queries(44) as few:
        assert [desk.get(path).status_code for path in paths] == [200, 200]
    for number in range(1, 20):
        person.holdings.create(
            owner=post, starts=date(2020, number % 12 + 1, number), ends=date(2020, number % 12 + 1, number)
        )
        make_user(holds=post)
        make_owner(approving_post=post)
    with django_assert_max_num_queries(len(few)):
        assert [desk.get(path).status_code for path in paths] == [200, 200]
