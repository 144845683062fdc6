"""Two who keep people and posts at the same moment; each guard is shown to fail without its lock."""

from __future__ import annotations

import pytest

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.errors import AimsError, NotAllowed, Refused
from aims.services.people import change_person
from aims.services.posts import change_post, give_post
from tests.aims.test_races import while_held
from tests.factories import IN_ROUND, make_owner, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def lower(person: User, by: User) -> User:
    return change_person(
        person=person, name=person.name, role=UserRole.BOARD, organisation=None, version=0, by=by, now=IN_ROUND
    )


def let_sign_off(approving: Owner, post: Owner, by: User) -> Owner:
    return change_post(
        post=post, title=post.title, approving_post=approving, reason="New", version=0, by=by, now=IN_ROUND
    )


def two_administrators() -> tuple[User, User]:
    return make_user(UserRole.ADMINISTRATOR), make_user(UserRole.ADMINISTRATOR)


def test_two_administrators_who_lower_each_other_leave_one() -> None:
    first, second = two_administrators()
    waited, answer = while_held(lambda: lower(first, by=second), lambda: lower(second, by=first))
    assert waited
    assert isinstance(answer, AimsError)
    assert User.objects.administrators().get() == second


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_none_is_left() -> None:
    first, second = two_administrators()
    while_held(lambda: lower(first, by=second), lambda: lower(second, by=first))
    assert not User.objects.administrators().exists()


def test_two_posts_come_to_sign_off_for_each_other_in_no_way(office: User) -> None:
    first, second = make_owner(), make_owner()
    waited, answer = while_held(
        lambda: let_sign_off(first, second, office), lambda: let_sign_off(second, first, office)
    )
    assert waited
    assert isinstance(answer, Refused)
    first.refresh_from_db()
    assert first.approving_post is None


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_a_circle_closes(office: User) -> None:
    first, second = make_owner(), make_owner()
    while_held(lambda: let_sign_off(first, second, office), lambda: let_sign_off(second, first, office))
    first.refresh_from_db()
    assert first.approving_post == second


def take(post: Owner, by: User) -> object:
    return give_post(post=post, person=by, is_deputy=False, starts=IN_ROUND.date(), ends=None, by=by, now=IN_ROUND)


def test_nobody_takes_a_post_while_they_let_it_sign_off(office: User) -> None:
    post, below = make_owner(), make_owner()
    waited, answer = while_held(lambda: take(post, office), lambda: let_sign_off(post, below, office))
    assert waited
    assert isinstance(answer, NotAllowed)


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_they_do(office: User) -> None:
    post, below = make_owner(), make_owner()
    _, answer = while_held(lambda: take(post, office), lambda: let_sign_off(post, below, office))
    assert answer == below
    assert Owner.objects.approved_by(office, IN_ROUND.date()).get() == below
