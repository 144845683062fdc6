"""Drafts that a card saves by itself, over HTTP as its script asks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from aims.choices import EventKind, Stage
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from tests.aims.over_http import answers, signed_in
from tests.factories import make_activity, make_submitted, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]
ADDRESS = "/activities/4.1.3/update/draft/"


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3")


def saved(client: Client, **changed: Any) -> Any:
    """The answer to a card that saves itself, as the test client wraps it."""
    return client.post(ADDRESS, answers(**changed), headers={"HX-Request": "true"})


def whole(answer: HttpResponse) -> bool:
    said: bool = json.loads(answer["HX-Trigger-After-Settle"])["tracker:saved"]["whole"]
    return said


def test_a_card_saves_itself_and_learns_the_version(owner: User, activity: KeyActivity) -> None:
    answer = saved(signed_in(owner))
    page = answer.content.decode()
    assert "Draft saved 10:00" in page
    assert 'id="card-4-1-3-version" value="1"' in page
    assert whole(answer)
    assert ProgressUpdate.objects.get().stage == Stage.DRAFT


def test_many_saves_leave_one_event_a_person(owner: User, activity: KeyActivity) -> None:
    client = signed_in(owner)
    for version in range(4):
        assert saved(client, version=version).status_code == 200
    other = signed_in(make_user(holds=activity.owner))
    assert saved(other, version=4).status_code == 200
    assert Event.objects.filter(kind=EventKind.UPDATE_DRAFTED).count() == 2


@pytest.mark.parametrize(
    ("unready", "question"),
    [
        ({"return_to_green": "31 Jan"}, "Back on track by"),
        ({"standing": "nonsense"}, "How is delivery now?"),
        ({"exempt_narrative": "A price"}, "Exempt text"),
        ({"exempt_paragraph": "3"}, None),
        ({"as_at": "1 October 2026"}, "The day that this update speaks of"),
        ({"cause_detail": "x" * 201}, "What the other cause is"),
    ],
)
def test_what_is_not_ready_costs_nothing_else(
    owner: User, activity: KeyActivity, unready: dict[str, str], question: str | None
) -> None:
    answer = saved(signed_in(owner), **unready)
    assert answer.status_code == 200
    assert ProgressUpdate.objects.get().narrative == "Three of five pilots are live."
    assert whole(answer) is (question is None)
    assert question is None or question in answer.content.decode()


def test_what_was_saved_before_stays_while_an_answer_cannot_be_read(owner: User, activity: KeyActivity) -> None:
    client = signed_in(owner)
    saved(client, standing="red", return_to_green="31 January 2027")
    saved(client, version="1", standing="red", return_to_green="31 January 20")
    kept = ProgressUpdate.objects.get()
    assert (kept.version, f"{kept.return_to_green}") == (2, "2027-01-31")


def test_somebody_elses_save_is_shown_beside_and_stands(owner: User, activity: KeyActivity) -> None:
    saved(signed_in(make_user(holds=activity.owner, name="Otto Other")), narrative="What Otto wrote.")
    answer = saved(signed_in(owner), narrative="What Olive wrote.")
    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#card-4-1-3-conflict")
    assert "Otto Other saved it" in page
    assert "What Otto wrote." in page
    assert "What Olive wrote." in page
    assert ProgressUpdate.objects.get().narrative == "What Otto wrote."


def test_a_save_whose_answer_was_lost_is_no_conflict_with_the_next_of_its_card(
    owner: User, activity: KeyActivity
) -> None:
    client = signed_in(owner)
    saved(client, save="first", narrative="One")
    assert saved(client, save="second", unanswered="first", narrative="Two").status_code == 200
    assert saved(client, save="late", narrative="Of another card").status_code == 409
    assert ProgressUpdate.objects.get().narrative == "Two"


def test_another_persons_key_opens_nothing(owner: User, activity: KeyActivity) -> None:
    saved(signed_in(make_user(holds=activity.owner)), save="theirs", narrative="Theirs")
    assert saved(signed_in(owner), save="mine", unanswered="theirs").status_code == 409


def test_a_save_after_the_send_brings_no_draft_back(owner: User, activity: KeyActivity) -> None:
    client = signed_in(owner)
    saved(client, save="first")
    client.post("/activities/4.1.3/update/", answers(version="1", save="sent"))
    assert saved(client, version="1", save="late", unanswered="first sent").status_code == 409
    assert ProgressUpdate.objects.get().stage == Stage.SUBMITTED


def test_what_waits_for_sign_off_takes_no_draft(owner: User, activity: KeyActivity) -> None:
    make_submitted(activity, by=owner)
    assert saved(signed_in(owner)).status_code == 409


def test_between_rounds_it_says_why_nothing_is_saved(owner: User, activity: KeyActivity) -> None:
    ReviewPeriod.objects.update(state="scheduled")
    answer = saved(signed_in(owner))
    assert answer.status_code == 409
    assert "Not saved: No round is open" in answer.content.decode()


def test_a_script_is_told_that_the_sign_in_has_ended(activity: KeyActivity) -> None:
    assert saved(Client()).status_code == 401


def test_a_later_expected_end_is_met_by_another_suggestion(owner: User, activity: KeyActivity) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_end="2026-12-31")
    page = saved(signed_in(owner), forecast_end="31 January 2027").content.decode()
    assert "The dates suggest <strong>At risk</strong>" in page
    assert 'data-better="green"' in page
