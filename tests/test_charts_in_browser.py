"""A review's charts in a real Chromium: wide, on a phone, without JavaScript, and live by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from reporting.services import process_events
from tests.browser import Axe, OpenPage
from tests.factories import make_user
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = 60_000  # milliseconds that Plotly may take on a busy machine
DRAWN = ".barlayer, .scatterlayer"

SignIn = Callable[[Page, User], None]


@pytest.fixture
def sealed() -> Sealed:
    """One closed review, and a round under way that is summed up."""
    made = make_sealed(close_second=False)
    process_events(now=SECOND_CLOSED, everything=True)
    return made


def test_a_reviews_charts_read_well_and_come_alive_by_keyboard(
    sealed: Sealed, open_page: OpenPage, sign_in: SignIn, axe: Axe
) -> None:
    board = make_user(UserRole.BOARD)
    wide, phone, plain = open_page(), open_page(width=320), open_page(width=320, javascript=False)
    for page in (wide, phone, plain):
        sign_in(page, board)
        page.goto(f"/reviews/{sealed.second.slug}/charts/")
        expect(page.locator("[data-chart] svg.picture")).to_have_count(6)
    see_words(wide, "● On track", "●")
    see_words(phone, "●", "● On track")
    expect(plain.get_by_role("button", name="Explore")).to_have_count(0)
    plain.locator("summary").first.click()
    expect(plain.locator("[data-chart] table").first).to_be_visible()
    axe(phone)
    for number in range(6):
        explore(wide, number)
    axe(wide)
    wide.goto(f"/reviews/{sealed.first.slug}/charts/")
    expect(wide.get_by_role("heading", level=1)).to_contain_text("Charts")
    axe(wide)


def see_words(page: Page, shown: str, hidden: str) -> None:
    """A cell of the heat map has its word where there is room, and its symbol alone where there is not."""
    cells = page.locator("svg.picture--heat g text")
    expect(cells.get_by_text(shown, exact=True).first).to_be_visible()
    expect(cells.get_by_text(hidden, exact=True).first).to_be_hidden()


def explore(page: Page, number: int) -> None:
    """Opens the live figure, reaches its first switch by Tab and turns that series off and on again."""
    figure = page.locator("[data-chart]").nth(number)
    button = figure.locator(".chart__explore")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(figure.locator(DRAWN).first).to_be_visible(timeout=SLOW)
    switches = figure.locator(".chart__series")
    expect(switches.first).to_be_visible()
    page.keyboard.press("Shift+Tab")  # over the link to the file, back to the last switch
    page.keyboard.press("Shift+Tab")
    expect(switches.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(switches.last).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(switches.last).to_have_attribute("aria-pressed", "true")
