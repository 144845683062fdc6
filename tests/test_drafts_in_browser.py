"""Cards that save by themselves, in a real Chromium: lost connections, closed tabs, other people, shared machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from aims.choices import EventKind, Stage
from aims.models import Event, KeyActivity, ProgressUpdate
from aims.rules import half_year
from tests.browser import Axe
from tests.factories import make_activity, make_owner, make_period, make_user
from tests.reporting.at_work import wait_until
from tests.test_my_work_in_browser import card, write_as_somebody_else

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
COPIES = "Object.keys(localStorage).filter(key => key.startsWith('tracker-draft:')).length"


@pytest.fixture
def owner(db: None) -> User:
    """A holder of a post with two activities in an open round."""
    today = timezone.localdate()
    make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=20))
    post = make_owner(approving_post=make_owner())
    for number in ("4.1.1", "4.1.2"):
        make_activity(number, owner=post)
    return make_user(holds=post, name="Olive Owner")


@pytest.fixture
def opened(owner: User, page: Page, sign_in: SignIn) -> Locator:
    """The first card of the owner's list."""
    sign_in(page, owner)
    page.goto("/my/")
    return card(page, "4.1.1")


def words(opened: Locator) -> Locator:
    return opened.get_by_label("What has happened")


def status(opened: Locator) -> Locator:
    return opened.locator(".update-card__saved")


def stored() -> str:
    return ProgressUpdate.objects.get(activity__number="4.1.1").narrative


def forgive(complaints: list[str], *expected: str) -> None:
    complaints[:] = [text for text in complaints if not any(each in text for each in expected)]


def test_what_is_typed_is_saved_and_said(opened: Locator) -> None:
    words(opened).fill("Two pilots are live.")
    expect(status(opened)).to_contain_text("Draft saved")
    words(opened).fill("Three pilots are live.")
    opened.get_by_role("radio", name="On track").first.check(force=True)
    expect(opened.locator("[name=version]")).to_have_value("2")

    draft = ProgressUpdate.objects.get()
    assert (draft.stage, draft.narrative, draft.rag) == (Stage.DRAFT, "Three pilots are live.", "green")
    assert Event.objects.filter(kind=EventKind.UPDATE_DRAFTED).count() == 1
    wait_until(lambda: opened.page.evaluate(COPIES) == 0)


def test_half_a_date_costs_nothing_else_and_is_not_lost(opened: Locator) -> None:
    opened.get_by_role("radio", name="At risk").first.check(force=True)
    opened.get_by_label("Back on track by").fill("31 Jan")
    words(opened).fill("Late.")
    expect(status(opened)).to_contain_text("without “Back on track by”")
    assert stored() == "Late."

    opened.page.reload()
    expect(opened.get_by_label("Back on track by")).to_have_value("31 Jan")
    opened.get_by_label("Back on track by").fill("31 January 2031")
    expect(opened.locator("[name=version]")).not_to_have_value("1")


def test_a_lost_connection_keeps_the_words_and_saves_them_when_it_is_back(
    opened: Locator, complaints: list[str]
) -> None:
    opened.page.context.set_offline(True)
    words(opened).fill("Written in a tunnel.")
    expect(status(opened)).to_contain_text("Not saved: no connection")
    assert not ProgressUpdate.objects.exists()

    opened.page.context.set_offline(False)
    expect(status(opened)).to_contain_text("Draft saved")
    assert stored() == "Written in a tunnel."
    wait_until(lambda: opened.page.evaluate(COPIES) == 0)
    forgive(complaints, "ERR_INTERNET_DISCONNECTED", "htmx")


def test_an_answer_lost_on_the_way_is_no_conflict_with_oneself(opened: Locator, complaints: list[str]) -> None:
    page = opened.page

    def take_and_break_off(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/update/draft/", take_and_break_off, times=1)
    words(opened).fill("Taken, though nobody heard.")
    expect(status(opened)).to_contain_text("Not saved: no connection")
    assert stored() == "Taken, though nobody heard."

    words(opened).fill("Taken again.")
    expect(status(opened)).to_contain_text("Draft saved")
    assert stored() == "Taken again."
    forgive(complaints, "ERR_FAILED", "htmx")


def test_a_closed_tab_loses_nothing(opened: Locator, complaints: list[str]) -> None:
    page = opened.page
    page.context.set_offline(True)
    words(opened).fill("Closed before it was saved.")
    opened.get_by_role("radio", name="On track").first.check(force=True)
    page.close()
    page.context.set_offline(False)

    again = page.context.new_page()
    again.goto("/my/")
    expect(words(card(again, "4.1.1"))).to_have_value("Closed before it was saved.")
    expect(card(again, "4.1.1").get_by_role("radio", name="On track").first).to_be_checked()
    expect(status(card(again, "4.1.1"))).to_contain_text("Draft saved")
    assert stored() == "Closed before it was saved."
    forgive(complaints, "ERR_INTERNET_DISCONNECTED", "htmx")


def test_somebody_elses_words_are_shown_beside_and_never_replaced(
    opened: Locator, axe: Axe, complaints: list[str]
) -> None:
    write_as_somebody_else("4.1.1", "What Otto wrote.")
    words(opened).fill("What Olive wrote.")

    expect(opened.locator(".conflict")).to_contain_text("What Otto wrote.")
    expect(status(opened)).to_contain_text("somebody else has saved this update")
    expect(words(opened)).to_have_value("What Olive wrote.")
    axe(opened.page)
    words(opened).fill("What Olive wrote then.")
    opened.page.wait_for_timeout(2500)
    assert stored() == "What Otto wrote."

    opened.get_by_role("button", name="Save draft").click()
    expect(opened.locator(".conflict").first).to_be_focused()
    expect(words(opened)).to_have_value("What Olive wrote then.")
    opened.get_by_role("button", name="Save draft").click()
    expect(status(opened)).to_be_focused()
    assert stored() == "What Olive wrote then."
    forgive(complaints, "409")


def test_words_kept_while_somebody_else_saved_are_offered(opened: Locator, complaints: list[str]) -> None:
    page = opened.page
    page.context.set_offline(True)
    words(opened).fill("What Olive wrote.")
    expect(status(opened)).to_contain_text("no connection")
    page.close()
    page.context.set_offline(False)
    write_as_somebody_else("4.1.1", "What Otto wrote.")

    again = page.context.new_page()
    again.goto("/my/")
    expect(words(card(again, "4.1.1"))).to_have_value("What Otto wrote.")
    expect(card(again, "4.1.1").locator(".kept")).to_contain_text("What Olive wrote.")
    card(again, "4.1.1").get_by_role("button", name="Put it back").click()
    expect(words(card(again, "4.1.1"))).to_have_value("What Olive wrote.")
    expect(status(card(again, "4.1.1"))).to_contain_text("Draft saved")
    assert stored() == "What Olive wrote."
    forgive(complaints, "ERR_INTERNET_DISCONNECTED", "htmx")


def test_signing_out_leaves_nothing_for_whoever_comes_next(opened: Locator, complaints: list[str]) -> None:
    page = opened.page
    page.route("**/update/draft/", lambda route: route.abort())
    words(opened).fill("Not for everybody.")
    expect(status(opened)).to_contain_text("no connection")
    assert page.evaluate(COPIES) == 1

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    wait_until(lambda: page.evaluate(COPIES) == 0)
    forgive(complaints, "ERR_FAILED", "htmx")


def test_a_page_that_comes_back_from_memory_after_a_sign_out_is_asked_for_anew(opened: Locator) -> None:
    page = opened.page
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(words(opened)).to_be_visible()
    other = page.context.new_page()
    other.goto("/definitions/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("link", name="Sign in")).to_be_visible()

    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_url("**/accounts/login/**")


def test_who_was_signed_out_keeps_the_words_until_the_next_sign_in(
    opened: Locator, owner: User, sign_in: SignIn, complaints: list[str]
) -> None:
    page = opened.page
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    words(opened).fill("Half a day later.")
    expect(status(opened)).to_contain_text("you have been signed out")

    sign_in(page, owner)
    page.goto("/my/")
    expect(words(card(page, "4.1.1"))).to_have_value("Half a day later.")
    expect(status(card(page, "4.1.1"))).to_contain_text("Draft saved")
    forgive(complaints, "401", "403", "htmx")


def test_whoever_signs_in_after_an_ended_session_finds_nothing_of_it(
    opened: Locator, owner: User, sign_in: SignIn, complaints: list[str]
) -> None:
    page = opened.page
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    words(opened).fill("Not for the next one.")
    expect(status(opened)).to_contain_text("you have been signed out")

    sign_in(page, make_user(holds=owner.holdings.get().owner))
    page.goto("/my/")
    expect(words(card(page, "4.1.1"))).to_have_value("")
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"
    forgive(complaints, "401", "403", "htmx")


def test_a_save_that_arrives_after_the_send_brings_no_draft_back(opened: Locator, complaints: list[str]) -> None:
    page = opened.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/update/draft/", hold, times=1)
    other = page.context.new_page()
    opened.get_by_role("radio", name="On track").first.check(force=True)
    with page.expect_request("**/update/draft/"):
        words(opened).fill("On its way.")
    other.goto("/activities/4.1.1/update/")
    other.get_by_role("radio", name="On track").first.check(force=True)
    other.get_by_label("What has happened").fill("Sent.")
    other.get_by_role("button", name="Send for approval").click()
    expect(other.get_by_text("4.1.1 is sent for approval")).to_be_visible()

    held[0].continue_()
    expect(opened.locator(".conflict")).to_contain_text("sent it for approval")
    sent = ProgressUpdate.objects.get()
    assert (sent.stage, sent.narrative) == (Stage.SUBMITTED, "Sent.")
    forgive(complaints, "409")


def test_a_later_expected_end_changes_what_the_dates_suggest(owner: User, page: Page, sign_in: SignIn) -> None:
    soon = timezone.localdate() + timedelta(days=60)
    KeyActivity.objects.filter(number="4.1.1").update(baseline_end=soon)
    sign_in(page, owner)
    page.goto("/my/")
    opened = card(page, "4.1.1")
    opened.get_by_role("radio", name="On track").first.check(force=True)
    expect(opened.get_by_label("Why your rating is better")).to_be_hidden()
    opened.get_by_text("Expected end, date of this update").click()
    opened.get_by_label("When you now expect it to end").fill(f"{soon + timedelta(days=30):%d %B %Y}")

    expect(opened.locator(".suggestion")).to_contain_text("At risk")
    expect(opened.get_by_label("Why your rating is better")).to_be_visible()
