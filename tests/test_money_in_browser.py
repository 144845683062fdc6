"""The pages of the money in a real Chromium: wide, on a phone, without JavaScript, and their live charts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from funding.models import Allocation, FundingReturn
from tests.browser import Axe, OpenPage, Visit
from tests.funding.treasury import Treasury, make_treasury
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)

READ = (
    "/",
    "/funding/",
    "/funding/A/",
    "/funding/T/",
    "/aims/4/",
    "/objectives/3.2/",
    "/activities/4.1.3/",
    "/funding/behind/?scope=strategy&rating=not-known",
)
KEPT = (
    "/funding/returns/",
    "/funding/A/allocate/",
    "/funding/A/award/",
    "/funding/A/returner/",
    "/funding/A/returns/add/",
    "/funding/behind/?scope=aim&key=4&rating=red",
)

SLOW = 60_000  # milliseconds that Plotly may take on a busy machine

SignIn = Callable[[Page, User], None]


@pytest.fixture
def treasury() -> Treasury:
    return remembered(make_treasury)


def kept() -> list[str]:
    """Finance's pages, those about one row among them."""
    waiting, counting = FundingReturn.objects.waiting().first(), FundingReturn.objects.counting().first()
    allocation = Allocation.objects.filter(stream__code="A").first()
    assert waiting
    assert counting
    assert allocation
    return [
        *KEPT,
        f"/funding/A/allocations/{allocation.pk}/end/",
        f"/funding/returns/{waiting.pk}/give-back/",
        f"/funding/returns/{counting.pk}/undo/",
    ]


@pytest.mark.long
def test_every_page_of_money_reads_well(treasury: Treasury, page: Page, sign_in: SignIn, visit: Visit) -> None:
    for path in READ:
        visit(page, path)
    sign_in(page, treasury.finance)
    for path in [*READ, *kept()]:
        visit(page, path)


def test_every_page_of_money_is_there_without_javascript(
    treasury: Treasury, open_page: OpenPage, sign_in: SignIn
) -> None:
    nobody, finance = (open_page(width=320, javascript=False) for _ in range(2))
    sign_in(finance, treasury.finance)
    for page, paths in ((nobody, READ), (finance, [*READ, *kept()])):
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path


def test_the_live_charts_draw_under_the_pages_own_policy_by_keyboard(
    treasury: Treasury, page: Page, sign_in: SignIn, axe: Axe
) -> None:
    sign_in(page, treasury.finance)
    page.goto("/funding/")
    figures = page.locator("[data-chart]")
    expect(figures).to_have_count(3)
    for number, drawn in enumerate((".barlayer", ".treemaplayer .slice", ".sankey-link")):
        figure = figures.nth(number)
        explore = figure.locator(".chart__explore")
        explore.focus()
        page.keyboard.press("Enter")
        expect(explore).to_have_attribute("aria-expanded", "true")
        expect(figure.locator(drawn).first).to_be_visible(timeout=SLOW)
    axe(page)
    page.goto("/funding/A/")
    page.get_by_role("button", name="Explore").press("Enter")
    expect(page.locator(".scatterlayer .trace").first).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Committed").press("Enter")
    expect(page.get_by_role("button", name="Committed")).to_have_attribute("aria-pressed", "false")
    axe(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_finance_signs_off_a_month_and_allocates(
    treasury: Treasury, open_page: OpenPage, sign_in: SignIn, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, treasury.treasurer)
    page.goto("/funding/")
    expect(page.get_by_role("link", name="Funding 1 to do")).to_be_visible()
    page.get_by_role("link", name="Returns to sign off").click()
    page.get_by_label("Approve C, ").check(force=True)
    page.get_by_role("button", name="Approve the chosen returns").click()
    expect(page.get_by_text("is approved")).to_be_visible()
    page.goto("/funding/D/")
    page.get_by_role("link", name="Allocate money").click()
    page.get_by_label("What it is for").fill("6.1.1")
    page.get_by_label("Amount").fill("2.5m")
    page.get_by_label("What it rests on").fill("Board, minute 14.")
    page.get_by_role("button", name="Allocate").click()
    expect(page.get_by_text("The allocation of D is recorded")).to_be_visible()
    expect(page.get_by_role("link", name="Change the allocation to 6.1.1")).to_be_visible()
