"""Keeping the strategy in the browser: the tree, the forms, the log, and what a race looks like."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import UserRole
from accounts.models import User
from aims.models import KeyActivity, Objective, Place, ReviewPeriod, StrategyChange
from aims.selectors.terms import terms_of, version_of
from aims.services.moving import move_activity
from tests.factories import IN_ROUND, make_activity, make_objective, make_organisation, make_owner, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]

MOST_QUERIES = {"/strategy/": 22, "/strategy/changes/": 18, "/strategy/activities/1.1.1/": 28}


@pytest.fixture
def desk(client: Client, office: User, activity: KeyActivity, following: ReviewPeriod) -> Client:
    """The office, signed in, with one activity and two reviews to tell."""
    client.force_login(office, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def answers(activity: KeyActivity, effective: str = "2026-27-h1", **other: Any) -> dict[str, Any]:
    given = {"effective": effective, "reason": "The Board agreed it", "version": version_of(activity)}
    return terms_of(activity) | given | other


def test_the_tree_shows_all_that_stands_and_what_is_still_proposed(desk: Client, activity: KeyActivity) -> None:
    make_activity("1.1.2", is_proposed=False)
    make_activity("1.1.3", retired_on=activity.strategy.periods.earliest("starts").starts)

    page = desk.get("/strategy/").content.decode()

    assert "1 activity still proposed" in " ".join(page.split())
    assert "1.1.2" in page
    assert "1.1.3" not in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("show=proposed", ["1.1.1"]),
        ("show=retired", ["1.1.3"]),
        ("aim=2", ["2.1.1"]),
        ("show=nonsense&aim=9", ["1.1.1", "1.1.2", "2.1.1"]),
    ],
)
def test_the_tree_is_narrowed(desk: Client, period: ReviewPeriod, asked: str, shown: list[str]) -> None:
    make_activity("1.1.2", is_proposed=False)
    make_activity("1.1.3", retired_on=period.starts)
    make_activity("2.1.1", is_proposed=False)

    tree = desk.get(f"/strategy/?{asked}").context["tree"]

    found = [leaf.number for aim in tree.aims for objective in aim.objectives for leaf in objective.leaves]
    assert found == shown


def test_several_proposals_are_confirmed_at_once(desk: Client, activity: KeyActivity) -> None:
    other = make_activity("1.1.2")

    answer = desk.post("/strategy/confirm/", {"activity": [activity.pk, other.pk], "reason": "Checked"}, follow=True)

    assert "2 confirmed" in answer.content.decode()
    assert not KeyActivity.objects.filter(is_proposed=True).exists()


def test_nothing_is_confirmed_without_a_reason_and_the_ticks_stay(desk: Client, activity: KeyActivity) -> None:
    answer = desk.post("/strategy/confirm/", {"activity": [activity.pk], "reason": ""})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why these are confirmed" in page
    assert "checked" in page


def test_an_activity_changes_with_the_review_under_way(desk: Client, activity: KeyActivity) -> None:
    post, place = make_owner(), Place.objects.create(slug="dudley", name="Dudley", authority=make_organisation())
    sent = answers(activity, description="Deliver more", owner=post.slug, places=[place.slug])

    answer = desk.post("/strategy/activities/1.1.1/", sent, follow=True)

    assert "1.1.1 changes with 2026/27 H1" in answer.content.decode()
    activity.refresh_from_db()
    assert (activity.description, activity.owner, list(activity.places.all())) == ("Deliver more", post, [place])


def test_a_planned_change_is_shown_and_withdrawn(desk: Client, activity: KeyActivity) -> None:
    desk.post("/strategy/activities/1.1.1/", answers(activity, "2026-27-h2", description="Deliver more"))
    planned = StrategyChange.objects.get()
    for page in ("/strategy/", "/strategy/changes/", "/strategy/activities/1.1.1/"):
        assert f"/strategy/changes/{planned.pk}/withdraw/" in desk.get(page).content.decode()

    desk.post(f"/strategy/changes/{planned.pk}/withdraw/")
    again = desk.post(f"/strategy/changes/{planned.pk}/withdraw/")

    assert again.status_code == 409
    assert "This change was withdrawn already" in again.content.decode()


def test_a_planned_move_is_withdrawn_in_one_click(desk: Client, activity: KeyActivity, office: User) -> None:
    successor = move_activity(
        activity=activity,
        objective=make_objective(number="2.1"),
        version=version_of(activity),
        effective=ReviewPeriod.objects.get(slug="2026-27-h2"),
        reason="It serves homes now",
        by=office,
        now=IN_ROUND,
    )

    answer = desk.post(f"/strategy/changes/{successor.changes.get().pk}/withdraw/", follow=True)

    assert "planned from 2026/27 H2 on is withdrawn: 1.1.1 stays where it is" in answer.content.decode()
    assert not StrategyChange.objects.planned().exists()


def test_who_was_too_late_sees_both_and_loses_nothing(desk: Client, activity: KeyActivity) -> None:
    seen = answers(activity, description="Mine entirely")
    desk.post("/strategy/activities/1.1.1/", answers(activity, description="Theirs entirely"))

    answer = desk.post("/strategy/activities/1.1.1/", seen)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has changed 1.1.1" in page
    assert "Theirs" in page
    assert "Mine entirely</textarea>" in page
    activity.refresh_from_db()
    assert activity.description == "Theirs entirely"
    again = desk.post("/strategy/activities/1.1.1/", answers(activity, description="Mine entirely"))
    assert again.status_code == 302


def test_what_is_missing_is_said(desk: Client, activity: KeyActivity) -> None:
    answer = desk.post("/strategy/activities/1.1.1/", {"version": 0})

    page = answer.content.decode()
    assert answer.status_code == 422
    for problem in ("Enter the wording", "Choose the post", "Choose the first review", "Say why"):
        assert problem in page


def test_what_is_refused_is_said(desk: Client, activity: KeyActivity) -> None:
    answer = desk.post("/strategy/activities/1.1.1/", answers(activity))

    assert answer.status_code == 409
    assert "Nothing differs from what stands already" in answer.content.decode()


def test_an_activity_and_an_objective_are_added(desk: Client, activity: KeyActivity) -> None:
    sent = {**answers(activity, description="Open a depot"), "objective": "1.1"}
    assert desk.post("/strategy/activities/add/", sent).status_code == 302
    sent = {"aim": "1", "statement": "We will plant", "effective": "2026-27-h2", "reason": "Agreed", "version": 0}
    assert desk.post("/strategy/objectives/add/", sent).status_code == 302

    assert KeyActivity.objects.get(number="1.1.2").description == "Open a depot"
    assert Objective.objects.get(number="1.2").statement == "We will plant"
    assert "Joins with 2026/27 H2" in desk.get("/strategy/").content.decode()


def test_an_objective_is_reworded_moved_and_retired(desk: Client, activity: KeyActivity) -> None:
    make_objective(number="2.1")
    base = {"effective": "2026-27-h1", "reason": "Agreed"}

    assert desk.post("/strategy/objectives/1.1/", base | {"statement": "Other", "version": 0}).status_code == 302
    version = version_of(activity.objective)
    assert desk.post("/strategy/objectives/1.1/move/", base | {"to": "2", "version": version}).status_code == 302
    assert desk.post("/strategy/objectives/2.1/retire/", base | {"version": 0}).status_code == 302

    assert Objective.objects.get(number="2.2").statement == "Other"
    assert Objective.objects.get(number="2.1").retired_on is not None
    assert "It has left the strategy" in desk.get("/strategy/objectives/1.1/").content.decode()


def test_an_activity_is_moved_and_retired(desk: Client, activity: KeyActivity) -> None:
    make_objective(number="2.1")
    base = {"effective": "2026-27-h1", "reason": "Agreed", "version": 0}

    moved = desk.post("/strategy/activities/1.1.1/move/", base | {"to": "2.1"})
    assert moved.headers["Location"] == "/strategy/activities/2.1.1/"
    version = version_of(KeyActivity.objects.get(number="2.1.1"))
    assert desk.post("/strategy/activities/2.1.1/retire/", base | {"version": version}).status_code == 302


def test_the_log_marks_the_words_that_changed(desk: Client, activity: KeyActivity) -> None:
    desk.post("/strategy/activities/1.1.1/", answers(activity, description="Deliver good work 1.1.1"))

    page = desk.get("/strategy/changes/").content.decode()

    assert "<ins>good</ins>" in page
    assert "The Board agreed it" in page
    assert "Otis Office" in page


@pytest.mark.parametrize("role", [UserRole.OWNER, UserRole.APPROVER, UserRole.BOARD, UserRole.PARTNER])
def test_only_the_office_keeps_the_strategy(client: Client, activity: KeyActivity, role: UserRole) -> None:
    client.force_login(make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/strategy/").status_code == 404
    assert client.post("/strategy/activities/1.1.1/", answers(activity, description="Mine")).status_code == 404


@pytest.mark.parametrize("path", MOST_QUERIES)
def test_a_page_asks_the_same_of_a_large_strategy(desk: Client, activity: KeyActivity, path: str) -> None:
    counted = []
    for first in (2, 12):
        for number in range(first, first + 10):
            made = make_activity(f"1.1.{number}")
            sent = answers(made, "2026-27-h2", owner=make_owner().slug, places=[])
            assert desk.post(f"/strategy/activities/{made.number}/", sent).status_code == 302
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        counted.append(len(queries))

    assert counted[0] == counted[1] <= MOST_QUERIES[path]
