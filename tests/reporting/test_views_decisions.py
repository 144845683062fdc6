"""What the Board decided, over HTTP: read by whoever reads the review, recorded by the office alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from aims.models import BoardAction, Event
from aims.services.actions import ask_action
from reporting.choices import Reply
from reporting.models import Answer
from reporting.services.answering import answer_ask
from tests.aims.over_http import signed_in
from tests.factories import make_user
from tests.reporting.published import opened
from tests.reporting.sealed import EXEMPT_WORDS, SECOND_CLOSED, Sealed, make_sealed

pytestmark = pytest.mark.django_db

PAGE = "/reviews/2026-27-h1/decisions/"
MEETING = "/reviews/2026-27-h1/meeting/"


@pytest.fixture
def sealed(db: None) -> Sealed:
    return make_sealed()


@pytest.fixture
def office(sealed: Sealed) -> Client:
    return signed_in(sealed.people.office)


def action(**changed: Any) -> dict[str, Any]:
    given = {
        "text": "Bring a second contractor.",
        "owner": "head-of-rail",
        "due_on": "31 January 2027",
        "activity": "1.1.1",
    }
    return {"note": "action"} | {f"action-{name}": value for name, value in (given | changed).items()}


def answer(**changed: Any) -> dict[str, Any]:
    given = {"number": "1.1.1", "reply": "agreed", "text": "For one year.", "seen": ""}
    return {"note": "answer"} | {f"answer-{name}": value for name, value in (given | changed).items()}


def decide(sealed: Sealed, actions: int = 1) -> None:
    """An answer and some actions, as the office records them."""
    by, now = sealed.people.office, SECOND_CLOSED
    answer_ask(
        review=sealed.review, number="1.1.1", reply=Reply.AGREED, text="For one year.", seen=None, by=by, now=now
    )
    for number in range(actions):
        text, due = f"Bring a contractor {number}.", sealed.third.ends
        ask_action(period=sealed.second, text=text, owner=sealed.post, due_on=due, by=by, now=now)


@pytest.mark.parametrize("page", [PAGE, f"{MEETING}?thing=2"])
def test_the_office_notes_an_answer_and_an_action_where_it_stands(office: Client, sealed: Sealed, page: str) -> None:
    assert "Agree a second contractor." in office.get(page).content.decode()

    for sent in (answer(), action()):
        response = office.post(page, sent, follow=True)
        assert response.redirect_chain[-1][0].startswith(page)
    told = response.content.decode()

    assert "The Board: agreed</strong>" in told
    assert "For one year." in told
    assert "Bring a second contractor." in told
    assert Answer.objects.get().line.key == "1.1.1"
    assert BoardAction.objects.get(period=sealed.second).activity == sealed.activities["1.1.1"]


@pytest.mark.parametrize("page", [PAGE, f"{MEETING}?thing=2"])
def test_an_answer_noted_meanwhile_is_a_conflict_that_keeps_the_words_and_goes_the_second_time(
    office: Client, sealed: Sealed, page: str
) -> None:
    decide(sealed)
    response = office.post(page, answer(reply="declined", text="Too dear."))

    told = response.content.decode()
    assert response.status_code == 409
    assert "Too dear." in told
    assert "Olu Office has recorded an answer meanwhile" in told
    seen = f'name="answer-seen" value="{Answer.objects.get().pk}"'
    assert seen in told
    office.post(page, answer(reply="declined", text="Too dear.", seen=str(Answer.objects.get().pk)))
    assert [each.reply for each in Answer.objects.order_by("pk")] == ["agreed", "declined"]


PROBLEMS = [
    (answer(reply=""), "Choose what the Board answered"),
    (answer(text=""), "Write what the Board answered"),
    (action(text=""), "Write what the Board asked for"),
    (action(owner=""), "Choose the post that answers"),
    (action(owner="nobody"), "Choose a post from the list"),
    (action(due_on="soon"), "Enter a date such as 31 January 2027"),
    (action(due_on="1 January 1066"), "Enter a date between"),
    (action(activity="9.9.9"), "Enter the number of an activity"),
]


def test_what_is_missing_is_said_in_the_error_summary(office: Client) -> None:
    for sent, problem in PROBLEMS:
        response = office.post(PAGE, sent)

        assert response.status_code == 422
        assert problem in response.content.decode()
        assert "There is a problem" in response.content.decode()
    within = office.post(PAGE, action(due_on="1 July 2026"))
    assert within.status_code == 409  # what the service alone knows
    assert "Choose a day after 30 September 2026" in within.content.decode()


def test_the_board_reads_the_meeting_without_a_form_and_nobody_else_reads_it(sealed: Sealed) -> None:
    board = signed_in(make_user(UserRole.BOARD))

    for place in range(1, 9):
        page = board.get(f"{MEETING}?thing={place}").content.decode()
        assert "<form" not in page
        assert EXEMPT_WORDS not in page  # the public may be in the room
    assert board.post(f"{MEETING}?thing=2", answer()).status_code == 404
    for role in (UserRole.OWNER, UserRole.APPROVER, UserRole.FINANCE, UserRole.PARTNER):
        assert signed_in(make_user(role)).get(MEETING).status_code == 404
    assert Answer.objects.count() == 0


def test_the_meeting_goes_through_the_review_in_its_order(office: Client) -> None:
    pages = [office.get(f"{MEETING}?thing={place}").content.decode() for place in range(1, 9)]

    expected = (
        "Position at 30 September 2026",
        "Agree a second contractor.",
        "The partner is late.",
        "Aim 1",
        "Aim 2",
        "Aim 3",
        "The cost is in the paper of 1 September.",
        "a second contractor for 1.1.1.",
    )
    assert [words in page for words, page in zip(expected, pages, strict=True)] == [True] * 8
    assert 'rel="prev"' not in pages[0]
    assert 'rel="next"' not in pages[-1]
    nowhere = [office.get(f"{MEETING}?thing={place}").status_code for place in ("0", "9", "-1", "two", "9" * 20)]
    assert nowhere == [404] * 5


def test_a_round_under_way_has_neither_meeting_nor_decisions() -> None:
    sealed = make_sealed(close_second=False)
    client = signed_in(sealed.people.office)

    assert [client.get(page).status_code for page in (PAGE, MEETING)] == [404, 404]


def test_the_public_reads_decisions_once_published_by_post_and_never_how_far_actions_are(
    client: Client, sealed: Sealed
) -> None:
    decide(sealed)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, action()).status_code == 404
    opened(sealed, sealed.review, SECOND_CLOSED)
    decide(sealed, 2)
    response = client.get(PAGE)
    page = response.content.decode()

    assert response.status_code == 200
    assert "no-cache" in response["Cache-Control"]
    assert "For one year." in page
    assert "Bring a contractor 0." in page
    assert "By 31 March 2027" in page
    assert "Olu Office" not in page
    assert "/actions/" not in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert client.post(PAGE, action()).status_code == 404
    told = "".join(str(event.after) for event in Event.objects.filter(audience="public"))
    assert "Bring a contractor 1." in told
    assert "Bring a contractor 0." not in told  # it was asked for before
    assert "Olu Office" not in told


def test_pages_ask_the_same_few_queries_however_much_is_decided(
    office: Client, sealed: Sealed, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    decide(sealed)
    for actions in (0, 30):
        decide(sealed, actions)
        for page in (PAGE, f"{MEETING}?thing=2", f"{MEETING}?thing=8"):
            with django_assert_max_num_queries(18, info=page):
                assert office.get(page).status_code == 200
