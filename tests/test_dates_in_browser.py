"""An owner keeps the dates of an activity in a real Chromium: wide, narrow, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from aims.models import DateChangeRequest, EvidenceFile, KeyActivity
from aims.rules import half_year
from tests.aims.evidence_files import pdf
from tests.browser import Axe, OpenPage
from tests.factories import make_activity, make_period, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]
Look = Callable[[Page], None]
LOOKS = [(1280, True), (320, True), (1280, False)]


@pytest.fixture
def activity() -> KeyActivity:
    today = timezone.localdate()
    make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=9))
    return make_activity("4.1.3")


@pytest.fixture
def minutes(tmp_path: Path) -> Path:
    """A file to attach."""
    path = tmp_path / "minutes.pdf"
    path.write_bytes(pdf())
    return path


@pytest.mark.parametrize(("width", "javascript"), LOOKS, ids=["wide", "narrow", "without JavaScript"])
def test_an_owner_keeps_the_dates_of_an_activity(
    activity: KeyActivity,
    minutes: Path,
    open_page: OpenPage,
    sign_in: SignIn,
    axe: Axe,
    complaints: list[str],
    width: int,
    *,
    javascript: bool,
) -> None:
    def look(page: Page) -> None:
        if javascript:
            axe(page)

    page = open_page(width=width, javascript=javascript)
    sign_in(page, make_user(holds=activity.owner))
    page.goto("/activities/4.1.3/")
    page.get_by_role("link", name="Dates and evidence").click()
    set_the_baseline(page, look)
    add_a_milestone(page, look)
    complete_it(page, look, minutes)
    ask_for_a_new_end(page, look)
    save_the_file(page, look)
    withdraw_is_refused(page, look)
    complaints[:] = [text for text in complaints if "422" not in text and "409" not in text]

    assert DateChangeRequest.objects.get().reason == "Consent came late."
    assert EvidenceFile.objects.get().milestone == activity.milestones.get()


def in_a_year() -> date:
    return timezone.localdate() + timedelta(days=365)


def set_the_baseline(page: Page, look: Look) -> None:
    look(page)
    page.get_by_role("link", name="Set the baseline").click()
    look(page)
    page.get_by_label("Planned start").fill("1 April 2026")
    page.get_by_label("Planned end").fill(f"{in_a_year():%d/%m/%Y}")
    page.get_by_role("button", name="Set the baseline for good").click()
    expect(page.get_by_text("The baseline of 4.1.3 is set")).to_be_visible()


def add_a_milestone(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Add a milestone").click()
    look(page)
    page.get_by_label("What is reached").fill("Contract let")
    page.get_by_label("When it is promised").fill("1 May 2026")
    page.get_by_role("button", name="Add this milestone").click()
    expect(page.get_by_text("days overdue")).to_be_visible()


def complete_it(page: Page, look: Look, minutes: Path) -> None:
    page.get_by_role("link", name="Complete “Contract let”").click()
    look(page)
    page.get_by_label("When it was reached").fill("1 June 2026")
    page.get_by_label("File").set_input_files(minutes)
    page.get_by_role("button", name="Complete this milestone").click()
    expect(page.get_by_text("“Contract let” is completed")).to_be_visible()
    expect(page.get_by_text("31 days later than the baseline")).to_be_visible()


def ask_for_a_new_end(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Ask for a new date for “Planned end”").click()
    look(page)
    page.get_by_label("The new date that you propose").fill(f"{in_a_year() + timedelta(days=30):%d %B %Y}")
    page.get_by_role("button", name="Ask for this date").click()
    look(page)
    page.get_by_role("link", name="Say why the date has to move").click()
    expect(page.get_by_label("Why it has to move")).to_be_focused()
    page.get_by_label("Why it has to move").fill("Consent came late.")
    page.get_by_role("button", name="Ask for this date").click()
    expect(page.get_by_text("Waits for a decision")).to_be_visible()
    look(page)


def save_the_file(page: Page, look: Look) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="minutes.pdf", exact=True).click()
    assert waiting.value.suggested_filename == "minutes.pdf"
    assert Path(waiting.value.path()).read_bytes() == pdf()
    page.get_by_role("link", name="Attach a file to the update").click()
    look(page)
    page.get_by_role("button", name="Attach this file").click()
    expect(page.get_by_role("link", name="Choose a file")).to_be_visible()
    look(page)
    page.goto("/activities/4.1.3/dates/")


def withdraw_is_refused(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Withdraw minutes.pdf").click()
    look(page)
    page.get_by_role("button", name="Withdraw this file").click()
    expect(page.get_by_text("ask the performance office")).to_be_visible()
    look(page)


def test_a_file_that_is_far_too_large_is_answered_with_a_page(
    activity: KeyActivity, tmp_path: Path, page: Page, sign_in: SignIn, complaints: list[str]
) -> None:
    path = tmp_path / "film.pdf"
    path.write_bytes(pdf(bytes(20 * 1024 * 1024)))
    sign_in(page, make_user(holds=activity.owner))
    page.goto("/activities/4.1.3/evidence/")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Attach this file").click()
    expect(page.get_by_role("heading", name="The file is too large")).to_be_visible()
    page.get_by_role("link", name="Go back and choose another file").click()
    expect(page.get_by_role("heading", name="Evidence for the update")).to_be_visible()
    complaints[:] = [text for text in complaints if "413" not in text]
