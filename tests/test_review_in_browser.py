"""A published review in a real Chromium: every page of it, wide and on a phone; walked through without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from reporting.choices import Reply
from reporting.services.answering import answer_ask
from reporting.services.correcting import correct
from tests.browser import Axe, OpenPage
from tests.reporting.readers import AFTER, REVIEW, both_published
from tests.reporting.sealed import Sealed, make_sealed, review_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "",
    "changes/",
    "exceptions/",
    "aims/1/",
    "activities/1.1.1/",
    "activities/1.1.3/",
    "appendices/activities/?rag=red",
    "appendices/milestones/",
    "appendices/funding/",
    "appendices/changes/",
    "appendices/method/",
)


def test_anyone_walks_through_a_published_review(db: None, open_page: OpenPage, axe: Axe) -> None:
    decided(both_published(make_sealed()))
    for page in (open_page(), open_page(width=320)):
        for address in PAGES:
            page.goto(f"{REVIEW}{address}")
            axe(page)
    plain = open_page(width=320, javascript=False)
    follow_a_figure(plain)
    compare(plain)


def decided(sealed: Sealed) -> None:
    """An answer of the Board and an erratum stand on the pages."""
    review = review_of(sealed.second)
    done: dict[str, Any] = {"review": review, "by": sealed.people.office, "now": AFTER}
    line = review.lines.get(kind="aim", key="1")
    correct(line=line, field="sums.counts.red", correct="2", explanation="One was counted twice.", **done)
    answer_ask(number="1.1.1", reply=Reply.AGREED, text="Let it in January.", seen=None, **done)


def follow_a_figure(page: Page) -> None:
    """From the front page to what stands behind the first thing to ask about, and to what is off track in an aim."""
    page.goto("/")
    page.get_by_role("navigation", name="Ask about first").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("#exception-1.1.1$"))
    expect(page.get_by_text("Let it in January.")).to_be_visible()
    page.get_by_role("link", name="1 Off track, Aim 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 11 key activities")
    page.get_by_role("link", name="1.1.1 Deliver work 1.1.1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deliver work 1.1.1")
    expect(page.get_by_text("The contractor has stopped.")).to_be_visible()


def compare(page: Page) -> None:
    page.get_by_role("link", name="What changed").click()
    page.get_by_label("Compare with").select_option(label="2025/26 H2")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"since=2025-26-h2$"))
    expect(page.get_by_role("heading", name="2 worsened")).to_be_visible()
