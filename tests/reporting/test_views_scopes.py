"""Pages by place, by organisation and by role: live for whoever sees the round live, else as reviews sealed them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.choices import UserRole
from accounts.models import Organisation
from aims.models import KeyActivity, ReviewPeriod
from aims.services.periods import open_period
from reporting.lines.rows import ScopeLine
from reporting.selectors.books import book_of
from reporting.services import process_events
from tests.factories import make_strategy, make_user
from tests.reporting.published import opened
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed, review_of, tell

pytestmark = pytest.mark.django_db

THIRD_ROUND = SECOND_CLOSED + timedelta(days=60)
PAGES = ("/places/coventry/", "/organisations/wmca/", "/roles/deliver/", "/roles/enable/", "/roles/influence/")


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """The first of two sealed reviews is published; a third round is under way, in which 1.1.1 is back on track.

    All tests here are rolled back to it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        sealed = make_sealed()
        opened(sealed, review_of(sealed.first), SECOND_CLOSED)
        open_period(period=sealed.third, by=sealed.people.office, now=SECOND_CLOSED)
        tell(sealed, "1.1.1", THIRD_ROUND, evidence="Seen.", override_reason="The new contractor has begun.")
        process_events(now=THIRD_ROUND)
        yield sealed
        transaction.set_rollback(True)


def of(role: UserRole, **fields: Any) -> Client:
    client = Client()
    client.force_login(make_user(role, **fields), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return " ".join(response.content.decode().split())


def test_the_board_sees_a_place_live(told: Sealed) -> None:
    said = text_of(of(UserRole.BOARD), "/places/coventry/")

    assert "Year-end review 2026/27 H2" in said
    assert "1.1.1 Deliver work 1.1.1: On track, was Off track" in said
    assert "£4.0m is allocated to these activities from 1 funding stream" in said
    assert "Places share activities" in said
    assert 'href="/activities/1.1.1/"' in said
    assert 'href="?review=2026-27-h1">2026/27 H1</a>' in said


def test_anyone_sees_it_as_last_published(told: Sealed, client: Client) -> None:
    said = text_of(client, "/places/coventry/")

    assert "Year-end review 2025/26 H2" in said
    assert "1.1.1 Deliver work 1.1.1: On track" in said
    assert "2026/27" not in said
    assert 'href="/reviews/2025-26-h2/activities/1.1.1/"' in said


def test_a_sealed_review_is_told_from_its_book(told: Sealed) -> None:
    KeyActivity.objects.filter(number="1.1.1").update(description="Other words since")

    said = text_of(of(UserRole.BOARD), "/places/coventry/?review=2026-27-h1")

    assert "1.1.1 Deliver work 1.1.1: Off track, was On track" in said
    assert "The contractor has stopped." in said
    assert "Other words since" not in said
    assert 'href="/reviews/2026-27-h1/activities/1.1.1/"' in said
    assert 'href="?">As it stands now</a>' in said


def test_only_reviews_that_a_person_may_read_are_told(told: Sealed, client: Client) -> None:
    for page in (*PAGES, "/places/", "/organisations/"):
        text_of(client, f"{page}?review=2025-26-h2")
        text_of(client, f"{page}?review=2026-27-h1", 404)
        text_of(of(UserRole.BOARD), f"{page}?review=2026-27-h2", 404)


def test_what_is_not_there_is_not_found(told: Sealed, client: Client) -> None:
    for page in ("/places/atlantis/", "/organisations/nobody/", "/roles/hope/"):
        text_of(client, page, 404)


def test_an_organisation_answers_for_contributes_and_names_posts_never_people(told: Sealed) -> None:
    said = text_of(of(UserRole.BOARD), "/organisations/coventry-city-council/")

    assert "2.1.1 Deliver work 2.1.1" in said
    assert "Head of Streets: 1 activity" in said
    assert "It contributes to" in said
    assert "1.1.1</span>" in said
    assert "Head of Rail, West Midlands Combined Authority" in said
    assert "Ola Owner" not in said


def test_a_partner_sees_their_own_organisation_live_and_every_other_as_published(told: Sealed) -> None:
    tell(told, "2.1.1", THIRD_ROUND, evidence="Seen.", override_reason="We caught up.")
    process_events(now=THIRD_ROUND)
    own = of(UserRole.PARTNER, organisation=Organisation.objects.get(slug="coventry-city-council"))

    live = text_of(own, "/organisations/coventry-city-council/")
    assert "Year-end review 2026/27 H2" in live
    assert "2.1.1 Deliver work 2.1.1: On track, was At risk" in live
    assert "£1.0m" not in live  # money is told as published
    assert "carried forward" not in live.split("It contributes to")[1]
    assert "Year-end review 2026/27 H2" in text_of(own, "/activities/2.1.1/")
    assert "Year-end review 2025/26 H2" in text_of(own, "/activities/1.1.1/")
    assert "2025/26 H2" in text_of(own, "/organisations/wmca/")
    assert "2025/26 H2" in text_of(own, "/places/coventry/")
    another = of(UserRole.PARTNER, organisation=Organisation.objects.get(slug="wmca"))
    assert "2026/27" not in text_of(another, "/organisations/coventry-city-council/")


def test_influence_has_words_and_no_rating(told: Sealed) -> None:
    board = of(UserRole.BOARD)
    for address in ("/roles/influence/", "/roles/influence/?review=2026-27-h1"):
        said = text_of(board, address)
        assert "What was done and the position reached" in said
        assert "We made the case to the department." in said
        assert "verdict" not in said
    assert "· carried forward" in text_of(board, "/roles/influence/")
    assert 'class="verdict"' in text_of(board, "/roles/deliver/")
    assert "No key activity has this role." in text_of(board, "/roles/enable/")


def test_the_lists_name_every_place_and_organisation_with_its_counts(told: Sealed, client: Client) -> None:
    said = text_of(client, "/places/")
    assert '<a class="govuk-link" href="/places/coventry/">Coventry</a>' in said
    assert "figures by place overlap" in said
    said = text_of(client, "/organisations/?review=2025-26-h2")
    assert 'href="/organisations/wmca/?review=2025-26-h2">West Midlands Combined Authority</a>' in said
    assert "Coventry City Council" in said


@pytest.mark.parametrize("slug", ["2025-26-h2", "2026-27-h1"])
def test_a_sealed_scope_tells_the_numbers_of_its_line(told: Sealed, slug: str) -> None:
    book, board = book_of(review_of(ReviewPeriod.objects.get(slug=slug)), exempt=False), of(UserRole.BOARD)
    for kind, lines in (("places", book.places), ("organisations", book.organisations), ("roles", book.roles)):
        for line in lines:
            if line.activities:
                response = board.get(f"/{kind}/{line.slug}/?review={slug}")
                assert numbers_on(response.context["page"]) == numbers_of(line)


def numbers_on(page: Any) -> tuple[object, ...]:
    picture, behind = page.picture, page.money.behind
    marks = sorted(mark.number for row in picture.wall for each in row.objectives for mark in each.marks)
    return marks, picture.headline, picture.headline_reason, behind.red, behind.allocated


def numbers_of(line: ScopeLine) -> tuple[object, ...]:
    sums = line.sums
    return sorted(line.activities), sums.headline, sums.headline_reason, sums.behind_red, sums.allocated


def test_before_anything_is_published_there_is_no_position(told: Sealed, client: Client) -> None:
    ReviewPeriod.objects.update(strategy=make_strategy(slug="another", is_in_force=False))

    said = text_of(client, "/places/coventry/")

    assert "No review has been published yet" in said
    assert "No review has been published yet" in text_of(client, "/places/")


def test_pages_lead_here(told: Sealed, client: Client) -> None:
    board = of(UserRole.BOARD)
    overview = text_of(client, "/")
    assert 'href="/places/?review=2025-26-h2">By place</a>' in overview
    assert 'href="/places/">Places</a>' in overview.replace('aria-current="page"', "") or "/places/" in overview
    activity = text_of(board, "/activities/1.1.1/")
    for address in (
        "/places/coventry/",
        "/organisations/wmca/",
        "/organisations/coventry-city-council/",
        "/roles/deliver/",
    ):
        assert f'href="{address}"' in activity
    assert 'href="/places/coventry/">Coventry</a>' in text_of(board, "/funding/")
    behind = "/funding/behind/?scope=place&key=coventry&rating=red&review=2026-27-h1"
    assert 'href="/places/coventry/">All of Coventry</a>' in text_of(board, behind)
