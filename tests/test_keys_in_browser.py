"""A key is made, tried, found in the list and revoked in a real Chromium, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import ApiKey, User
from tests.browser import WIDTHS, Axe, OpenPage, Visit
from tests.factories import make_organisation, make_strategy, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]


@pytest.fixture
def office(transactional_db: None) -> User:
    make_strategy()
    make_user(
        UserRole.PARTNER,
        name="Petra Partner",
        email="petra@example.org",
        organisation=make_organisation(name="Solihull Council"),
    )
    return make_user(UserRole.OFFICE)


def fill_in(page: Page) -> None:
    page.get_by_role("link", name="Keys", exact=True).click()
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("What it is for").fill("Performance dashboard")
    page.get_by_label("Acts in the name of").select_option(label="Petra Partner (petra@example.org), Solihull Council")
    page.get_by_label("Report on what its organisation owns").check(force=True)


def answer_to(key: str) -> int:
    return Client().get("/api/v1/", headers={"Authorization": f"Bearer {key}"}).status_code


@pytest.mark.parametrize("javascript", [True, False])
def test_a_key_is_made_tried_and_revoked(office: User, open_page: OpenPage, sign_in: SignIn, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, office)
    page.goto("/")
    fill_in(page)
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="The key for Performance dashboard is made")).to_be_visible()
    text = page.get_by_label("The key", exact=True).input_value()
    assert text not in page.url
    assert answer_to(text) == 200

    page.get_by_role("link", name="This key, and how to revoke it").click()
    page.get_by_text("Revoke this key").click()
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("Performance dashboard is revoked: its next request is refused")).to_be_visible()
    assert answer_to(text) == 401
    page.get_by_role("link", name="Keys", exact=True).first.click()
    expect(page.get_by_text("No key is valid.")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_keeps_keys_is_accessible(
    office: User, open_page: OpenPage, sign_in: SignIn, visit: Visit, axe: Axe, complaints: list[str], width: int
) -> None:
    page = open_page(width=width)
    sign_in(page, office)
    page.goto("/keys/add/")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Say what the key is for").click()
    expect(page.get_by_label("What it is for")).to_be_focused()
    page.goto("/keys/")
    fill_in(page)
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_label("The key", exact=True)).to_be_visible()
    axe(page)
    for path in ("/keys/", "/keys/add/", f"/keys/{ApiKey.objects.get().pk}/"):
        visit(page, path)
    complaints[:] = [text for text in complaints if "422" not in text]
