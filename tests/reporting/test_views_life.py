"""The life of a review on its desk: what is asked, what is done, and what whoever comes too late is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind, PeriodState
from aims.models import Event, ProgressUpdate
from reporting.models import Agreement, Erratum, PreElectionPeriod, Publication
from reporting.services.agreeing import agree
from reporting.services.publishing import publish
from reporting.services.reopening import reopen
from tests.factories import make_user
from tests.reporting.sealed import SECOND_CLOSED, Sealed, close, make_sealed

pytestmark = pytest.mark.django_db

NOW = SECOND_CLOSED.replace(day=23)
BEFORE_THE_BOARD = SECOND_CLOSED.replace(day=12)
AGREED: dict[str, str] = {
    "agreed_on": "20 November 2026",
    "minute_reference": "Minute 47",
    "resolution": "The Board agreed the review.",
}
REOPENED: dict[str, Any] = {
    "activities": ["1.1.1", "2.1.2"],
    "until": "27 November 2026",
    "reason": "A figure was left out.",
}
DESK = "/reviews/2026-27-h1/desk/"


@pytest.fixture(autouse=True)
def _after_the_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


@pytest.fixture
def office(sealed: Sealed) -> Client:
    return signed_in(sealed.people.office)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def have_agreed(sealed: Sealed) -> Agreement:
    return agree(
        review=sealed.review,
        agreed_on=date(2026, 11, 20),
        minute_reference="Minute 47",
        resolution="Agreed.",
        by=sealed.people.office,
        now=NOW,
    )


def have_published(sealed: Sealed) -> Publication:
    have_agreed(sealed)
    return publish(review=sealed.review, by=sealed.people.office, now=NOW)


def test_the_desk_leads_from_closing_to_publication(sealed: Sealed, office: Client) -> None:
    page = words(office.get(DESK))
    assert "Closed and sealed" in page
    assert "Record the agreement" in page
    assert "/publish/" not in page

    answer = office.post("/reviews/2026-27-h1/agree/", AGREED, follow=True)
    page = words(answer)
    assert answer.redirect_chain == [(DESK, 302)]
    assert "The Board agreed it on 20 November 2026: Minute 47." in page
    assert 'href="/reviews/2026-27-h1/publish/"' in page
    assert "Add an erratum" in page

    page = words(office.post("/reviews/2026-27-h1/publish/", follow=True))
    assert "Anyone can read it." in page
    sealed.second.refresh_from_db()
    assert sealed.second.published_at == NOW


def test_the_countdown_counts_clear_days(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW.replace(day=10))
    assert (
        "Friday 20 November 2026</strong>: its papers have to be public by <strong>Thursday 12 November</strong>,"
        " five clear days before. That is in 2 days." in words(office.get(DESK))
    )

    monkeypatch.setattr(timezone, "now", lambda: NOW.replace(day=16))
    assert "That day has passed: 3 clear days left." in words(office.get(DESK))


def test_a_pre_election_period_is_warned_of(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    PreElectionPeriod.objects.create(election="By-election", starts=date(2026, 11, 19), ends=date(2026, 11, 25))
    monkeypatch.setattr(timezone, "now", lambda: NOW.replace(day=10))
    page = words(office.get(DESK))

    assert "The Board&#x27;s day (20 November 2026) lies in the pre-election period of By-election" in page
    assert "The last day for the papers" not in page


def test_publishing_in_a_pre_election_period_is_warned_of_and_afterwards_no_more(
    sealed: Sealed, office: Client
) -> None:
    PreElectionPeriod.objects.create(election="By-election", starts=date(2026, 11, 19), ends=date(2026, 11, 25))
    have_agreed(sealed)
    assert "Publishing today (23 November 2026) lies in" in words(office.get("/reviews/2026-27-h1/publish/"))

    publish(review=sealed.review, by=sealed.people.office, now=NOW)

    assert "lies in the pre-election period" not in words(office.get(DESK))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("agreed_on", "24 November 2026", "The meeting lies ahead"),
        ("agreed_on", "8 November 2026", "The review was sealed on 9 November 2026"),
    ],
)
def test_a_day_on_which_the_board_cannot_have_agreed_is_refused(
    office: Client, name: str, value: str, problem: str
) -> None:
    answer = office.post("/reviews/2026-27-h1/agree/", AGREED | {name: value})

    assert answer.status_code == 409
    assert problem in words(answer)
    assert not Agreement.objects.exists()


def test_the_agreement_begins_with_every_recommendation_and_lists_the_actions(office: Client) -> None:
    page = words(office.get("/reviews/2026-27-h1/agree/"))

    assert "1. Note the position at 30 September 2026. 2. Approve a second contractor for 1.1.1." in page
    assert "None is recorded." in page


@pytest.mark.parametrize("missing", AGREED)
def test_an_agreement_lacks_nothing(office: Client, missing: str) -> None:
    answer = office.post("/reviews/2026-27-h1/agree/", AGREED | {missing: " "})

    assert answer.status_code == 422
    assert f'href="#id_{missing}"' in words(answer)


def test_whoever_comes_second_is_told_who_came_first(sealed: Sealed, office: Client) -> None:
    have_published(sealed)

    for step, given in (("agree", AGREED), ("publish", {}), ("reopen", REOPENED)):
        answer = office.post(f"/reviews/2026-27-h1/{step}/", given)
        assert answer.status_code == 409, step
        assert "There is a problem" in words(answer)
        assert office.get(f"/reviews/2026-27-h1/{step}/")["Location"] == DESK
    assert (Agreement.objects.count(), Publication.objects.count()) == (1, 1)


def test_nothing_is_published_before_it_is_agreed(office: Client) -> None:
    answer = office.post("/reviews/2026-27-h1/publish/")

    assert answer.status_code == 409
    assert "Record first that the Board has agreed it" in words(answer)
    assert not Publication.objects.exists()


def test_a_review_is_opened_again_for_the_activities_named(sealed: Sealed, office: Client) -> None:
    page = words(office.post("/reviews/2026-27-h1/reopen/", REOPENED, follow=True))

    assert "takes updates again for 1.1.1 and 2.1.2" in page
    assert "A figure was left out." in page
    assert "Close the round" in page
    sealed.second.refresh_from_db()
    assert (sealed.second.state, sealed.second.closed_at) == (PeriodState.OPEN, None)
    assert Event.objects.get(kind=EventKind.REVIEW_REOPENED).after["activities"] == ["1.1.1", "2.1.2"]
    for step, given in (("agree", AGREED), ("publish", {}), ("reopen", REOPENED)):
        answer = office.post(f"/reviews/2026-27-h1/{step}/", given)
        assert answer.status_code == 409
        assert "2026/27 H1 is under way: close it first" in words(answer)


def test_an_erratum_names_the_line_the_field_and_what_is_right(sealed: Sealed, office: Client) -> None:
    have_published(sealed)
    assert "First the line" in words(office.get("/reviews/2026-27-h1/errata/add/"))
    missing = office.get("/reviews/2026-27-h1/errata/add/?kind=activity&key=9.9.9")
    assert (missing.status_code, "There is no such line" in words(missing)) == (422, True)
    address = "/reviews/2026-27-h1/errata/add/?kind=activity&key=1.1.1"
    assert "Update, impact: Six months are lost." in words(office.get(address))

    given = {"field": "update.impact", "correct": "Five months are lost.", "explanation": "Counted twice."}
    answer = office.post(address, given)

    assert answer["Location"] == DESK
    made = Erratum.objects.get()
    assert (made.number, made.printed, made.correct) == (1, "Six months are lost.", "Five months are lost.")
    assert Event.objects.get(kind=EventKind.REVIEW_CORRECTED).audience == "public"


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"correct": "Six months are lost."}, 409, "This is what was printed"),
        ({"field": "update.nothing"}, 422, "Select a valid choice"),
        ({"explanation": ""}, 422, "Say why it was wrong"),
    ],
)
def test_an_erratum_that_says_nothing_new_is_refused(
    sealed: Sealed, office: Client, changed: dict[str, str], status: int, problem: str
) -> None:
    have_agreed(sealed)
    given = {"field": "update.impact", "correct": "Five months.", "explanation": "Counted twice."} | changed

    answer = office.post("/reviews/2026-27-h1/errata/add/?kind=activity&key=1.1.1", given)

    assert answer.status_code == status
    assert problem in words(answer)
    assert not Erratum.objects.exists()


def test_before_the_agreement_a_mistake_is_no_erratum(office: Client) -> None:
    assert office.get("/reviews/2026-27-h1/errata/add/")["Location"] == DESK
    given = {"field": "update.impact", "correct": "Five months.", "explanation": "Counted twice."}
    answer = office.post("/reviews/2026-27-h1/errata/add/?kind=activity&key=1.1.1", given)

    assert answer.status_code == 409
    assert "open the round again" in words(answer)


def test_only_the_office_has_a_desk(sealed: Sealed) -> None:
    people = [make_user(role) for role in UserRole if role not in (UserRole.OFFICE, UserRole.ADMINISTRATOR)]
    pages = ["desk", "agree", "publish", "reopen", "errata/add"]

    for person in people:
        client = signed_in(person)
        answers = {
            (
                client.get(f"/reviews/2026-27-h1/{page}/").status_code,
                client.post(f"/reviews/2026-27-h1/{page}/").status_code,
            )
            for page in pages
        }
        assert answers == {(404, 404)}, person.role
    assert ProgressUpdate.objects.exists()


def test_a_period_that_nobody_opened_has_no_desk(sealed: Sealed, office: Client) -> None:
    assert office.get("/reviews/2026-27-h2/desk/").status_code == 404
    assert office.get("/reviews/1999-00-h1/desk/").status_code == 404


def test_pre_election_periods_are_kept(office: Client) -> None:
    days = {"election": "Mayor", "starts": "20 March 2028", "ends": "4 May 2028"}
    assert office.post("/round/elections/", days | {"ends": "1 March 2028"}).status_code == 422

    office.post("/round/elections/", days)
    found = PreElectionPeriod.objects.get()
    assert "20 March 2028 to 4 May 2028" in words(office.get("/round/elections/"))

    office.post(f"/round/elections/{found.pk}/", days | {"ends": "5 May 2028"})
    found.refresh_from_db()
    assert found.ends == date(2028, 5, 5)

    office.post(f"/round/elections/{found.pk}/remove/")
    assert not PreElectionPeriod.objects.exists()


ERRATUM = {"field": "update.impact", "correct": "Five months are lost.", "explanation": "Counted twice."}
STEPS: dict[str, dict[str, Any]] = {
    "agree/": AGREED,
    "publish/": {},
    "reopen/": REOPENED,
    "errata/add/?kind=activity&key=1.1.1": ERRATUM,
}
DONE, NOT_NOW = 302, 409
OUTCOMES = {
    "under way": (NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW),
    "sealed": (DONE, NOT_NOW, DONE, NOT_NOW),
    "opened again": (NOT_NOW, NOT_NOW, NOT_NOW, NOT_NOW),
    "sealed anew": (DONE, NOT_NOW, DONE, NOT_NOW),
    "agreed": (NOT_NOW, DONE, NOT_NOW, DONE),
    "published": (NOT_NOW, NOT_NOW, NOT_NOW, DONE),
}


def brought_to(state: str, sealed: Sealed) -> None:
    if state in ("opened again", "sealed anew"):
        activities = [sealed.activities["2.1.2"]]
        given: dict[str, Any] = {
            "reason": "Wrong.",
            "until": date(2026, 11, 27),
            "by": sealed.people.office,
            "now": BEFORE_THE_BOARD,
        }
        reopen(review=sealed.review, activities=activities, **given)
    if state == "sealed anew":
        close(sealed, sealed.second, BEFORE_THE_BOARD)
    if state == "agreed":
        have_agreed(sealed)
    if state == "published":
        have_published(sealed)


@pytest.mark.parametrize("state", OUTCOMES)
def test_each_step_is_taken_where_it_belongs_and_refused_elsewhere(state: str) -> None:
    sealed = make_sealed(close_second=state != "under way")
    brought_to(state, sealed)
    office = signed_in(sealed.people.office)
    people = [make_user(role) for role in UserRole if role not in (UserRole.OFFICE, UserRole.ADMINISTRATOR)]
    others = [Client(), *map(signed_in, people)]

    answered = []
    for step, given in STEPS.items():
        address = f"/reviews/2026-27-h1/{step}"
        assert {client.post(address, given).status_code for client in others} == {302, 404}  # to sign in, or nothing
        with transaction.atomic():
            answered.append(office.post(address, given).status_code)
            transaction.set_rollback(True)
    assert tuple(answered) == OUTCOMES[state]
