"""A finance file from upload to undone with a real worker, in Chromium; without JavaScript too, and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from funding.choices import ReturnStage
from funding.models import FundingReturn, FundingStream
from tests.browser import Axe, OpenPage
from tests.factories import make_stream, make_user
from tests.funding.finance_files import csv_of, row
from tests.worker import WorkerProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SignIn = Callable[[Page, User], None]
PATIENCE = 300_000


@pytest.fixture
def money(transactional_db: None) -> FundingStream:
    return make_stream()


def upload(page: Page, folder: Path, content: bytes) -> None:
    file = folder / "returns.csv"
    file.write_bytes(content)
    page.goto("/funding/import/")
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()


def wait_for(page: Page, heading: str, *, javascript: bool) -> None:
    """What the worker leads to: the page moves on by itself, or when it is looked at again."""
    if javascript:
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=PATIENCE)
        return
    for _ in range(PATIENCE // 500):
        if page.get_by_role("heading", name=heading, exact=True).is_visible():
            return
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(500)
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (320, True), (1280, False)])
def test_a_file_goes_from_upload_to_undone(
    money: FundingStream,
    celery_worker_process: WorkerProcess,
    open_page: OpenPage,
    sign_in: SignIn,
    axe: Axe,
    tmp_path: Path,
    width: int,
    javascript: bool,
) -> None:
    def check() -> None:
        if javascript:
            axe(page)

    page = open_page(width=width, javascript=javascript)
    sign_in(page, make_user(UserRole.FINANCE))
    upload(page, tmp_path, csv_of(row(spent="many")))
    wait_for(page, "What the columns mean", javascript=javascript)
    check()
    page.get_by_role("button", name="Save and read the file").click()
    wait_for(page, "Cannot be taken over", javascript=javascript)
    expect(page.get_by_text("D2: Enter a sum in pounds")).to_be_visible()
    check()

    upload(page, tmp_path, csv_of(row(spent="600"), row(month="Aug-26", spent="300")))
    wait_for(page, "What the file changes", javascript=javascript)
    expect(page.get_by_text("is more than what is committed")).to_be_visible()
    check()
    page.get_by_label("Why the unusual figures are right").fill("Paid early.")
    page.get_by_role("button", name="Send for approval").click()
    wait_for(page, "Taken over", javascript=javascript)
    check()
    assert FundingReturn.objects.waiting().count() == 2

    page.get_by_role("link", name="Undo this import").click()
    check()
    page.get_by_label("Why the import is undone").fill("The wrong file.")
    page.get_by_role("button", name="Undo the import").click()
    wait_for(page, "Undone", javascript=javascript)
    check()
    assert {found.stage for found in FundingReturn.objects.all()} == {ReturnStage.RETURNED}
    page.goto("/funding/import/")
    check()
