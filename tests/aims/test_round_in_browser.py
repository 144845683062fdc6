"""The round desk in a real browser: it stays current by itself, and does the same without JavaScript and mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.models import Extension, KeyActivity, Notice, ReviewPeriod
from aims.rules import half_year
from tests.browser import Axe, OpenPage
from tests.factories import make_activity, make_milestone, make_period, make_submitted, make_user
from tests.test_life_in_browser import closed_by_a_worker

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
LOOK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"  # as when the page is shown again


@pytest.fixture
def office() -> User:
    return make_user(UserRole.OFFICE, name="Otis Office")


@pytest.fixture
def activity() -> KeyActivity:
    """A round under way with one activity that Olive answers for, and another post's."""
    today = timezone.localdate()
    make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=9))
    activity = make_activity("1.1.1")
    make_milestone(activity, baseline_date=today - timedelta(days=3))
    make_user(holds=activity.owner, name="Olive Owner")
    make_user(holds=make_activity("2.1.1").owner, name="Oscar Owner")
    return activity


def tick_of(page: Page, activity: KeyActivity) -> str:
    return f"#tick-{activity.owner.slug}"


def test_the_desk_shows_what_changes_without_being_asked_and_keeps_what_was_ticked(
    activity: KeyActivity, office: User, page: Page, sign_in: SignIn, axe: Axe
) -> None:
    other = KeyActivity.objects.get(number="2.1.1")
    sign_in(page, office)
    page.goto("/round/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 of 2 updates sent")
    page.locator(tick_of(page, other)).check()
    page.locator("#filter-sort").select_option("post")
    with page.expect_response(lambda answer: "stamp=" in answer.url) as unchanged:
        page.evaluate(LOOK_NOW)
    assert unchanged.value.status == 204
    expect(page.locator("#round-news")).to_be_empty()
    page.locator(tick_of(page, other)).focus()

    make_submitted(activity, now=timezone.now(), override_reason="Let since", evidence="Contract 12")
    page.evaluate(LOOK_NOW)

    expect(page.get_by_role("heading", level=1)).to_contain_text("1 of 2 updates sent")
    expect(page.locator("#round-news")).to_contain_text("1 of 2 sent now, 0 approved.")
    expect(page.locator(tick_of(page, other))).to_be_checked()
    expect(page.locator(tick_of(page, other))).to_be_focused()
    expect(page.locator("#filter-sort")).to_have_value("post")
    axe(page)


def test_a_page_that_nobody_looks_at_does_not_ask(
    activity: KeyActivity, office: User, page: Page, sign_in: SignIn
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "stamp=" in request.url else None)
    page.add_init_script(
        "Object.defineProperty(document, 'hidden', {get: () => Boolean(window.away)});"
        "const every = window.setInterval; window.setInterval = (look, _) => every(look, 200);"
    )
    sign_in(page, office)
    with page.expect_request(lambda request: "stamp=" in request.url):
        page.goto("/round/")

    page.evaluate("window.away = true")
    page.wait_for_timeout(400)
    asked.clear()
    page.wait_for_timeout(1000)

    assert asked == []


def test_after_the_session_has_ended_the_page_stays_as_it_is(
    activity: KeyActivity, office: User, page: Page, sign_in: SignIn, complaints: list[str]
) -> None:
    sign_in(page, office)
    page.goto("/round/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 of 2 updates sent")
    page.context.clear_cookies()

    with page.expect_response(lambda answer: "stamp=" in answer.url):
        page.evaluate(LOOK_NOW)

    expect(page.get_by_role("heading", level=1)).to_contain_text("0 of 2 updates sent")
    complaints[:] = [text for text in complaints if "401" not in text]


@pytest.mark.parametrize("width", [1280, 320])
def test_without_javascript_the_office_narrows_asks_and_extends(
    activity: KeyActivity, office: User, open_page: OpenPage, sign_in: SignIn, width: int
) -> None:
    page = open_page(width=width, javascript=False)
    sign_in(page, office)
    page.goto("/round/")
    page.get_by_label("Aim", exact=True).select_option("1")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.locator(tick_of(page, activity)).check()
    page.get_by_role("button", name="Ask the ticked posts").click()
    expect(page.get_by_label("Olive Owner")).to_be_checked()
    expect(page.get_by_label("Oscar Owner")).not_to_be_checked()
    page.get_by_label("Message").fill("Please send yours.")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_text("1 person is asked for their updates")).to_be_visible()
    assert Notice.objects.get().person.name == "Olive Owner"

    page.get_by_role("link", name=f"Extend the deadline of {activity.owner.title}").click()
    day = timezone.localdate() + timedelta(days=20)
    page.get_by_label("New last day for this post").fill(f"{day:%-d %B %Y}")
    page.get_by_label("Why").fill("Illness")
    page.get_by_role("button", name="Extend the deadline").click()
    expect(page.get_by_role("heading", name="Extended deadlines")).to_be_visible()
    assert Extension.objects.get().owner == activity.owner


def test_by_keyboard_alone_the_office_asks_one_post(
    activity: KeyActivity, office: User, page: Page, sign_in: SignIn
) -> None:
    sign_in(page, office)
    page.goto("/round/")
    page.locator("#filter-show").focus()
    page.keyboard.press("Tab")  # the region that scrolls
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox").first).to_be_focused()
    page.keyboard.press("Space")
    page.locator("#ask-ticked").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ask for what is missing")).to_be_visible()
    page.get_by_label("Message").focus()
    for _ in range(3):  # both posts, then the button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person is asked for their updates")).to_be_visible()


def test_what_is_wrong_is_said_accessibly(
    activity: KeyActivity, office: User, page: Page, sign_in: SignIn, axe: Axe, complaints: list[str]
) -> None:
    sign_in(page, office)
    for path, button, problem in (
        ("/round/chase/?owner=nobody", "Send the message", "Choose at least one post"),
        ("/round/extend/", "Extend the deadline", "Choose the post that gets more time"),
        ("/round/windows/", "Change the windows", "Say why the windows change"),
    ):
        page.goto(path)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        expect(page.get_by_role("link", name=problem)).to_be_visible()
        axe(page)
    complaints[:] = [text for text in complaints if "422" not in text]


def test_a_round_is_opened_and_closed_from_the_desk(office: User, page: Page, sign_in: SignIn) -> None:
    today = timezone.localdate()
    period = make_period(half_year(today).previous().ends, PeriodState.SCHEDULED)
    make_activity("1.1.1")
    sign_in(page, office)
    page.goto("/round/")
    page.get_by_role("link", name=f"Open {period.label}").click()
    page.get_by_role("button", name=f"Open {period.label}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 of 1 updates sent")
    page.get_by_role("link", name="Close the round").click()
    closed_by_a_worker(page)
    assert ReviewPeriod.objects.get().state == PeriodState.CLOSED
