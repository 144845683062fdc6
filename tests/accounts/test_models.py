"""People, posts and holdings as rows."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from accounts.selectors import Duties, duties_of
from tests.aims.over_http import signed_in
from tests.factories import IN_ROUND, make_owner, make_user

pytestmark = pytest.mark.django_db


def test_a_first_installation_begins_with_an_administrator_who_keeps_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long and quiet password")
    call_command("createsuperuser", email="First@example.org", name="First", interactive=False, verbosity=0)
    first = User.objects.get(email="first@example.org")
    assert (first.role, first.is_superuser) == (UserRole.ADMINISTRATOR, False)
    assert signed_in(first).get("/people/add/").status_code == 200


def test_duties_follow_from_posts_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    above = make_owner()
    below = make_owner(approving_post=above)
    people = {"holds": make_user(holds=below), "signs off": make_user(holds=above), "neither": make_user()}
    with django_assert_num_queries(3):
        found = {name: duties_of(person, IN_ROUND.date()) for name, person in people.items()}
    assert found == {
        "holds": Duties(holds=True, signs_off=False),
        "signs off": Duties(holds=True, signs_off=True),
        "neither": Duties(holds=False, signs_off=False),
    }
