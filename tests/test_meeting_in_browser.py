"""The meeting in a real Chromium: by keyboard, on a phone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from aims.models import BoardAction
from reporting.models import Answer
from tests.browser import Axe, OpenPage
from tests.factories import make_user
from tests.reporting.sealed import make_sealed

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
MEETING = "/reviews/2026-27-h1/meeting/"


def test_the_board_goes_through_a_review_and_what_it_says_is_noted(
    open_page: OpenPage, sign_in: SignIn, axe: Axe, complaints: list[str]
) -> None:
    sealed = make_sealed()
    office = open_page()
    sign_in(office, sealed.people.office)
    by_keyboard(office, axe)
    board = open_page(width=320)
    sign_in(board, make_user(UserRole.BOARD))
    read_alone(board, axe)
    plain = open_page(javascript=False)
    sign_in(plain, sealed.people.office)
    without_javascript(plain)
    complaints[:] = [text for text in complaints if "422" not in text]

    assert list(Answer.objects.values_list("reply", "text")) == [("agreed", "For a year."), ("deferred", "To March.")]
    assert BoardAction.objects.get(period=sealed.second).text == "Ask the Treasury."


def by_keyboard(page: Page, axe: Axe) -> None:
    page.goto(MEETING)
    axe(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="1.1.1 Deliver work 1.1.1")).to_be_visible()
    expect(page.get_by_text("2 of 8")).to_be_visible()
    page.get_by_text("Note the Board’s answer").click()
    page.get_by_label("Agreed").check()
    page.get_by_label("In its words").fill("For a year.")
    page.keyboard.press("ArrowRight")
    axe(page)
    page.get_by_role("button", name="Note this answer").click()
    expect(page.get_by_text("The Board: agreed")).to_be_visible()
    page.get_by_text("Note what the Board asks for").click()
    page.get_by_label("What the Board asked for").fill("Ask the Treasury.")
    page.get_by_label("By when").press("End")
    page.get_by_role("button", name="Note this action").click()
    page.get_by_role("link", name="Enter the day by which it is to be done").click()
    axe(page)
    page.get_by_label("By when").fill("31 January 2027")
    page.get_by_role("button", name="Note this action").click()
    expect(page.get_by_text("Action 1 is noted, for Head of Rail")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("heading", name="Recommendations")).to_be_visible()
    expect(page.get_by_text("Ask the Treasury.")).to_be_visible()
    page.keyboard.press("PageUp")
    expect(page.get_by_role("heading", name="What you asked last time")).to_be_visible()
    axe(page)
    page.keyboard.press("Home")
    expect(page.get_by_role("heading", name="Position at 30 September 2026")).to_be_visible()


def read_alone(page: Page, axe: Axe) -> None:
    page.goto(f"{MEETING}?thing=2")
    axe(page)
    expect(page.get_by_text("For a year.")).to_be_visible()
    expect(page.get_by_text("Note what the Board asks for")).to_have_count(0)
    page.get_by_text("All 8 things").click()
    page.get_by_role("link", name="Aim 2").click()
    expect(page.get_by_role("heading", name="2 Aim 2")).to_be_visible()
    axe(page)


def without_javascript(page: Page) -> None:
    page.goto(MEETING)
    page.get_by_role("link", name="Next").click()
    page.get_by_text("Note the Board’s answer").click()
    page.get_by_label("Deferred").check()
    page.get_by_label("In its words").fill("To March.")
    page.get_by_role("button", name="Note this answer").click()
    expect(page.get_by_text("The Board: deferred")).to_be_visible()
    expect(page.get_by_text("Before that, agreed")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("3 of 8")).to_be_visible()
