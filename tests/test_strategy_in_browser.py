"""The office keeps the strategy in a real browser: with and without JavaScript, wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from aims.models import KeyActivity, ReviewPeriod, StrategyChange
from tests.browser import OpenPage, Visit
from tests.test_pages_in_browser import STRATEGY, people

__all__ = ["people"]  # a fixture that the pages share

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]


def test_pages_that_keep_the_strategy(people: dict[str, User], page: Page, sign_in: SignIn, visit: Visit) -> None:
    sign_in(page, people["office"])
    for path in STRATEGY:
        visit(page, path)
    plan_a_change(page)
    for path in ("/strategy/", "/strategy/changes/", "/strategy/activities/4.1.1/"):
        visit(page, path)


def plan_a_change(page: Page) -> None:
    """A new wording of 4.1.1 from the review after the one under way."""
    page.goto("/strategy/activities/4.1.1/")
    words = page.get_by_label("Wording")
    words.fill(f"{words.input_value()} and more")
    page.get_by_role("radio", name="planned, and changed when").last.check(force=True)
    page.get_by_label("Why").fill("The Board agreed it in October")
    page.get_by_role("button", name="Change the activity").click()
    expect(page.get_by_text("4.1.1 changes with")).to_be_visible()


def tick_all_and_none(page: Page) -> None:
    """Both by one button, which says how many are ticked."""
    boxes = page.get_by_role("checkbox", name="Confirm")
    page.get_by_role("button", name="Tick all on this page").click()
    expect(page.get_by_text(f"{boxes.count()} of {boxes.count()} ticked")).to_be_visible()
    page.get_by_role("button", name="Untick all").click()
    expect(boxes.first).not_to_be_checked()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_office_plans_a_change_and_takes_it_back_and_confirms_two(
    people: dict[str, User], open_page: OpenPage, sign_in: SignIn, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, people["office"])
    plan_a_change(page)
    expect(page.locator("ins")).to_have_text(["and more"])
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("is withdrawn")).to_be_visible()

    page.goto("/strategy/?show=proposed&aim=4")
    if javascript:
        tick_all_and_none(page)
    for number in ("4.1.1", "4.1.2"):
        page.get_by_role("checkbox", name=f"Confirm {number}", exact=True).check(force=True)
    page.get_by_label("Why these are confirmed").fill("Checked with the directors")
    page.get_by_role("button", name="Confirm the ticked activities").click()

    expect(page.get_by_text("2 confirmed")).to_be_visible()
    assert not KeyActivity.objects.filter(number__in=["4.1.1", "4.1.2"], is_proposed=True).exists()
    assert StrategyChange.objects.filter(effective=ReviewPeriod.objects.get(state="open")).count() == 2
