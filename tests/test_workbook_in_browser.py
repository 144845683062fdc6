"""A workbook from download to sent updates in a real Chromium, also without JavaScript, wide and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from aims.models import KeyActivity, ProgressUpdate
from aims.rules import half_year
from tests.aims.workbook_files import filled
from tests.browser import Axe, OpenPage
from tests.factories import make_activity, make_period, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SignIn = Callable[[Page, User], None]


@pytest.fixture
def activity(transactional_db: None) -> KeyActivity:
    make_period(half_year(timezone.localdate()).previous().ends, submission_closes=timezone.localdate())
    found = make_activity("1.1.1")
    make_activity("1.1.2", owner=found.owner)
    return found


def choose(page: Page, folder: Path, content: bytes) -> None:
    """Choose a file and have it checked."""
    file = folder / "updates.xlsx"
    file.write_bytes(content)
    page.get_by_label("Your filled-in workbook").set_input_files(file)
    page.get_by_role("button", name="Check the workbook").click()


def download(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the workbook").click()
    return waiting.value.path().read_bytes()


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, True), (1280, False)])
def test_a_workbook_goes_from_download_to_sent(
    activity: KeyActivity,
    open_page: OpenPage,
    sign_in: SignIn,
    axe: Axe,
    complaints: list[str],
    tmp_path: Path,
    width: int,
    javascript: bool,
) -> None:
    check = axe if javascript else (lambda _: None)
    page = open_page(width=width, javascript=javascript)
    sign_in(page, make_user(holds=activity.owner))
    page.goto("/my/")
    page.get_by_role("link", name="Fill in a spreadsheet instead").click()
    check(page)
    content = download(page)

    choose(page, tmp_path, filled(content, "1.1.1", standing="Off track", narrative="The contractor has stopped."))
    expect(page.get_by_text("Updates!H2: Choose the main cause")).to_be_visible()
    check(page)

    long = "Three of five pilots are live, and the two others wait for their connection to the grid. " * 3
    choose(page, tmp_path, filled(content, "1.1.1", standing="On track", narrative=long))
    expect(page.get_by_role("heading", name="What the workbook changes")).to_be_visible()
    check(page)

    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("Sent for approval: 1.")).to_be_visible()
    assert ProgressUpdate.objects.get().narrative == long.strip()
    page.go_back()
    check(page)
    complaints[:] = [text for text in complaints if "422" not in text]


def test_the_office_chooses_an_aim_with_the_page_on_a_phone(
    activity: KeyActivity, open_page: OpenPage, sign_in: SignIn, axe: Axe
) -> None:
    page = open_page(width=320)
    sign_in(page, make_user(UserRole.OFFICE))
    page.goto("/my/workbook/")
    page.get_by_label("Aim").select_option("1")
    assert download(page).startswith(b"PK")
    axe(page)
