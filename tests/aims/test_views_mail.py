"""What we mail to you: the page, and where the links in a mail lead."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from aims.models import Mail, MailPreference
from aims.services.mailing import make_reminders
from aims.services.notices import choose_mail
from aims.services.sending import send_waiting
from tests.aims.test_services_mailing import at
from tests.constraints.notices import make_mail
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

PAGE = "/my/mail/"


def test_everything_is_ticked_until_somebody_chooses(client: Client, owner: User) -> None:
    client.force_login(owner)

    page = client.get(PAGE).content.decode()

    assert page.count("checked") == 2
    assert owner.email in page
    assert "They cannot be turned off" in page


def test_a_choice_is_kept_and_said(client: Client, owner: User) -> None:
    client.force_login(owner)

    page = client.post(PAGE, {"wanted": ["decisions"]}, follow=True)

    assert "Your choice is saved" in page.content.decode()
    stored = MailPreference.objects.get(person=owner)
    assert (stored.reminders, stored.decisions) == (False, True)
    assert client.post(PAGE, {}).status_code == 302
    assert not MailPreference.objects.get(person=owner).decisions


def test_a_kind_of_mail_that_does_not_exist_is_refused(client: Client, owner: User) -> None:
    client.force_login(owner)

    answer = client.post(PAGE, {"wanted": ["everything"]})

    assert answer.status_code == 422
    assert "Choose from the two kinds of mail" in answer.content.decode()
    assert not MailPreference.objects.exists()


def test_the_office_sees_what_did_not_arrive_and_who_is_not_reminded(client: Client, owner: User, office: User) -> None:
    mail = make_mail()
    Mail.objects.filter(pk=mail.pk).update(problem="550 No such mailbox", dropped_at=mail.made_at)
    choose_mail(person=owner, reminders=False, decisions=True)
    client.force_login(office)

    page = client.get(PAGE).content.decode()

    assert "550 No such mailbox" in page
    assert mail.person.email in page
    assert owner.name in page


def test_nobody_else_sees_it(client: Client, owner: User) -> None:
    mail = make_mail()
    Mail.objects.filter(pk=mail.pk).update(problem="550 No such mailbox", dropped_at=mail.made_at)
    client.force_login(owner)

    assert "550" not in client.get(PAGE).content.decode()


def test_the_page_costs_the_same_with_much_trouble(
    client: Client, office: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        mail = make_mail()
        Mail.objects.filter(pk=mail.pk).update(problem="550 No such mailbox")
        choose_mail(person=mail.person, reminders=False, decisions=True)
    client.force_login(office)
    with django_assert_max_num_queries(14):
        client.get(PAGE)


@pytest.mark.usefixtures("in_the_round")
def test_a_link_in_a_mail_opens_its_form_after_sign_in(client: Client, owner: User) -> None:
    now = at(date(2026, 10, 21))
    make_reminders(now=now)
    send_waiting(now=now)
    body = str(outbox.outbox[0].body)
    link = next(word for word in body.split() if word.endswith("/update/"))
    path = "/" + link.split("/", 3)[3]

    asked = client.get(path)
    assert asked.status_code == 302
    answer = client.post(asked["Location"], {"login": owner.email, "password": PASSWORD}, follow=True)

    assert answer.redirect_chain[-1] == (path, 302)
    assert answer.status_code == 200
    assert path == reverse("update", args=["1.1.1"])
    assert "Deliver work 1.1.1" in answer.content.decode()


def test_the_link_to_the_choice_opens_it_after_sign_in(client: Client) -> None:
    person = make_user()
    answer = client.post(client.get(PAGE)["Location"], {"login": person.email, "password": PASSWORD}, follow=True)

    assert answer.redirect_chain[-1] == (PAGE, 302)
    assert "What we mail to you" in answer.content.decode()
