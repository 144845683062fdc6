"""Places, organisations, roles and earlier days in a real browser: walked wide, on a phone and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from reporting.views import history
from tests.browser import Axe, OpenPage
from tests.factories import make_user
from tests.reporting.sealed import make_sealed

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
NARROW = (
    "/places/",
    "/places/coventry/?review=2026-27-h1",
    "/organisations/coventry-city-council/",
    "/roles/influence/",
    "/?on=2026-10-12",
    "/aims/1/?on=2026-10-12",
    "/objectives/1.1/?on=2026-06-30",
    "/activities/1.1.1/?on=2026-10-12",
    "/?on=",
)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "timezone", SimpleNamespace(localdate=lambda: date(2026, 11, 23)))


def test_the_board_goes_back_to_a_day_and_looks_at_a_place(
    page: Page, open_page: OpenPage, sign_in: SignIn, axe: Axe, complaints: list[str]
) -> None:
    make_sealed()
    board = make_user(UserRole.BOARD)
    sign_in(page, board)
    to_a_day_and_back(page, axe, complaints)
    by_place_organisation_and_role(page, axe)
    phone = open_page(width=320)
    sign_in(phone, board)
    for address in NARROW:
        phone.goto(address)
        axe(phone)
    plain = open_page(javascript=False)
    sign_in(plain, board)
    without_javascript(plain)


def to_a_day_and_back(page: Page, axe: Axe, complaints: list[str]) -> None:
    page.goto("/")
    page.get_by_role("link", name="As it stood on another date").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("As it stood on another date")
    axe(page)
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("6")
    page.get_by_label("Year").fill("2026")
    page.get_by_role("button", name="Show that day").click()
    expect(page.get_by_role("alert")).to_contain_text("The date must be a real one")
    axe(page)
    complaints.clear()  # the browser notes the answer 422
    page.get_by_role("link", name="The date must be a real one").click()
    page.get_by_label("Day").fill("30")
    page.get_by_role("button", name="Show that day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("As it stood on 30 June 2026")
    axe(page)
    page.get_by_role("link", name="1.1.1 Deliver work 1.1.1").first.click()
    expect(page.get_by_role("heading", level=2, name="How it stood")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="How it stands now").click()
    expect(page).to_have_url(re.compile(r"/activities/1\.1\.1/$"))


def by_place_organisation_and_role(page: Page, axe: Axe) -> None:
    page.get_by_role("link", name="Coventry", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Coventry")
    expect(page.get_by_text("Places share activities")).to_be_visible()
    axe(page)
    page.goto("/organisations/")
    axe(page)
    page.get_by_role("link", name="West Midlands Combined Authority").click()
    expect(page.get_by_role("heading", name="Posts that answer for them")).to_be_visible()
    page.get_by_role("link", name="2025/26 H2").click()
    expect(page.get_by_role("link", name="As it stands now")).to_be_visible()
    axe(page)
    page.goto("/roles/influence/")
    expect(page.get_by_role("heading", name="What was done and the position reached")).to_be_visible()
    axe(page)


def without_javascript(page: Page) -> None:
    page.goto("/aims/1/?on=")
    for label, value in (("Day", "12"), ("Month", "10"), ("Year", "2026")):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Show that day").click()
    expect(page.get_by_text("As it stood on 12 October 2026")).to_be_visible()
    expect(page.get_by_role("heading", name="Key activities")).to_be_visible()
