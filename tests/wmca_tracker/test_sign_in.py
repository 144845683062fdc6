from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from axes.helpers import get_client_ip_address, get_client_username
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.test import Client, RequestFactory

from accounts.choices import UserRole
from accounts.models import User
from funding.rules import Figures
from funding.services.returning import submit_return
from tests.browser import Axe, OpenPage
from tests.factories import IN_ROUND, make_owner, make_stream, make_user
from tests.factories import PASSWORD as PASSWORD_OF_ALL

PASSWORD = "a long and quiet password"


@pytest.fixture
def person(transactional_db: None) -> User:
    return User.objects.create_user(email="owner@demo.example", password=PASSWORD, name="An owner", role="owner")


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_signs_in_by_email_and_password(person: User, open_page: OpenPage, axe: Axe, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    page.goto("/accounts/login/")
    if javascript:
        axe(page)
    page.get_by_label("Email").fill("owner@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    assert page.url.endswith("/")


def try_to_sign_in(client: Client, password: str) -> int:
    return client.post("/accounts/login/", {"login": "owner@demo.example", "password": password}).status_code


def test_a_wrong_password_is_answered_in_plain_words(person: User, client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "owner@demo.example", "password": "wrong"}).content.decode()
    assert "This email address and password do not belong together" in page


def test_after_ten_wrong_passwords_the_right_one_is_refused_too(person: User, client: Client) -> None:
    wrong = [try_to_sign_in(client, "wrong") for _ in range(10)]

    assert wrong[0] == 200
    assert try_to_sign_in(client, PASSWORD) == 429
    assert "_auth_user_id" not in client.session


def test_an_account_is_not_tried_from_ever_more_addresses(person: User, client: Client) -> None:
    def sign_in(password: str, address: str) -> str:
        fields = {"login": "owner@demo.example", "password": password}
        return client.post("/accounts/login/", fields, REMOTE_ADDR=address).content.decode()

    for number in range(60):
        sign_in("wrong", f"192.0.2.{number}")

    refused = sign_in(PASSWORD, "198.51.100.7")
    assert "_auth_user_id" not in client.session
    assert "Too many failed login attempts" in refused


@pytest.mark.django_db
def test_an_address_without_an_account_gets_no_mail(client: Client, mailoutbox: list[EmailMessage]) -> None:
    someone = make_user()
    make_user(is_active=False, email="closed@example.org")
    answers = [
        client.post("/accounts/password/reset/", {"email": address})["Location"]
        for address in ("stranger@example.org", "closed@example.org", someone.email)
    ]

    assert answers == ["/accounts/password/reset/done/"] * 3
    assert [mail.to for mail in mailoutbox] == [[someone.email]]


@pytest.mark.django_db
def test_whoever_asks_for_a_new_password_does_not_choose_where_its_link_leads(
    client: Client, mailoutbox: list[EmailMessage], settings: LazySettings
) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://tracker.example", [".example"]
    person = make_user()
    client.post("/accounts/password/reset/", {"email": person.email}, headers={"Host": "elsewhere.example"})
    (mail,) = mailoutbox
    assert "https://tracker.example/accounts/password/reset/key/" in mail.body
    assert "//elsewhere.example" not in mail.body


def test_a_right_password_forgets_the_wrong_ones(person: User, client: Client) -> None:
    for _ in range(9):
        try_to_sign_in(client, "wrong")

    assert try_to_sign_in(client, PASSWORD) == 302
    client.logout()
    assert try_to_sign_in(client, "wrong") == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "first_page"), [("owner", "/my/"), ("approver", "/approvals/"), ("office", "/round/"), ("board", "/")]
)
def test_a_sign_in_leads_to_what_the_person_comes_to_do(client: Client, role: str, first_page: str) -> None:
    someone = User.objects.create_user(email="someone@demo.example", password=PASSWORD, name="Someone", role=role)
    answer = client.post("/accounts/login/", {"login": someone.email, "password": PASSWORD})
    assert answer["Location"] == first_page


@pytest.mark.django_db
def test_finance_is_led_to_what_waits_for_them_else_to_the_streams(client: Client) -> None:
    finance, treasurer = make_user(UserRole.FINANCE), make_user(UserRole.FINANCE)
    said, month = Figures(committed=Decimal(5)), IN_ROUND.date().replace(day=1)
    submit_return(stream=make_stream(), month=month, figures=said, by=treasurer, now=IN_ROUND)
    pages = {}
    for person in (finance, treasurer):
        answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD_OF_ALL})
        pages[person] = answer["Location"]
        client.logout()
    assert pages == {finance: "/funding/returns/", treasurer: "/funding/"}


@pytest.mark.django_db
def test_a_partner_who_holds_a_post_is_led_to_its_work(client: Client) -> None:
    partner = make_user(UserRole.PARTNER, holds=make_owner())
    answer = client.post("/accounts/login/", {"login": partner.email, "password": PASSWORD_OF_ALL})
    assert answer["Location"] == "/my/"


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    fields = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", fields)

    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["action_add", "action_primary", "action_remove"])
def test_nobody_takes_an_address_that_the_office_did_not_give_them(action: str) -> None:
    person = make_user(UserRole.PARTNER, email="partner@example.org")
    EmailAddress.objects.create(user=person, email="partner@example.org", primary=True)
    EmailAddress.objects.create(user=person, email="mayor@example.org")
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.post("/accounts/email/", {"email": "mayor@example.org", action: ""})

    person.refresh_from_db()
    assert (answer.status_code, person.email) == (404, "partner@example.org")
    assert EmailAddress.objects.filter(user=person).count() == 2


def test_another_spelling_of_an_address_is_not_another_ten_attempts(rf: RequestFactory) -> None:
    spelt = [
        get_client_username(rf.post("/", {"login": address}))
        for address in ("Owner@Demo.Example", " owner@demo.example")
    ]

    assert spelt == ["owner@demo.example"] * 2


@pytest.mark.parametrize(("proxies", "found"), [(0, "10.0.0.1"), (1, "192.0.2.7"), (2, "203.0.113.5")])
def test_a_lock_out_tells_the_people_behind_the_proxy_apart(
    rf: RequestFactory, settings: LazySettings, proxies: int, found: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.post("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.9, 203.0.113.5, 192.0.2.7")

    assert get_client_ip_address(request) == found
