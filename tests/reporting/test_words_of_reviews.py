"""Pages of a past review keep its words, and pages of now say what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from aims.selectors.terms import Subject, version_of
from aims.selectors.wording import words_in
from aims.services.moving import move_activity
from aims.services.periods import open_period
from aims.services.strategy import add_activity, change_terms, retire
from reporting.selectors.changes import date_moves
from reporting.selectors.strategy import strategy_lists
from reporting.services import close_review, process_events
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_agreed_date_change,
    make_approved,
    make_objective,
    make_owner,
    make_period,
    make_red_values,
    make_user,
    publish,
)

pytestmark = pytest.mark.django_db

AFTER = IN_ROUND + timedelta(days=31)
OLD, NEW = "/reviews/2026-27-h1/", "/reviews/2026-27-h2/"


class Told:
    """2026/27 H1 was told and closed with one activity off track; 2026/27 H2 is open, and much has changed since."""

    def __init__(self) -> None:
        self.closed = make_period()
        self.next = make_period(self.closed.ends + timedelta(days=1), PeriodState.SCHEDULED)
        self.office = make_user(UserRole.OFFICE, name="Otis Office")
        self.red, self.silent, self.leaving = (make_activity(f"1.1.{number}") for number in (1, 2, 3))
        red = make_red_values()
        make_approved(self.red, **{name: getattr(red, name) for name in red.__dataclass_fields__})
        make_approved(self.leaving)
        close_review(period=self.closed, by=None, now=AFTER)
        publish(self.closed)
        open_period(period=self.next, by=self.office, now=AFTER)
        self.next.refresh_from_db()
        self.closed.refresh_from_db()

    def act(self) -> dict[str, Any]:
        return {"effective": self.next, "reason": "The Board agreed it", "by": self.office, "now": AFTER}

    def change(self, subject: Subject, **wanted: Any) -> None:
        change_terms(subject=subject, wanted=wanted, version=version_of(subject), **self.act())
        process_events(now=AFTER)


@pytest.fixture
def told(db: None) -> Told:
    return Told()


@pytest.fixture
def board(client: Client) -> Client:
    client.force_login(make_user(UserRole.BOARD), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


@pytest.mark.parametrize("path", [OLD, f"{OLD}exceptions/", f"{OLD}changes/"])
def test_a_past_review_keeps_its_words_and_posts(told: Told, board: Client, path: str) -> None:
    post = told.red.owner
    before = page(board, path)

    told.change(told.red, description="Quite other words", owner=make_owner(title="Another post").slug)
    told.change(told.silent, description="Quite other silence", owner=make_owner(title="Third post").slug)

    after = page(board, path)
    assert "Quite other" not in after
    assert "Another post" not in after
    assert after.count("Deliver work 1.1.1") == before.count("Deliver work 1.1.1")
    assert after.count(post.title) == before.count(post.title)


def test_the_review_under_way_has_the_new_words(told: Told, board: Client) -> None:
    told.change(told.silent, description="Quite other silence")

    assert "Quite other silence" in page(board, NEW)
    assert "Deliver work 1.1.2" not in page(board, NEW)


def test_a_past_review_keeps_what_has_left_since(told: Told, board: Client) -> None:
    retire(subject=told.leaving, version=0, **told.act())
    process_events(now=AFTER)

    assert "/activities/1.1.3/" in page(board, OLD)
    assert "/activities/1.1.3/" not in page(board, NEW)


def test_changes_between_two_reviews_are_listed_with_both_words(told: Told, board: Client) -> None:
    told.change(told.red, description="Deliver good work 1.1.1")
    told.change(told.silent, owner=make_owner(title="Another post").slug)
    told.change(told.red.objective, statement="We will do more of 1.1")
    terms = {"description": "Open a depot", "role": "deliver", "kind": "time_bound", "owner": make_owner().slug}
    add_activity(objective=told.red.objective, terms=terms, **told.act())
    retire(subject=told.leaving, version=0, **told.act())

    lists = strategy_lists(told.next, told.closed, words_in(told.next))

    assert [(each.label, [line.number for line in each.lines]) for each in lists] == [
        ("added", ["1.1.4"]),
        ("retired", ["1.1.3"]),
        ("reworded", ["1.1", "1.1.1"]),
        ("owner changed", ["1.1.2"]),
    ]
    shown = page(board, f"{NEW}changes/")
    assert "<ins>good</ins>" in shown
    assert "The Board agreed it" in shown
    assert "<ins>good</ins>" not in page(board, f"{OLD}changes/")


def test_what_was_changed_back_is_no_change(told: Told) -> None:
    told.change(told.red, description="For a day")
    told.change(KeyActivity.objects.get(pk=told.red.pk), description="Deliver work 1.1.1")

    assert strategy_lists(told.next, told.closed, words_in(told.next)) == []


def test_what_joined_and_left_with_the_same_review_is_no_change(told: Told) -> None:
    terms = {"description": "By mistake", "role": "deliver", "kind": "time_bound", "owner": make_owner().slug}
    added = add_activity(objective=told.red.objective, terms=terms, **told.act())
    retire(subject=added, version=version_of(added), **told.act())

    assert strategy_lists(told.next, told.closed, words_in(told.next)) == []


def test_a_move_is_told_on_both_pages_and_lists_no_date_twice(told: Told, board: Client) -> None:
    make_agreed_date_change(told.silent, decided_at=AFTER)
    moved = move_activity(
        activity=told.silent, objective=make_objective(number="2.1"), version=0, **told.act() | {"now": later()}
    )
    process_events(now=later())

    assert "succeeded by" in page(board, "/activities/1.1.2/")
    assert "succeeding" in page(board, f"/activities/{moved.number}/")
    moves = date_moves(told.next, None, words_in(told.next))
    assert [(move.number, move.moves_so_far) for move in moves] == [("1.1.2", 1)]
    assert moved.date_changes.count() == 1
    added, retired = strategy_lists(told.next, told.closed, words_in(told.next))
    assert (added.lines[0].note, retired.lines[0].note) == ("succeeds 1.1.2", f"succeeded by {moved.number}")


def later() -> Any:
    return AFTER + timedelta(days=1)


def test_the_history_says_both_words_and_names_nobody_to_the_public(told: Told, client: Client) -> None:
    told.change(told.red, description="Quite other words")

    shown = page(client, "/activities/1.1.1/")

    assert "“Deliver work 1.1.1” is now “Quite other words”" in shown
    assert "The performance office" in shown
    assert "Otis Office" not in shown


def test_what_is_only_planned_has_no_page_and_no_place_in_the_api(told: Told, client: Client) -> None:
    after: ReviewPeriod = make_period(told.next.ends + timedelta(days=1), PeriodState.SCHEDULED)
    terms = {"description": "Later", "role": "deliver", "kind": "time_bound", "owner": make_owner().slug}
    added = add_activity(objective=told.red.objective, terms=terms, **told.act() | {"effective": after})

    for path in (f"/activities/{added.number}/", f"/api/v1/activities/{added.number}/"):
        assert client.get(path).status_code == 404
    numbers = [row["number"] for row in client.get("/api/v1/activities/").json()["results"]]
    assert numbers == ["1.1.1", "1.1.2", "1.1.3"]


def test_what_was_retired_keeps_its_page_and_its_address_in_the_api(told: Told, client: Client) -> None:
    retire(subject=told.leaving, version=0, **told.act())

    assert "Retired on 1 October 2026" in page(client, "/activities/1.1.3/")
    assert client.get("/api/v1/activities/1.1.3/").json()["retired_on"] == "2026-10-01"
    numbers = [row["number"] for row in client.get("/api/v1/activities/").json()["results"]]
    assert numbers == ["1.1.1", "1.1.2"]
