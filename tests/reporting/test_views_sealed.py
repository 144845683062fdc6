"""The pages of a closed review: who sees them, and that they tell its lines."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from tests.factories import make_user
from tests.reporting import sealed as told
from tests.reporting.readers import PAGES, REVIEW, as_person, as_role, both_published, page_of, rows_of, words
from tests.reporting.sealed import Sealed, make_sealed, review_of


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


@pytest.fixture
def published(sealed: Sealed) -> Sealed:
    return both_published(sealed)


def test_every_page_is_there_for_the_board_before_publication_and_for_nobody_outside(sealed: Sealed) -> None:
    board = as_role(UserRole.BOARD)
    for address in PAGES:
        assert "Sealed, not yet agreed." in words(page_of(board, address)), address
    for client in (as_role(None), as_role(UserRole.PARTNER)):
        for address in PAGES:
            assert client.get(f"{REVIEW}{address}").status_code == 404, address


def test_what_a_review_does_not_know_is_not_found(published: Sealed) -> None:
    for address in ("aims/9/", "activities/9.9.9/", "changes/?since=2019-20-h1", "changes/?since=2026-27-h1"):
        assert Client().get(f"{REVIEW}{address}").status_code == 404, address


def test_a_published_review_is_the_front_page_and_says_who_agreed_it(published: Sealed) -> None:
    front, review = (words(str(Client().get(address).content.decode())) for address in ("/", REVIEW))
    for page in (front, review):
        assert "Position at 30 September 2026" in page
        assert "agreed on 20 November 2026" in page
        assert "published on 20 November 2026" in page
        assert "not yet agreed" not in page
        assert review_of(published.second).seal in page
    assert "Ask about first 1.1.1 Deliver work 1.1.1 was On track · £4.0m behind it · asks the Board" in review
    assert "Tell us what the new depot will cost." in review


def test_the_position_table_tells_the_lines_cell_by_cell(published: Sealed) -> None:
    book = published.book
    expected = [[f"{aim.number} {aim.title}", *figures(aim.sums), aim.sums.headline.label] for aim in book.aims] + [
        ["Whole strategy", *figures(book.whole.sums), book.whole.sums.headline.label]
    ]
    _, *rows = rows_of(page_of(Client(), ""), "Aim by aim")
    assert [[*row[:10], row[11]] for row in rows] == expected


def figures(sums: Any) -> list[str]:
    counts = sums.counts
    counted = (counts.activities, counts.complete, counts.green, counts.amber, counts.red, counts.no_update)
    return [*map(str, counted), *(millions(sum_) for sum_ in (sums.allocated, sums.behind_red, sums.behind_amber))]


def millions(pounds: Decimal | None) -> str:
    return "–" if pounds is None else f"{pounds / 1_000_000:,.1f}"


def test_the_funding_table_tells_the_lines_cell_by_cell(published: Sealed) -> None:
    page = page_of(Client(), "appendices/funding/")
    _, *rows, _ = rows_of(page, 'aria-label="Funding streams"')
    for row, line in zip(rows, published.book.streams, strict=True):
        unallocated = line.award + line.over_programming - line.allocated
        assert row[0] == f"{line.code} {line.name}"
        assert row[4:11] == [
            millions(amount)
            for amount in (
                line.award,
                line.allocated,
                unallocated,
                line.committed,
                line.spend_to_date,
                line.budget_this_year,
                line.forecast_outturn,
            )
        ]
        assert row[12] == millions(line.re_profiled)


def test_every_figure_opens_a_list_that_holds_so_many(published: Sealed) -> None:
    page = page_of(Client(), "")
    counted = re.findall(
        r'class="(?:sentence__figure|govuk-link)" href="(/reviews/[^"]+/activities/[^"]*)">(\d+)<', page
    )
    assert len(counted) > 20
    for address, number in counted:
        listed = words(str(Client().get(unescape(address)).content.decode()))
        assert re.search(rf"(All {number}|{number} of 11) key activities", listed), (address, number)
    money = re.findall(r'class="govuk-link" href="(/reviews/[^"]+money=yes)">(\d+\.\d)<', page)
    assert len(money) > 3
    for address, amount in money:
        listed = words(str(Client().get(unescape(address)).content.decode()))
        assert f"£{amount}m is allocated to" in listed, address


def test_the_key_below_the_wall_opens_lists_of_its_marks(published: Sealed) -> None:
    keys = re.findall(r'key__item.*?href="([^"]+)">.*?key__count">(\d+)<', page_of(Client(), ""), re.DOTALL)
    assert sum(int(number) for _, number in keys) == len(published.book.activities)
    for address, number in keys:
        assert f"{number} of 11 key activities" in words(str(Client().get(unescape(address)).content.decode()))


def test_changes_tell_both_words_the_dates_and_the_money(published: Sealed) -> None:
    page = words(page_of(Client(), "changes/"))
    assert "What changed since March" in page
    for part in ("2 worsened", "1 date moved", "2 reworded", "1 owner changed", "sums changed"):
        assert part in page
    assert "Before: Deliver work 1.1.2 After: Build the depot" in page
    assert "Before: Head of Rail , West Midlands Combined Authority After: Head of Streets" in page
    assert "0.0 0.3 £0.3m more" in page
    assert page == words(page_of(Client(), "changes/?since=2025-26-h2"))


def test_asked_for_a_later_review_the_question_is_turned_round(published: Sealed) -> None:
    answer = Client().get("/reviews/2025-26-h2/changes/?since=2026-27-h1")
    assert answer.headers["Location"] == "/reviews/2026-27-h1/changes/?since=2025-26-h2"


def test_an_activity_tells_its_update_and_what_earlier_reviews_said(published: Sealed) -> None:
    page = words(page_of(Client(), "activities/1.1.3/"))
    assert "Carried forward, not counted" in page
    assert "2025/26 H2" in page
    assert "Work went on in winter." in page
    assert "Planned end moved from 31 March 2027 to 30 June 2027" in page
    assert "Reworded" in page


def test_exempt_words_are_for_those_who_may_read_them_of_each_activity(sealed: Sealed) -> None:
    addresses = ("exceptions/", "activities/1.1.1/")
    for role, reads in ((UserRole.BOARD, True), (UserRole.OFFICE, True), (UserRole.OWNER, False)):
        for address in addresses:
            assert (told.EXEMPT_WORDS in page_of(as_role(role), address)) is reads, (role, address)
    for person in (sealed.people.owner, sealed.people.approver):
        assert told.EXEMPT_WORDS in page_of(as_person(person), "activities/1.1.1/")
        assert told.EXEMPT_WORDS not in page_of(as_person(person), "exceptions/")


def test_a_partner_reads_no_exempt_words_also_of_a_post_that_they_hold(published: Sealed) -> None:
    partner = make_user(UserRole.PARTNER, holds=published.post)

    for address in ("activities/1.1.1/", "exceptions/"):
        assert told.EXEMPT_WORDS not in page_of(as_person(partner), address)
