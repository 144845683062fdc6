"""Eight people at once over HTTP: one is led on, seven get the conflict page with what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import unescape
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.choices import Decision, EventKind, Stage
from aims.models import DateChangeRequest, Event, KeyActivity, ProgressUpdate
from aims.services import dates, deciding, writing
from tests.aims.crowd import EIGHT, Call, Crowd, meeting_after
from tests.aims.over_http import answers, signed_in
from tests.factories import (
    make_activity,
    make_date_change,
    make_draft,
    make_owner,
    make_period,
    make_submitted,
    make_user,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_the_round")]

ROUNDS = 5
LED_ON, CONFLICT = 302, 409


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    found = Crowd()
    yield found
    found.go_home()


@pytest.fixture
def post(transactional_db: None) -> Owner:
    make_period()
    return make_owner(approving_post=make_owner())


@pytest.fixture
def owners(post: Owner) -> list[Client]:
    return [signed_in(make_user(holds=post, name=f"Owner {place}")) for place in range(EIGHT)]


@pytest.fixture
def approvers(post: Owner) -> list[Client]:
    def person(place: int) -> User:
        return make_user(UserRole.APPROVER, holds=post.approving_post, name=f"Approver {place}")

    return [signed_in(person(place)) for place in range(EIGHT)]


@pytest.fixture
def no_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """`SELECT … FOR UPDATE` becomes a plain `SELECT`, and all eight have read before one of them writes."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    for module, step in ((writing, "_locked"), (deciding, "_locked"), (dates, "_waiting")):
        monkeypatch.setattr(module, step, meeting_after(getattr(module, step)))


def words(place: int) -> str:
    return f"What number {place} wrote."


def posts(clients: Sequence[Client], address: str, data: Callable[[int], dict[str, Any]]) -> list[Call]:
    """One request a person, each with words of their own."""
    return [
        lambda place=place, client=client: client.post(address, data(place))  # type: ignore[misc]
        for place, client in enumerate(clients)
    ]


def seven_see_their_words(pages: Sequence[Any]) -> int:
    """Who was led on; everybody else has the conflict page, and on it what they wrote."""
    assert sorted(page.status_code for page in pages) == [LED_ON, *[CONFLICT] * (EIGHT - 1)]
    for place, page in enumerate(pages):
        assert page.status_code == LED_ON or words(place) in unescape(page.content.decode())
    return next(place for place, page in enumerate(pages) if page.status_code == LED_ON)


def activities(post: Owner) -> Iterator[KeyActivity]:
    for number in range(ROUNDS):
        yield make_activity(f"1.1.{number + 1}", owner=post)


def updating(activity: KeyActivity, owners: Sequence[Client], step: str) -> list[Call]:
    make_draft(activity)
    return posts(
        owners,
        f"/activities/{activity.number}/update/",
        lambda place: answers(version="1", narrative=words(place), step=step),
    )


@pytest.mark.parametrize(("step", "kind"), [("draft", EventKind.UPDATE_DRAFTED), ("send", EventKind.UPDATE_SUBMITTED)])
def test_of_eight_who_write_one_is_led_on_and_seven_see_both_texts(
    post: Owner, owners: list[Client], crowd: Crowd, step: str, kind: EventKind
) -> None:
    begun = Event.objects.filter(kind=kind).count()
    for activity in activities(post):
        pages = crowd.race(updating(activity, owners, step))
        winner = seven_see_their_words(pages)
        stands = activity.updates.get()
        assert (stands.narrative, stands.version) == (words(winner), 2)
        for page in pages:
            assert page.status_code == LED_ON or stands.narrative in unescape(page.content.decode())

    drafted_before = ROUNDS if step == "draft" else 0
    assert Event.objects.filter(kind=kind).count() == begun + drafted_before + ROUNDS


@pytest.mark.usefixtures("no_row_locks")
@pytest.mark.parametrize("step", ["draft", "send"])
def test_without_the_lock_more_than_one_is_led_on(post: Owner, owners: list[Client], crowd: Crowd, step: str) -> None:
    pages = crowd.race(updating(make_activity("1.1.1", owner=post), owners, step))

    assert [page.status_code for page in pages].count(LED_ON) > 1


def test_of_eight_who_approve_one_does_and_seven_are_told_who(
    post: Owner, approvers: list[Client], crowd: Crowd
) -> None:
    for activity in activities(post):
        update = make_submitted(activity)
        pages = crowd.race(posts(approvers, f"/approvals/{update.pk}/approve/", lambda _: {"version": "1"}))
        assert sorted(page.status_code for page in pages) == [LED_ON, *[CONFLICT] * (EIGHT - 1)]
        update.refresh_from_db()
        told = f"{update.approved_by} has approved this update already"
        refused = [page.content.decode() for page in pages if page.status_code == CONFLICT]
        assert all("Nothing was changed" in page and told in page for page in refused)

    assert Event.objects.filter(kind=EventKind.UPDATE_APPROVED).count() == ROUNDS


@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_the_seven_meet_the_trigger(post: Owner, approvers: list[Client], crowd: Crowd) -> None:
    update = make_submitted(make_activity("1.1.1", owner=post))
    pages = crowd.race(posts(approvers, f"/approvals/{update.pk}/approve/", lambda _: {"version": "1"}))

    assert any("approved_never_changes" in str(page) for page in pages)


def test_of_eight_who_return_one_does_and_seven_keep_their_notes(
    post: Owner, approvers: list[Client], crowd: Crowd
) -> None:
    for activity in activities(post):
        update = make_submitted(activity)
        address = f"/approvals/{update.pk}/return/"
        pages = crowd.race(posts(approvers, address, lambda place: {"version": "1", "note_narrative": words(place)}))
        winner = seven_see_their_words(pages)
        update.refresh_from_db()
        assert (update.stage, update.return_notes) == (Stage.DRAFT, {"narrative": words(winner)})

    assert Event.objects.filter(kind=EventKind.UPDATE_RETURNED).count() == ROUNDS


def test_of_eight_who_decide_a_date_one_does_and_seven_keep_their_notes(
    post: Owner, approvers: list[Client], crowd: Crowd
) -> None:
    for activity in activities(post):
        change = make_date_change(activity)
        for_and_against = [
            posts([client], f"/approvals/dates/{change.pk}/{'decline' if place % 2 else 'agree'}/", note_of(place))[0]
            for place, client in enumerate(approvers)
        ]
        winner = seven_see_their_words(crowd.race(for_and_against))
        change.refresh_from_db()
        outcome = Decision.DECLINED if winner % 2 else Decision.AGREED
        assert (change.decision, change.decision_note) == (outcome, words(winner))

    assert not DateChangeRequest.objects.waiting().exists()


def note_of(place: int) -> Callable[[int], dict[str, Any]]:
    return lambda _: {"note": words(place)}


def test_of_eight_who_approve_all_each_update_has_one_and_each_person_hears_of_the_rest(
    post: Owner, approvers: list[Client], crowd: Crowd
) -> None:
    rows = [make_submitted(activity) for activity in activities(post)]
    ticked = {"update": [f"{row.pk}:1" for row in rows]}

    pages = crowd.race(posts(approvers, "/approvals/approve/", lambda _: ticked))

    refused = sum(page.content.decode().count("has approved this update already") for page in pages)
    assert refused == ROUNDS * (EIGHT - 1)
    assert Event.objects.filter(kind=EventKind.UPDATE_APPROVED).count() == ROUNDS
    assert ProgressUpdate.objects.approved().count() == ROUNDS
