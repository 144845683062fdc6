"""An approver's queue in a real Chromium: by keyboard, without JavaScript, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.choices import Decision, PeriodState, Stage
from aims.models import DateChangeRequest, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import half_year
from aims.services.writing import submit_update
from tests.browser import Axe, OpenPage
from tests.factories import (
    make_activity,
    make_agreed_date_change,
    make_approved,
    make_date_change,
    make_owner,
    make_period,
    make_red_values,
    make_submitted,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
MOST_TABS = 120
EITHER_WAY = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def approver(db: None) -> User:
    """Three updates wait, the first of which worsened, and a date that has moved before."""
    today = timezone.localdate()
    last = half_year(today).previous()
    earlier = make_period(last.previous().ends, submission_closes=today + timedelta(days=20))
    post = make_owner(approving_post=make_owner())
    activities = [make_activity(f"4.1.{number}", owner=post) for number in (1, 2, 3, 4)]
    words = "Two of five pilots are live. The Coventry connection is agreed."
    make_approved(activities[1], now=timezone.now(), narrative=words)
    ReviewPeriod.objects.filter(pk=earlier.pk).update(state=PeriodState.CLOSED, closed_at=timezone.now())
    make_period(last.ends, submission_closes=today + timedelta(days=20))
    send(post, activities, today)
    make_agreed_date_change(activities[3], proposed_date=date(2027, 6, 30))
    make_date_change(activities[3], previous_date=date(2027, 6, 30), proposed_date=date(2027, 9, 30))
    return make_user(UserRole.APPROVER, holds=post.approving_post, name="Ada Approver")


def send(post: Owner, activities: list[KeyActivity], today: date) -> None:
    writer = make_user(holds=post, name="Olive Owner")
    worse = make_red_values(
        narrative="Three of five pilots are live. The Coventry connection waits for the operator.",
        action_by=today + timedelta(days=60),
        return_to_green=today + timedelta(days=120),
    )
    submit_update(activity=activities[1], values=worse, version=0, by=writer, now=timezone.now())
    for activity in (activities[0], activities[2]):
        make_submitted(activity, by=writer, now=timezone.now())


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")


def stages() -> dict[str, str]:
    return dict(ProgressUpdate.objects.filter(period__state="open").values_list("activity__number", "stage"))


@EITHER_WAY
def test_an_approver_decides_the_whole_queue_by_keyboard_alone(
    approver: User, open_page: OpenPage, sign_in: SignIn, *, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, approver)
    page.goto("/approvals/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Three updates to sign off and one new date")

    reach(page, page.get_by_role("link", name="Return 4.1.2 with notes"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_label("Note on “What it means for delivery”"))
    page.keyboard.type("Which months?")
    reach(page, page.get_by_role("button", name="Return with these notes"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("4.1.2 is returned to its owner. 3 more wait for you.")).to_be_visible()
    if javascript:
        expect(page.get_by_role("alert")).to_be_focused()

    for number in ("4.1.1", "4.1.3"):
        reach(page, page.get_by_role("checkbox", name=f"Tick {number}"))
        page.keyboard.press("Space")
    reach(page, page.get_by_role("button", name="Approve all that are ticked"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("4.1.1 and 4.1.3 are approved. 1 more waits for you.")).to_be_visible()

    reach(page, page.get_by_label("Note"))
    page.keyboard.type("The funder will not wait")
    reach(page, page.get_by_role("button", name="Decline the new date of 4.1.4"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing else waits for you.")).to_be_visible()

    assert stages() == {"4.1.1": Stage.APPROVED, "4.1.2": Stage.DRAFT, "4.1.3": Stage.APPROVED}
    assert DateChangeRequest.objects.filter(decision=Decision.DECLINED).count() == 1


def test_ticks_are_counted_and_all_are_ticked_at_once(approver: User, page: Page, sign_in: SignIn) -> None:
    sign_in(page, approver)
    page.goto("/approvals/")
    expect(page.get_by_text("0 of 3 ticked")).to_be_visible()
    page.get_by_role("button", name="Tick all on this page").click()
    expect(page.get_by_text("3 of 3 ticked")).to_be_visible()
    page.get_by_role("button", name="Approve all that are ticked").click()
    expect(page.get_by_text("4.1.1, 4.1.2 and 4.1.3 are approved")).to_be_visible()
    assert set(stages().values()) == {Stage.APPROVED}


@pytest.mark.parametrize("width", [1280, 320])
def test_the_queue_and_its_refusals_are_accessible_on_any_width(
    approver: User, open_page: OpenPage, sign_in: SignIn, axe: Axe, complaints: list[str], width: int
) -> None:
    page = open_page(width=width)
    sign_in(page, approver)
    page.goto("/approvals/")
    axe(page)
    page.get_by_role("link", name="Return 4.1.2 with notes").click()
    axe(page)
    page.get_by_role("button", name="Return with these notes").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe(page)
    page.goto("/approvals/")
    page.get_by_role("button", name="Decline the new date of 4.1.4").click()
    page.get_by_role("link", name="Say why the date is declined").click()
    expect(page.get_by_label("Note")).to_be_focused()
    axe(page)
    ProgressUpdate.objects.filter(stage=Stage.SUBMITTED, activity__number="4.1.1").update(version=9)
    page.get_by_role("button", name="Approve 4.1.1").click()
    expect(page.get_by_role("heading", name="Nothing was changed")).to_be_visible()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    complaints[:] = [text for text in complaints if "422" not in text and "409" not in text]


def test_what_has_the_focus_is_not_hidden_by_the_bar(approver: User, page: Page, sign_in: SignIn) -> None:
    sign_in(page, approver)
    page.goto("/approvals/")
    bar = page.locator(".approve-several")
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; const r = e.getBoundingClientRect();"
            " return e.closest('.approve-several, .footer') || e === document.body ? null : [r.top, r.bottom]; }"
        )
        box = bar.bounding_box()
        if focused and box:
            assert focused[1] <= box["y"] + 1 or focused[0] >= box["y"] + box["height"] - 1
