"""Two who keep keys at the same moment; each guard is shown to fail without its lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.choices import KeyScope, UserRole
from accounts.keys import KeyText
from accounts.models import ApiKey, User
from aims.errors import Refused
from aims.services.keys import make_key, revoke_key
from aims.services.people import close_account
from tests.aims.test_races import while_held
from tests.factories import IN_ROUND, make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner(transactional_db: None) -> User:
    return make_user(UserRole.PARTNER, organisation=make_organisation())


def making(person: User, office: User) -> Callable[[], tuple[ApiKey, KeyText]]:
    organisation = person.organisation
    assert organisation
    return lambda: make_key(
        name="Dashboard",
        user=person,
        organisation=organisation,
        scopes=[KeyScope.READ],
        expires_on=IN_ROUND.date() + timedelta(days=9),
        by=office,
        now=IN_ROUND,
    )


def test_a_form_that_is_sent_twice_at_once_makes_one_key(partner: User, office: User) -> None:
    waited, answer = while_held(making(partner, office), making(partner, office))
    assert waited
    assert isinstance(answer, Refused)
    assert ApiKey.objects.count() == 1


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_it_makes_two(partner: User, office: User) -> None:
    while_held(making(partner, office), making(partner, office))
    assert ApiKey.objects.count() == 2


def test_no_key_is_made_for_an_account_that_is_being_closed(partner: User, office: User) -> None:
    waited, answer = while_held(lambda: close_account(person=partner, by=office, now=IN_ROUND), making(partner, office))
    assert waited
    assert isinstance(answer, Refused)
    assert not ApiKey.objects.exists()


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_it_is_there_when_the_account_opens_again(partner: User, office: User) -> None:
    while_held(lambda: close_account(person=partner, by=office, now=IN_ROUND), making(partner, office))
    assert ApiKey.objects.get().revoked_at is None


def test_a_key_that_two_revoke_at_once_is_revoked_once(partner: User, office: User) -> None:
    key, _ = making(partner, office)()

    def revoke() -> ApiKey:
        return revoke_key(key=key, by=office, now=IN_ROUND)

    waited, answer = while_held(revoke, revoke)
    assert waited
    assert isinstance(answer, Refused)
