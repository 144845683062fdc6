"""Every page in a real Chromium, wide and on a phone: axe finds nothing, nothing scrolls sideways, no complaint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.choices import UserRole
from accounts.models import Holding, User
from aims.models import KeyActivity, ReviewPeriod
from aims.services.periods import ensure_periods, open_period
from reporting.services.closing import close_review
from reporting.services.rebuilding import rebuild
from tests.browser import WIDTHS, Axe, OpenPage, Visit
from tests.factories import make_approved, make_owner, make_red_values, make_submitted, make_user, publish
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)

OPEN_TO_ALL = (
    "/",
    "/aims/4/",
    "/objectives/4.1/",
    "/activities/4.1.3/",
    "/reviews/",
    "/funding/",
    "/funding/E/",
    "/accessibility/",
    "/definitions/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/inactive/",
    "/api/v1/docs/",
    "/api/v1/docs/guide/",
    "/api/v1/docs/using/",
    "/api/v1/docs/updates/",
    "/api/v1/problems/",
    "/api/v1/problems/not-found/",
)
BOARD = ("/", "/aims/4/", "/objectives/4.1/", "/activities/4.1.3/", "/activities/4.1.2/", "/reviews/")
OF_A_REVIEW = ("", "changes/", "exceptions/")
OWNER = (
    "/my/",
    "/my/mail/",
    "/activities/4.1.1/update/",
    "/activities/5.2.1/update/",
    "/activities/4.1.1/dates/",
    "/activities/4.1.1/dates/baseline/",
    "/activities/4.1.1/dates/ask/?date=end",
    "/activities/4.1.1/milestones/add/",
    "/activities/4.1.1/evidence/",
    "/my/workbook/",
    "/accounts/password/change/",
    "/accounts/2fa/",
)
OFFICE = (
    "/round/",
    "/round/?status=all&sort=post",
    "/round/chase/",
    "/round/extend/",
    "/round/windows/",
    "/round/open/",
    "/round/close/",
)
STRATEGY = (
    "/strategy/",
    "/strategy/?show=proposed&aim=4",
    "/strategy/changes/",
    "/strategy/activities/4.1.1/",
    "/strategy/activities/4.1.1/move/",
    "/strategy/activities/4.1.1/retire/",
    "/strategy/activities/add/?objective=4.1",
    "/strategy/objectives/4.1/",
    "/strategy/objectives/4.1/move/",
    "/strategy/objectives/4.1/retire/",
    "/strategy/objectives/add/",
)

SignIn = Callable[[Page, User], None]


@pytest.fixture
def people() -> dict[str, User]:
    return remembered(tell_of_people)


def tell_of_people() -> dict[str, User]:
    """The real strategy with one closed and one open half-year, every kind of mark among them."""
    call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)
    today = timezone.localdate()
    ensure_periods(on=today, now=timezone.now(), back=2)
    activity = {row.number: row for row in KeyActivity.objects.select_related("owner__approving_post", "strategy")}
    post, above = activity["4.1.1"].owner, make_owner(title="Approving post")
    type(post).objects.filter(pk=post.pk).update(approving_post=above)
    KeyActivity.objects.filter(number__in=["4.1.2", "4.1.3", "5.2.1"]).update(owner=post)
    people = {
        "owner": make_user(holds=post),
        "approver": make_user(UserRole.APPROVER, holds=above),
        "board": make_user(UserRole.BOARD),
        "office": make_user(UserRole.OFFICE),
    }
    report_twice(people)
    return people


def report_twice(people: dict[str, User]) -> None:
    """The half-year before the last is closed with its updates, the last one is under way."""
    now, today = timezone.now(), timezone.localdate()
    earlier, later = ReviewPeriod.objects.filter(ends__lt=today).order_by("-ends")[:2][::-1]
    soon = today + timedelta(days=20)
    activities = {row.number: row for row in KeyActivity.objects.select_related("owner", "strategy")}
    open_period(period=earlier, by=people["office"], now=now, submission_closes=soon)
    for number in ("4.1.1", "4.1.2", "4.1.3"):
        make_approved(activities[number], people["approver"], now, by=people["owner"])
    close_review(period=earlier, by=people["office"], now=now)
    publish(earlier)
    open_period(period=ReviewPeriod.objects.get(pk=later.pk), by=people["office"], now=now, submission_closes=soon)
    red = make_red_values(action_by=soon + timedelta(days=90), return_to_green=soon + timedelta(days=190))
    said = {name: getattr(red, name) for name in ("rag", "forecast_rag", "narrative", "cause", "impact", "action")}
    said |= {name: getattr(red, name) for name in ("action_owner", "action_by", "return_to_green")}
    make_approved(activities["4.1.3"], people["approver"], now, by=people["owner"], ask="Agree to wait.", **said)
    make_submitted(activities["4.1.2"], by=people["owner"], now=now)
    rebuild(period=ReviewPeriod.objects.get(pk=later.pk), on=today)


def test_pages_open_to_anyone(people: dict[str, User], page: Page, visit: Visit) -> None:
    for path in OPEN_TO_ALL:
        visit(page, path)


@pytest.mark.long
def test_pages_of_the_round(people: dict[str, User], open_page: OpenPage, sign_in: SignIn, visit: Visit) -> None:
    under_way = ReviewPeriod.objects.get(state="open").slug
    reviews = [f"/reviews/{under_way}/{part}" for part in OF_A_REVIEW]
    pages = {"board": [*BOARD, *reviews], "owner": OWNER, "approver": ["/approvals/"], "office": OFFICE}
    for who, paths in pages.items():
        page = open_page()
        sign_in(page, people[who])
        for path in paths:
            visit(page, path)


def test_pages_that_keep_people(people: dict[str, User], open_page: OpenPage, sign_in: SignIn, visit: Visit) -> None:
    holding = people["owner"].holdings.select_related("owner").get()
    deputy = make_user(UserRole.OWNER, name="Della Deputy", organisation=holding.owner.organisation)
    days = {"starts": timezone.localdate(), "ends": timezone.localdate() + timedelta(days=14)}
    Holding.objects.create(user=deputy, owner=holding.owner, is_deputy=True, **days)
    person, post = f"/people/{people['owner'].pk}/", f"/posts/{holding.owner.slug}/"
    kept = ["/people/", "/people/add/", person, "/posts/", "/posts/add/", post, f"{post}give/"]
    own = ["/my/deputies/", "/my/account/"]
    for who, paths in {"office": [*kept, f"/posts/holdings/{holding.pk}/end/", *own], "owner": own}.items():
        page = open_page()
        sign_in(page, people[who])
        for path in paths:
            visit(page, path)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_is_added_given_a_post_and_names_a_deputy(
    people: dict[str, User], open_page: OpenPage, sign_in: SignIn, javascript: bool
) -> None:
    post = people["owner"].holdings.select_related("owner__organisation").get().owner
    page = open_page(javascript=javascript)
    sign_in(page, people["office"])
    page.goto("/people/")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Email address").fill("nell@example.org")
    page.get_by_label("Name").fill("Nell New")
    page.get_by_role("radio", name="Owner").check(force=True)
    page.get_by_label("Organisation").select_option(post.organisation.slug)
    page.get_by_role("button", name="Add and invite").click()
    expect(page.get_by_role("heading", name="Nell New")).to_be_visible()
    page.goto(f"/posts/{post.slug}/")
    page.get_by_role("link", name="Give the post to somebody").click()
    page.get_by_label("Person").select_option(label="Nell New (nell@example.org)")
    page.get_by_role("button", name="Give the post").click()
    expect(page.get_by_role("link", name="Nell New", exact=True)).to_be_visible()
    make_user(name="Della Deputy", email="della@example.org", organisation=post.organisation)
    own = open_page(javascript=javascript)
    sign_in(own, people["owner"])
    own.goto("/my/deputies/")
    own.get_by_text("Name a deputy").click()
    own.get_by_label("Deputy").select_option(label="Della Deputy (della@example.org)")
    own.get_by_label("First day").fill(in_words(1))
    own.get_by_label("Last day").fill(in_words(8))
    own.get_by_role("button", name="Name the deputy").click()
    expect(own.get_by_text("Della Deputy deputises for you as")).to_be_visible()
    own.get_by_role("button", name="Withdraw this").click()
    expect(own.get_by_text("Della Deputy no longer deputises for you")).to_be_visible()


def in_words(days: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days):%-d %B %Y}"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_wrong_is_said_accessibly(
    people: dict[str, User], open_page: OpenPage, sign_in: SignIn, axe: Axe, complaints: list[str], width: int
) -> None:
    page = open_page(width=width)
    sign_in(page, people["owner"])
    page.goto("/activities/4.1.1/update/")
    page.get_by_role("radio", name="Off track").first.check(force=True)
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page).to_have_title("Error: Update 4.1.1 – West Midlands strategy tracker")
    axe(page)
    page.get_by_role("link", name="Choose the main cause").click()
    expect(page.get_by_label("Main cause")).to_be_focused()
    page.goto("/nowhere/")
    axe(page)
    complaints[:] = [text for text in complaints if "422" not in text and "404" not in text]


def test_the_live_chart_draws_under_the_pages_own_policy(
    people: dict[str, User], page: Page, sign_in: SignIn, axe: Axe
) -> None:
    """Fails when a new plotly.js adds other style elements: the hashes in the settings then want renewing."""
    sign_in(page, people["board"])
    page.goto("/")
    page.get_by_role("button", name="Explore").click()
    expect(page.locator(".chart__live .main-svg").first).to_be_visible()
    axe(page)
