"""Closing a round from the desk: what it says first, the cover, how far it is, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind, PeriodState
from aims.models import Event, KeyActivity, ReviewPeriod
from aims.services.periods import begin_closing
from reporting.models import Closing
from reporting.selectors.books import standing_review
from reporting.services import close_review
from reporting.services.closings import do_closing, give_up, progress_key
from reporting.tasks import close_review_task
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_extension,
    make_period,
    make_submitted,
    make_user,
)

pytestmark = pytest.mark.django_db

COVER = {
    "round": "2026-27-h1",
    "board_on": "20 November 2026",
    "director": "Director of Strategy",
    "verb_1": "note",
    "text_1": "the position.",
    "verb_3": "approve",
    "text_3": "a second contractor.",
}


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


@pytest.fixture
def office() -> User:
    return make_user(UserRole.OFFICE, name="Olu Office")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def desk(office: User) -> Client:
    return signed_in(office)


@pytest.fixture
def period() -> ReviewPeriod:
    """Four activities, one of each: approved, sent, begun, silent."""
    period = make_period()
    make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    make_approved(make_activity("1.1.1"))
    make_submitted(make_activity("1.1.2"))
    make_draft(make_activity("1.1.3"))
    make_activity("1.1.4")
    return period


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def asked(desk: Client) -> Closing:
    """A closing that was asked for at the desk and that no worker has looked at."""
    desk.post("/round/close/", COVER)
    return Closing.objects.select_related("period__strategy", "asked_by").get()


def check_of(page: str, label: str) -> str:
    """The number that stands before a check."""
    before = page.partition(f">{label}</a>")[0]
    return before.rpartition('checks__count">')[2].partition("<")[0]


def test_the_page_says_what_closing_would_do_and_does_nothing(desk: Client, period: ReviewPeriod) -> None:
    page = words(desk.get("/round/close/"))

    assert "1 of 4 updates are approved and count. 2 not approved yet go to 2026/27 H2." in page
    numbers = {
        "Updates that are missing": "3",
        "Updates that wait for sign-off": "1",
        "Updates begun or returned": "1",
        "Roles, kinds and owners not confirmed": "4",
        "Posts not confirmed": "4",
        "No baseline": "4",
    }
    assert {label: check_of(page, label) for label in numbers} == numbers
    assert "Nothing to do about: funding that does not add up" in page
    assert "<strong>2 posts still have time</strong>" in page
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_who_still_has_time_is_named_with_the_extension(
    office: User, period: ReviewPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = KeyActivity.objects.get(number="1.1.4").owner
    make_extension(period, silent, until=date(2026, 11, 10))
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND.replace(month=11, day=6))

    page = words(signed_in(office).get("/round/close/"))

    assert f"<strong>1 post still has time</strong>: {silent.title} until 10 November." in page


def test_the_office_asks_and_a_worker_closes(
    desk: Client, period: ReviewPeriod, office: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        answer = desk.post("/round/close/", COVER)
    made = Closing.objects.get()
    assert answer["Location"] == f"/round/closings/{made.pk}/"
    assert len(callbacks) == 1
    page = words(desk.get(answer["Location"]))
    assert "A worker takes it up within a minute." in page
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN

    close_review_task(made.pk)

    period.refresh_from_db()
    assert period.state == PeriodState.CLOSED
    assert period.updates.count() == 1
    assert Event.objects.get(kind=EventKind.PERIOD_CLOSED).by == office
    page = words(desk.get(answer["Location"]))
    assert "lines are sealed" in page
    assert 'href="/reviews/2026-27-h1/desk/"' in page


def test_the_cover_is_sealed_and_begins_the_next_one(desk: Client, period: ReviewPeriod) -> None:
    do_closing(closing=asked(desk), now=IN_ROUND)

    review = standing_review(period)
    assert review
    cover = review.lines.get(kind="review").public
    for told in ('"board_on":"2026-11-20"', '"director":"Director of Strategy"', '"verb":"approve"', '"number":"2"'):
        assert told in cover
    ReviewPeriod.objects.filter(slug="2026-27-h2").update(state=PeriodState.OPEN)
    page = words(desk.get("/round/close/"))
    assert "Director of Strategy" in page
    assert "a second contractor." in page
    assert "20 November 2026" not in page


def test_an_open_page_hears_how_far_it_is_and_when_it_is_done(desk: Client, period: ReviewPeriod) -> None:
    made = asked(desk)
    address, htmx = f"/round/closings/{made.pk}/", {"hx-request": "true"}
    Closing.objects.filter(pk=made.pk).update(started_at=IN_ROUND)
    assert "The round is being counted." in words(desk.get(address, headers=htmx))
    cache.set(progress_key(made.pk), (40, 160))
    assert "40 of 160 lines sealed" in words(desk.get(address, headers=htmx))

    do_closing(closing=made, now=IN_ROUND)

    assert desk.get(address, headers=htmx)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"board_on": ""}, "Enter the day on which the Board meets"),
        ({"board_on": "1 October 2026"}, "Enter a day that has not passed"),
        ({"director": " "}, "Enter the director"),
        ({"text_1": ""}, "Say what the Board is asked to note"),
        ({"verb_3": ""}, "Choose what the Board is asked to do"),
        ({"verb_1": "", "text_1": "", "verb_3": "", "text_3": ""}, "Ask the Board for one thing at least"),
    ],
)
def test_a_cover_that_lacks_something_is_asked_for_again(
    desk: Client, period: ReviewPeriod, changed: dict[str, str], problem: str
) -> None:
    answer = desk.post("/round/close/", COVER | changed)

    assert answer.status_code == 422
    assert problem in words(answer)
    assert not Closing.objects.exists()


@pytest.mark.parametrize("posted", [{}, {"round": "2026-27-h2"}])
def test_a_page_about_another_round_closes_nothing(desk: Client, period: ReviewPeriod, posted: dict[str, str]) -> None:
    answer = desk.post("/round/close/", posted)

    assert answer.status_code == 409
    assert "This is not the round that is under way" in words(answer)
    assert not Closing.objects.exists()


def test_pressing_twice_says_who_is_closing_it(desk: Client, period: ReviewPeriod) -> None:
    made = asked(desk)

    answer = desk.post("/round/close/", COVER)

    assert answer.status_code == 409
    assert "Olu Office is closing 2026/27 H1 already" in words(answer)
    assert f'href="/round/closings/{made.pk}/"' in words(answer)
    assert Closing.objects.count() == 1


def test_pressing_again_once_it_is_closed_says_so(desk: Client, period: ReviewPeriod) -> None:
    do_closing(closing=asked(desk), now=IN_ROUND)

    answer = desk.post("/round/close/", COVER)

    assert answer.status_code == 409
    assert "No round is under way" in words(answer)
    assert Event.objects.filter(kind=EventKind.PERIOD_CLOSED).count() == 1


def test_without_a_round_the_page_leads_back_to_the_desk(desk: Client) -> None:
    assert desk.get("/round/close/")["Location"] == "/round/"


def test_a_refusal_is_said_and_the_round_goes_on(desk: Client, period: ReviewPeriod) -> None:
    earlier = {"starts": date(2020, 4, 1), "ends": date(2020, 9, 30), "submission_opens": date(2020, 10, 1)}
    ReviewPeriod.objects.filter(slug="2026-27-h2").update(**earlier)
    made = do_closing(closing=asked(desk), now=IN_ROUND)

    assert made.problem == "Make the period after 2026/27 H1 first: it takes what was not signed off"
    page = words(desk.get(f"/round/closings/{made.pk}/"))
    assert "Nothing was closed" in page
    assert "Try again" in page
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    desk.post("/round/close/", COVER)
    assert Closing.objects.count() == 2


def test_a_failure_says_that_the_round_goes_on_and_nothing_of_its_cause(desk: Client, period: ReviewPeriod) -> None:
    made = give_up(closing=asked(desk), now=IN_ROUND)

    assert "The round goes on as before" in words(desk.get(f"/round/closings/{made.pk}/"))
    assert "The last closing failed" in words(desk.get("/reviews/2026-27-h1/desk/"))


def test_a_closing_whose_worker_died_before_it_began_to_seal_is_taken_up(
    desk: Client, period: ReviewPeriod, office: User
) -> None:
    made = asked(desk)
    begin_closing(period=period, by=office, now=IN_ROUND)

    do_closing(closing=made, now=IN_ROUND)

    period.refresh_from_db()
    assert period.state == PeriodState.CLOSED


def test_a_closing_whose_worker_died_after_it_had_sealed_is_finished_without_another_seal(
    desk: Client, period: ReviewPeriod
) -> None:
    made = asked(desk)
    close_review(period=period, by=made.asked_by, now=IN_ROUND)

    do_closing(closing=made, now=IN_ROUND)

    assert made.review == standing_review(period)
    assert period.reviews.count() == 1
