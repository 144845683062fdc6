"""The whole story on the real strategy: an owner updates, an approver approves, the dashboard changes.

Real parts throughout: PostgreSQL, Redis, a Celery worker and Chromium, with JavaScript and without.
"""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from aims.models import KeyActivity, ReviewPeriod
from aims.rules import half_year
from aims.services.periods import ensure_periods, open_period
from tests.browser import OpenPage
from tests.factories import PASSWORD, make_user
from tests.worker import WorkerProcess

NUMBER = "4.1.3"
PATIENCE = 300.0  # a machine with much else to do is slow, not wrong


@pytest.fixture
def round_under_way(transactional_db: None) -> ReviewPeriod:
    """The real strategy with the half-year before this one open for updates."""
    call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)
    now, today = timezone.now(), timezone.localdate()
    ensure_periods(on=today, now=now)
    period = ReviewPeriod.objects.get(slug=half_year(today).previous().slug)
    office = make_user(UserRole.OFFICE)
    return open_period(period=period, by=office, now=now, submission_closes=today + timedelta(days=20))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_update_goes_from_the_owner_to_the_dashboard(
    round_under_way: ReviewPeriod, celery_worker_process: WorkerProcess, open_page: OpenPage, *, javascript: bool
) -> None:
    activity = KeyActivity.objects.select_related("owner__approving_post").get(number=NUMBER)
    owner = make_user(holds=activity.owner)
    approver = make_user(UserRole.APPROVER, holds=activity.owner.approving_post)
    board = make_user(UserRole.BOARD)

    page = open_page(javascript=javascript)
    sign_in_by_form(page, owner, "/my/")
    page.goto(f"/my/?open={NUMBER}")
    say_at_risk(page)
    expect(page.get_by_text(f"{NUMBER} is sent for approval")).to_be_attached()

    page = open_page(javascript=javascript)
    sign_in_by_form(page, approver, "/approvals/")
    expect(page.get_by_text("The Coventry connection waits for the network operator.")).to_be_visible()
    page.get_by_role("button", name=f"Approve {NUMBER}").click()
    expect(page.get_by_text(f"{NUMBER} is approved")).to_be_visible()

    page = open_page(javascript=javascript)
    sign_in_by_form(page, board, "/")
    wait_for_mark(page, "At risk")


def sign_in_by_form(page: Page, user: User, wanted: str) -> None:
    page.goto(f"/accounts/login/?next={wanted}")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(f"{re.escape(wanted)}$"))


def say_at_risk(page: Page) -> None:
    page.get_by_role("radio", name="At risk").first.check(force=True)
    page.get_by_label("What has happened").fill("The Coventry connection waits for the network operator.")
    page.locator("[name=forecast][value=green]").check(force=True)
    page.get_by_label("Main cause").select_option("partner")
    page.get_by_label("Back on track by").fill(f"31 January {timezone.localdate().year + 1}")
    page.get_by_label("What it means for delivery").fill("Two pilots start late.")
    page.get_by_label("What is being done").fill("The director meets the operator.")
    page.get_by_label("By whom").fill("Head of Energy Capital")
    page.get_by_label("By when").fill(f"1 January {timezone.localdate().year + 1}")
    page.get_by_role("button", name="Send for approval").click()


def wait_for_mark(page: Page, words: str) -> None:
    """Until the wall's link for the activity says so, computed by the worker."""
    mark = page.get_by_role("link", name=re.compile(rf"^{re.escape(NUMBER)} .*: {words}"))
    deadline = time.monotonic() + PATIENCE
    while not mark.count() and time.monotonic() < deadline:
        page.reload()
    expect(mark.first).to_be_visible()
