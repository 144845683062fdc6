"""A review's life in a real browser: closed, agreed, published, read by anyone; and opened again without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.models import ReviewPeriod
from aims.rules import half_year
from aims.rules.wording import long_date
from reporting.models import Closing, PreElectionPeriod
from reporting.tasks import close_review_task
from tests.browser import Axe, OpenPage
from tests.factories import make_activity, make_approved, make_period, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Page, User], None]


@pytest.fixture
def office() -> User:
    return make_user(UserRole.OFFICE, name="Otis Office")


@pytest.fixture
def period() -> ReviewPeriod:
    """A round under way with one approved update of two."""
    today = timezone.localdate()
    period = make_period(half_year(today).previous().ends, submission_closes=today + timedelta(days=9))
    make_period(today, PeriodState.SCHEDULED)
    make_approved(make_activity("1.1.1"), now=timezone.now(), narrative="The line is being built.")
    make_activity("2.1.1")
    return period


def closed_by_a_worker(page: Page) -> None:
    """Fill in the cover, close, and wait until the page says by itself that it is done."""
    page.get_by_label("The Board's day").fill(long_date(board_on()))
    page.get_by_label("Accountable director").fill("Director of Strategy")
    page.get_by_role("button", name="Close 20").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Closing 20")
    close_review_task(Closing.objects.latest("pk").pk)


def board_on() -> date:
    return timezone.localdate() + timedelta(days=30)


def test_the_office_is_led_from_closing_to_publication_and_anyone_reads_it(
    period: ReviewPeriod, office: User, page: Page, open_page: OpenPage, sign_in: SignIn, axe: Axe
) -> None:
    today = timezone.localdate()
    PreElectionPeriod.objects.create(election="By-election", starts=today, ends=today)
    sign_in(page, office)
    page.goto("/round/")
    page.get_by_role("link", name="Close the round").click()
    expect(page.get_by_role("heading", name="Before it is closed")).to_be_visible()
    axe(page)
    closed_by_a_worker(page)

    page.get_by_role("button", name="Go on to the review's desk").click()
    expect(page.get_by_text("five clear days before")).to_be_visible()
    expect(page.get_by_text("lies in the pre-election period of By-election")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Record the agreement").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The Board agreed")
    page.get_by_label("Day of the meeting").fill(long_date(today))
    page.get_by_label("Minute").fill("Minute 47")
    axe(page)
    page.get_by_label("What it resolved").fill("The Board agreed the review.")
    page.get_by_role("button", name="Record the agreement").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("It cannot be taken back")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Anyone can read it.")).to_be_visible()

    anyone = open_page()
    anyone.goto(f"/reviews/{period.slug}/")
    expect(anyone.get_by_role("heading", level=1)).to_contain_text(f"Position at {long_date(period.ends)}")


def test_a_review_is_opened_again_and_corrected_on_a_phone_without_javascript(
    period: ReviewPeriod, office: User, open_page: OpenPage, sign_in: SignIn, axe: Axe
) -> None:
    page = open_page(width=320, javascript=False)
    sign_in(page, office)
    page.goto("/round/close/")
    closed_by_a_worker(page)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Go on to the review's desk").click()
    page.get_by_role("link", name="Open it again for single activities").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("again")
    page.get_by_label("2.1.1").check()
    page.get_by_label("Last day for their updates").fill(long_date(board_on()))
    page.get_by_label("Why").fill("A figure was left out.")
    page.get_by_role("button", name="again").click()

    expect(page.get_by_text("Everything else stays as it was sealed.")).to_be_visible()
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    page.goto("/round/elections/")
    page.get_by_label("Election").fill("Mayor")
    page.get_by_label("First day").fill("20 March 2028")
    page.get_by_label("Last day").fill("4 May 2028")
    page.get_by_role("button", name="Add the period").click()
    expect(page.get_by_text("20 March 2028 to 4 May 2028")).to_be_visible()
