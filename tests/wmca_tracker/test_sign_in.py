import pytest

from accounts.models import User
from tests.browser import Axe, OpenPage

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
