"""Pages as they stood: which days may be asked for, by whom, what they tell, and what a wrong day is answered with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.models import Objective
from aims.services.dates import add_milestone, complete_milestone
from aims.services.posts import change_post
from reporting.views import history
from tests.factories import make_user, publish
from tests.reporting.sealed import BETWEEN, FIRST_CLOSED, SECOND_ROUND, Sealed, make_sealed

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
PAGES = ("/", "/aims/1/", "/objectives/1.1/", "/activities/1.1.1/")
JUNE = "2026-06-30"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "timezone", SimpleNamespace(localdate=lambda: TODAY))


@pytest.fixture(scope="module")
def sealed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """Two sealed reviews, none published; every test here is rolled back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_sealed()
        transaction.set_rollback(True)


@pytest.fixture
def board(client: Client) -> Client:
    return signed_in(client, make_user(UserRole.BOARD))


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_of_which_day_it_tells_and_leads_back_to_now(sealed: Sealed, board: Client, page: str) -> None:
    said = text_of(board, f"{page}?on={JUNE}")

    assert "As it stood on 30 June 2026" in said
    assert f'href="{page}">How it stands now</a>' in said
    assert "Mid-year review 2026/27 H1" in said


def test_the_overview_counts_what_was_known_on_the_day(sealed: Sealed, board: Client) -> None:
    said = text_of(board, f"/?on={JUNE}")
    assert "1.1.1 Deliver work 1.1.1: No update, was On track" in said
    assert f'href="/activities/1.1.1/?on={JUNE}"' in said

    said = text_of(board, "/?on=2026-10-12")
    assert "1.1.1 Deliver work 1.1.1: Off track, was On track" in said
    assert "The contractor has stopped." in said
    assert "£4.0m behind it" in said


def test_words_owners_dates_and_money_are_those_of_the_day(sealed: Sealed, board: Client) -> None:
    before, after = "2026-05-12", "2026-07-02"
    assert "Deliver work 1.1.2" in text_of(board, f"/activities/1.1.2/?on={before}")
    assert "Build the depot" in text_of(board, f"/activities/1.1.2/?on={after}")
    assert "Head of Rail, West Midlands" in text_of(board, f"/activities/2.1.1/?on={before}")
    assert "Head of Streets, Coventry City Council" in text_of(board, f"/activities/2.1.1/?on={after}")
    assert "30 June 2027" not in text_of(board, f"/activities/1.1.3/?on={before}")
    assert "30 June 2027" in text_of(board, f"/activities/1.1.3/?on={after}")
    assert "£0.3m from 1 funding stream" not in text_of(board, f"/activities/1.1.2/?on={before}")
    assert "£0.3m from 1 funding stream" in text_of(board, f"/activities/1.1.2/?on={after}")


def test_a_post_has_the_title_that_it_had(sealed: Sealed, board: Client) -> None:
    post = Owner.objects.get(pk=sealed.post.pk)
    change_post(
        post=post,
        title="Director of Rail",
        approving_post=post.approving_post,
        reason="A new name.",
        version=0,
        by=sealed.people.office,
        now=SECOND_ROUND,
    )

    assert "Head of Rail" in text_of(board, f"/activities/1.1.1/?on={JUNE}")
    assert "Director of Rail" in text_of(board, "/activities/1.1.1/?on=2026-10-20")


def test_milestones_are_those_known_then(sealed: Sealed, board: Client) -> None:
    activity = sealed.activities["1.1.2"]
    given: dict[str, Any] = {"by": sealed.people.owner, "now": BETWEEN}
    made = add_milestone(activity=activity, title="Site bought", baseline_date=date(2026, 8, 1), **given)
    later = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    done: dict[str, Any] = {
        "completed_on": date(2026, 7, 20),
        "evidence": "Seen.",
        "by": sealed.people.owner,
        "now": later,
    }
    complete_milestone(milestone=made, **done)

    assert "Site bought" not in text_of(board, f"/activities/1.1.2/?on={JUNE}")
    known = text_of(board, "/activities/1.1.2/?on=2026-09-01")
    assert "Site bought" in known
    assert "20 July 2026" not in known
    assert "20 July 2026" in text_of(board, "/activities/1.1.2/?on=2026-10-20")


def test_what_joined_later_was_not_part_of_it(sealed: Sealed, board: Client) -> None:
    Objective.objects.filter(number="3.1").update(added_on=date(2026, 10, 1))

    assert "It was not part of the strategy on that day." in text_of(board, f"/objectives/3.1/?on={JUNE}")


def test_anyone_may_ask_up_to_the_closing_of_the_last_published_review(sealed: Sealed, client: Client) -> None:
    publish(sealed.first)

    said = text_of(client, "/?on=2026-05-11")
    assert "Days up to 11 May 2026 can be shown, when the last published review closed" in said
    refused = text_of(client, f"/?on={JUNE}", 422)
    assert "The date must be 11 May 2026 or earlier: what has happened since that review is not public yet" in refused
    partner = signed_in(Client(), make_user(UserRole.PARTNER))
    assert text_of(partner, f"/activities/1.1.1/?on={JUNE}", 422)


def test_before_anything_is_published_there_is_no_day_for_anyone(sealed: Sealed, client: Client) -> None:
    assert "there is no review yet" in text_of(client, f"/?on={JUNE}", 422)


def test_a_day_of_a_published_round_tells_anyone_no_reasons_or_exempt_words(sealed: Sealed, client: Client) -> None:
    for period in (sealed.first, sealed.second):
        publish(period)

    said = text_of(client, "/activities/1.1.1/?on=2026-10-20")

    assert "The contractor has stopped." in said
    assert "asks for £2m" not in said
    assert "Olu Office" not in said
    assert "Ola Owner" not in said
    assert "<strong>Because:</strong>" not in said
    assert '<th scope="row">Contract let</th>' not in said  # milestones are for whoever sees the round live


def test_a_day_that_cannot_be_shown_is_answered_with_what_is_wrong(sealed: Sealed, board: Client) -> None:
    said = text_of(board, "/aims/1/?on_day=30&on_month=&on_year=2026", 422)

    assert "There is a problem" in said
    assert '<a href="#id_on_0">The date must include a month</a>' in said
    assert 'value="2026"' in said
    assert 'href="/aims/1/">How it stands now</a>' in said


def test_three_boxes_lead_to_one_address(sealed: Sealed, board: Client) -> None:
    response = board.get("/activities/1.1.1/?on_day=30&on_month=6&on_year=2026")

    assert (response.status_code, response["Location"]) == (302, f"/activities/1.1.1/?on={JUNE}")


def test_without_a_day_the_form_asks_for_one(sealed: Sealed, board: Client) -> None:
    said = text_of(board, "/?on=")

    assert "As it stood on another date" in said
    assert "Any day from 1 October 2025 to today can be shown." in said
    assert "There is a problem" not in said


def test_another_number_answers_as_ever(sealed: Sealed, board: Client) -> None:
    for page in ("/aims/9/", "/objectives/9.9/", "/activities/9.9.9/"):
        assert board.get(f"{page}?on={JUNE}").status_code == 404


def test_the_closing_day_of_a_round_tells_the_round_that_took_over(sealed: Sealed, board: Client) -> None:
    assert FIRST_CLOSED.date() == date(2026, 5, 11)
    assert "Mid-year review 2026/27 H1" in text_of(board, "/?on=2026-05-11")
    assert "Year-end review 2025/26 H2" in text_of(board, "/?on=2026-05-10")
