"""Accounts are made, changed and closed by whoever may, and each change is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.choices import UserRole
from accounts.models import Organisation, User
from aims.choices import Audience, EventKind
from aims.errors import NotAllowed, Refused
from aims.models import Event
from aims.selectors.versions import version_of_person
from aims.services.people import add_person, change_person, close_account, open_account
from tests.aims.over_http import signed_in
from tests.factories import IN_ROUND, make_organisation, make_owner, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return make_user(UserRole.ADMINISTRATOR, name="Adele Administrator")


@pytest.fixture
def body() -> Organisation:
    return make_organisation(slug="wmca")


def add(by: User, role: UserRole = UserRole.OWNER, email: str = "New@Example.org", **more: Organisation) -> User:
    return add_person(
        email=email, name="Nell New", role=role, organisation=more.get("organisation"), by=by, now=IN_ROUND
    )


def change(person: User, by: User, role: UserRole, version: int | None = None) -> User:
    seen = version_of_person(person) if version is None else version
    return change_person(
        person=person, name=person.name, role=role, organisation=None, version=seen, by=by, now=IN_ROUND
    )


def test_a_new_person_has_no_password_and_one_spelling(office: User, body: Organisation) -> None:
    person = add(office, organisation=body)
    assert (person.email, person.organisation) == ("new@example.org", body)
    assert not person.has_usable_password()


def test_history_keeps_who_made_whom_what_but_no_name_and_no_address(office: User, body: Organisation) -> None:
    person = add(office, organisation=body)
    event = Event.objects.get(kind=EventKind.PERSON_ADDED)
    assert (event.by, event.person, event.audience) == (office, person, Audience.OFFICE)
    assert event.after == {"role": "owner", "organisation": "wmca", "is_active": True}


def test_an_address_has_one_account(office: User) -> None:
    add(office)
    with pytest.raises(Refused, match="already"):
        add(office, email="new@example.ORG")


@pytest.mark.parametrize("role", [UserRole.OFFICE, UserRole.ADMINISTRATOR])
def test_the_office_makes_no_account_of_its_own_kind(office: User, role: UserRole) -> None:
    with pytest.raises(NotAllowed, match="Only an administrator"):
        add(office, role)
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("role", [UserRole.OFFICE, UserRole.ADMINISTRATOR])
def test_an_administrator_makes_every_account(administrator: User, role: UserRole) -> None:
    assert add(administrator, role).role == role


@pytest.mark.parametrize("role", [UserRole.OWNER, UserRole.APPROVER, UserRole.BOARD, UserRole.PARTNER])
def test_nobody_else_makes_an_account(role: UserRole) -> None:
    with pytest.raises(NotAllowed):
        add(make_user(role), UserRole.OWNER)


def test_the_office_neither_raises_nor_lowers_privileges(office: User, administrator: User) -> None:
    person, colleague = make_user(), make_user(UserRole.OFFICE)
    for who, role in [
        (person, UserRole.OFFICE),
        (person, UserRole.ADMINISTRATOR),
        (office, UserRole.ADMINISTRATOR),
        (colleague, UserRole.OWNER),
        (administrator, UserRole.OWNER),
    ]:
        with pytest.raises(NotAllowed):
            change(who, office, role)
    assert set(User.objects.values_list("role", flat=True)) == {"owner", "office", "administrator"}


def test_privileges_that_were_lost_meanwhile_give_nothing(office: User) -> None:
    User.objects.filter(pk=office.pk).update(role=UserRole.OWNER)
    with pytest.raises(NotAllowed):
        add(office)
    with pytest.raises(NotAllowed):
        change(make_user(), office, UserRole.APPROVER)


def test_a_change_is_recorded_with_what_it_was(office: User) -> None:
    person = make_user()
    change(person, office, UserRole.APPROVER)
    event = Event.objects.get(kind=EventKind.PERSON_CHANGED)
    assert (event.before, event.after, event.person) == ({"role": "owner"}, {"role": "approver"}, person)


def test_of_two_changes_at_once_the_second_is_told(office: User) -> None:
    person = make_user()
    seen = version_of_person(person)
    change(person, office, UserRole.APPROVER, seen)
    with pytest.raises(Refused, match="Somebody else has changed"):
        change(person, office, UserRole.BOARD, seen)


def test_the_last_administrator_stays(administrator: User) -> None:
    with pytest.raises(Refused, match="last administrator"):
        change(administrator, administrator, UserRole.OFFICE)
    second = make_user(UserRole.ADMINISTRATOR)
    close_account(person=second, by=administrator, now=IN_ROUND)
    with pytest.raises(Refused, match="last administrator"):
        change(administrator, administrator, UserRole.OFFICE)


def test_a_closed_account_is_signed_out_at_once_and_holds_nothing(office: User) -> None:
    person = make_user(holds=make_owner())
    client = signed_in(person)
    assert client.get("/my/").status_code == 200
    close_account(person=person, by=office, now=IN_ROUND)
    assert client.get("/my/").status_code == 302
    yesterday = IN_ROUND.date() - timedelta(days=1)
    assert [holding.ends for holding in person.holdings.all()] == [yesterday]
    assert Event.objects.filter(kind=EventKind.POST_LEFT, person=person, by=office).exists()


def test_no_session_from_before_goes_on_when_the_account_is_opened_again(office: User) -> None:
    person = make_user()
    client = signed_in(person)
    close_account(person=person, by=office, now=IN_ROUND)
    opened = open_account(person=person, by=office, now=IN_ROUND)
    assert opened.is_active
    assert not opened.has_usable_password()
    assert client.get("/my/").status_code == 302


def test_a_time_to_come_is_withdrawn_with_the_account(office: User) -> None:
    person = make_user()
    person.holdings.create(owner=make_owner(), starts=date(2027, 1, 1))
    close_account(person=person, by=office, now=IN_ROUND)
    assert not person.holdings.standing(IN_ROUND.date()).exists()


def test_closing_and_opening_twice_is_told(office: User) -> None:
    person = make_user()
    close_account(person=person, by=office, now=IN_ROUND)
    with pytest.raises(Refused, match="closed already"):
        close_account(person=person, by=office, now=IN_ROUND)
    open_account(person=person, by=office, now=IN_ROUND)
    with pytest.raises(Refused, match="open already"):
        open_account(person=person, by=office, now=IN_ROUND)


def test_the_office_closes_neither_its_own_kind_nor_administrators(office: User, administrator: User) -> None:
    for person in (office, make_user(UserRole.OFFICE), administrator):
        with pytest.raises(NotAllowed):
            close_account(person=person, by=office, now=IN_ROUND)
    assert User.objects.filter(is_active=False).count() == 0


def test_nobody_closes_their_own_account(administrator: User) -> None:
    make_user(UserRole.ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="ask a colleague"):
        close_account(person=administrator, by=administrator, now=IN_ROUND)
