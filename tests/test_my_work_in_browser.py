"""An owner's round in a real Chromium: five updates in fifteen clicks, with and without JavaScript, and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from aims.choices import PeriodState, Stage
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.rules import half_year
from aims.services.writing import save_draft
from tests.browser import Axe, OpenPage
from tests.factories import (
    make_activity,
    make_approved,
    make_milestone,
    make_owner,
    make_period,
    make_user,
    make_values,
)

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
CLICKS = 15
NUMBERS = ("4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.1.5")
AT_RISK = "4.1.4"
UNCHANGED = "4.1.5"
MOST_TABS = 60


@pytest.fixture
def owner(db: None) -> User:
    """A holder of a post with five activities in an open round; one of them was reported half a year ago."""
    today = timezone.localdate()
    last = half_year(today).previous()
    earlier = make_period(last.previous().ends, submission_closes=today + timedelta(days=20))
    post = make_owner(approving_post=make_owner())
    activities = {number: make_activity(number, owner=post) for number in NUMBERS}
    make_approved(activities[UNCHANGED], now=timezone.now(), narrative="The forest grows.")
    ReviewPeriod.objects.filter(pk=earlier.pk).update(state=PeriodState.CLOSED, closed_at=timezone.now())
    make_period(last.ends, submission_closes=today + timedelta(days=20))
    return make_user(holds=post, name="Olive Owner")


def write_as_somebody_else(number: str, text: str) -> None:
    """Another holder of the post saves a draft of the activity, whatever version stands."""
    activity = KeyActivity.objects.select_related("owner", "strategy").get(number=number)
    other = User.objects.filter(name="Otto Other").first() or make_user(holds=activity.owner, name="Otto Other")
    current = ProgressUpdate.objects.open().filter(activity=activity).first()
    version = current.version if current else 0
    values = make_values(narrative=text)
    save_draft(activity=activity, values=values, version=version, by=other, now=timezone.now())


class Mouse:
    """A hand on the mouse, the other on the keyboard; every click counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def press(self, target: Locator) -> None:
        self.clicks += 1
        target.click()


class Keys:
    """Both hands on the keyboard."""

    clicks = 0

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        go_to(self.page, target)
        if target.get_attribute("type") == "radio":
            while not target.is_checked():
                self.page.keyboard.press("ArrowRight")
        elif target.evaluate("each => each.tagName") == "BUTTON":
            self.page.keyboard.press("Enter")


Hands = Mouse | Keys


def go_to(page: Page, target: Locator) -> None:
    """Press Tab until the field, or another choice of its group, has the focus."""
    for _ in range(MOST_TABS):
        if target.evaluate(
            "each => each === document.activeElement"
            " || (each.type === 'radio' && each.name === document.activeElement.name"
            "     && each.form === document.activeElement.form)"
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by Tab")


def card(page: Page, number: str) -> Locator:
    return page.locator(f"#card-{number.replace('.', '-')}")


def say(hands: Hands, number: str, answer: str, text: str) -> Locator:
    """Choose how delivery is and write a sentence in the open card."""
    opened = card(hands.page, number)
    expect(opened.locator("form[data-card]")).to_be_visible()
    hands.press(opened.get_by_role("group", name="How is delivery now?").get_by_role("radio", name=answer))
    hands.press(opened.get_by_label("What has happened"))
    hands.page.keyboard.type(text)
    return opened


def send(hands: Hands, opened: Locator) -> None:
    hands.press(opened.get_by_role("button", name="Send for approval"))


def say_why(page: Page, opened: Locator) -> None:
    """The reasons of an activity at risk, from the sentence on by Tab alone."""
    later = f"31 January {timezone.localdate().year + 2}"
    for label, answer in (
        ("Main cause", "Partner"),
        ("Back on track by", later),
        ("What it means for delivery", "Two pilots start late."),
        ("What is being done", "The director meets the operator."),
        ("By whom", "Head of Energy Capital"),
        ("By when", later),
    ):
        go_to(page, opened.get_by_label(label))
        page.keyboard.type(answer)


def update_all_five(hands: Hands) -> None:
    page = hands.page
    for number in NUMBERS:
        if number == UNCHANGED:
            hands.press(page.get_by_role("button", name=f"No change to {number}"))
            continue
        answer = "At risk" if number == AT_RISK else "On track"
        opened = say(hands, number, answer, f"Three of five pilots of {number} are live.")
        if number == AT_RISK:
            say_why(page, opened)
        send(hands, opened)
        expect(page.get_by_text(f"{number} is sent for approval")).to_be_attached()
    expect(page.get_by_role("heading", name="All sent. Thank you")).to_be_visible()


def assert_all_five_were_sent() -> None:
    sent = {row.activity.number: row for row in ProgressUpdate.objects.filter(stage=Stage.SUBMITTED)}
    assert sorted(sent) == sorted(NUMBERS)
    assert [sent[number].rag for number in NUMBERS] == ["green", "green", "green", "amber", "green"]
    assert [sent[number].is_no_change for number in NUMBERS] == [False, False, False, False, True]
    assert sent[AT_RISK].narrative == "Three of five pilots of 4.1.4 are live."
    assert (sent[AT_RISK].cause, sent[AT_RISK].impact) == ("partner", "Two pilots start late.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_five_updates_take_fifteen_clicks_at_most(
    owner: User, open_page: OpenPage, sign_in: SignIn, *, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, owner)
    page.goto("/my/")
    mouse = Mouse(page)

    update_all_five(mouse)

    assert_all_five_were_sent()
    assert mouse.clicks <= CLICKS


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_five_updates_need_no_mouse(owner: User, open_page: OpenPage, sign_in: SignIn, *, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    sign_in(page, owner)
    page.goto("/my/")

    update_all_five(Keys(page))

    assert_all_five_were_sent()


def test_the_next_card_opens_with_the_focus_and_the_count_follows(owner: User, page: Page, sign_in: SignIn) -> None:
    sign_in(page, owner)
    page.goto("/my/")
    expect(page.locator(".header__count")).to_contain_text("5")

    send(Mouse(page), say(Mouse(page), "4.1.1", "On track", "All well."))

    expect(page.locator("#card-4-1-2-title")).to_be_focused()
    expect(page.locator("#work-said")).to_contain_text("4.1.1 is sent for approval. 4 to do. 4.1.2 is open.")
    expect(page.get_by_role("heading", name="Four updates from you")).to_be_visible()
    expect(page.locator(".header__count")).to_contain_text("4")
    expect(card(page, "4.1.1")).to_contain_text("Sent, with the approver")


def test_what_is_missing_is_said_in_the_card_and_has_the_focus(
    owner: User, page: Page, sign_in: SignIn, axe: Axe, complaints: list[str]
) -> None:
    sign_in(page, owner)
    page.goto("/my/")
    mouse = Mouse(page)

    send(mouse, say(mouse, "4.1.1", "At risk", "Late."))

    expect(card(page, "4.1.1").locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title("Error: My updates – West Midlands strategy tracker")
    axe(page)
    page.get_by_role("link", name="Choose the main cause").click()
    expect(page.get_by_label("Main cause")).to_be_focused()
    assert not ProgressUpdate.objects.filter(stage=Stage.SUBMITTED, activity__number="4.1.1").exists()
    complaints[:] = [text for text in complaints if "422" not in text]


def test_a_card_that_somebody_else_saved_shows_both_texts_in_its_place(
    owner: User, page: Page, sign_in: SignIn, axe: Axe, complaints: list[str]
) -> None:
    sign_in(page, owner)
    page.goto("/my/")
    mouse = Mouse(page)
    opened = say(mouse, "4.1.1", "On track", "What Olive wrote.")
    write_as_somebody_else("4.1.1", "What Otto wrote.")

    send(mouse, opened)

    expect(opened.locator(".conflict").first).to_be_visible()
    expect(opened.get_by_text("What Otto wrote.").first).to_be_visible()
    expect(opened.get_by_label("What has happened")).to_have_value("What Olive wrote.")
    axe(page)
    complaints[:] = [text for text in complaints if "409" not in text]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_list_is_accessible_in_all_its_states(
    owner: User, open_page: OpenPage, sign_in: SignIn, axe: Axe, width: int
) -> None:
    make_milestone(ProgressUpdate.objects.get().activity, baseline_date=timezone.localdate() - timedelta(days=10))
    page = open_page(width=width)
    sign_in(page, owner)
    for path in ("/my/", "/my/?open=all", "/my/?open=4.1.3&open=4.1.4", "/my/?open=", "/activities/4.1.2/update/"):
        page.goto(path)
        if width == 1280 and path == "/my/":
            page.get_by_role("radio", name="At risk").first.check(force=True)
            expect(page.locator(".update-card__saved")).to_contain_text("Draft saved")
        axe(page)
    page.goto("/my/?open=4.1.2")
    send(Mouse(page), say(Mouse(page), "4.1.2", "On track", "All well."))
    expect(page.get_by_text("4.1.2 is sent for approval")).to_be_attached()
    axe(page)
