"""The round in the browser, asked over HTTP as its users do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Stage
from aims.forms.updates import UpdateForm
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_owner,
    make_period,
    make_submitted,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views read the clock at their edge: here it stands in the submission window."""
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def answers(**changed: Any) -> dict[str, Any]:
    given = {
        "version": "0",
        "standing": "green",
        "forecast": "green",
        "narrative": "Three of five pilots are live.",
        "as_at": "30 September 2026",
        "step": "send",
    }
    return given | changed


def test_what_is_due_is_listed_with_its_status(owner: User, activity: KeyActivity) -> None:
    page = signed_in(owner).get("/my/").content.decode()
    assert "One update from you" in page
    assert "Update due" in page
    assert f"/activities/{activity.number}/update/" in page


def test_sending_an_update_makes_it_wait_for_the_approver(owner: User, activity: KeyActivity) -> None:
    answer = signed_in(owner).post(f"/activities/{activity.number}/update/", answers(), follow=True)
    assert "4.1.3 is sent for approval" in answer.content.decode()
    sent = ProgressUpdate.objects.get()
    assert (sent.stage, sent.author, sent.rag) == (Stage.SUBMITTED, owner, "green")


def test_a_draft_may_lack_everything(owner: User, activity: KeyActivity) -> None:
    blank = {"version": "0", "step": "draft", "narrative": "Half a sent"}
    signed_in(owner).post(f"/activities/{activity.number}/update/", blank)
    draft = ProgressUpdate.objects.get()
    assert (draft.stage, draft.narrative, draft.state) == (Stage.DRAFT, "Half a sent", None)


def test_what_is_missing_for_sending_is_said_at_its_question(owner: User, activity: KeyActivity) -> None:
    url = f"/activities/{activity.number}/update/"
    answer = signed_in(owner).post(url, answers(standing="red", narrative=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert 'href="#id_cause"' in page
    assert "Say what has happened since the last update" in page
    assert not ProgressUpdate.objects.exists()


def test_what_waits_for_the_approver_says_so_and_is_no_draft(owner: User, activity: KeyActivity) -> None:
    make_submitted(activity, by=owner)
    page = signed_in(owner).get(f"/activities/{activity.number}/update/").content.decode()
    assert "Olive Owner sent this for approval on" in page
    assert "Send for approval" not in page
    assert "Draft saved" not in page


def test_no_button_answers_a_question_of_the_form(owner: User, activity: KeyActivity) -> None:
    page = signed_in(owner).get(f"/activities/{activity.number}/update/").content.decode()
    buttons = set(re.findall(r'<button[^>]*\sname="([^"]+)"', page))
    assert buttons == {"step"}  # a browser sends the button's value after the answer, so that a shared name loses it
    assert not buttons & set(UpdateForm.base_fields)


def test_an_unreadable_date_says_how_to_write_one(owner: User, activity: KeyActivity) -> None:
    url = f"/activities/{activity.number}/update/"
    page = signed_in(owner).post(url, answers(return_to_green="soonish")).content.decode()
    assert "Enter a date such as 31 January 2027" in page
    assert "soonish" in page


def test_the_form_opens_with_last_times_answers_and_words_in_view(owner: User, activity: KeyActivity) -> None:
    make_earlier(activity)
    page = signed_in(owner).get(f"/activities/{activity.number}/update/").content.decode()
    assert "Earlier words." in page
    assert re.search(r'name="standing"\s+value="amber"[^>]*\schecked', page)
    assert "Grid connection is late." in page


def make_earlier(activity: KeyActivity, **changed: Any) -> ProgressUpdate:
    """An update approved in the half-year before, which then closed."""
    ReviewPeriod.objects.update(state="scheduled")
    earlier = make_period(date(2026, 3, 31))
    given: dict[str, Any] = {
        "rag": "amber",
        "forecast_rag": "green",
        "narrative": "Earlier words.",
        "cause": "partner",
        "impact": "Grid connection is late.",
        "action": "A meeting",
        "action_owner": "Director",
        "action_by": date(2026, 12, 1),
        "return_to_green": date(2026, 12, 31),
    }
    update = make_approved(activity, now=datetime(2026, 4, 10, 9, tzinfo=UTC), **given | changed)
    ReviewPeriod.objects.filter(pk=earlier.pk).update(state="closed", closed_at=IN_ROUND)
    ReviewPeriod.objects.exclude(pk=earlier.pk).update(state="open")
    return update


def test_no_change_is_one_click_and_a_dated_record(owner: User, activity: KeyActivity) -> None:
    make_earlier(activity)
    client = signed_in(owner)
    assert f"/activities/{activity.number}/no-change/" in client.get("/my/").content.decode()
    client.post(f"/activities/{activity.number}/no-change/")
    repeated = ProgressUpdate.objects.get(is_no_change=True)
    assert (repeated.stage, repeated.narrative, repeated.as_at) == (
        Stage.SUBMITTED,
        "Earlier words.",
        date(2026, 9, 30),
    )


def test_no_change_is_refused_with_its_reason_when_a_promise_has_passed(owner: User, activity: KeyActivity) -> None:
    make_earlier(activity, return_to_green=date(2026, 8, 1))
    page = signed_in(owner).post(f"/activities/{activity.number}/no-change/", follow=True).content.decode()
    assert "1 August 2026, has passed since the last update" in page
    assert not ProgressUpdate.objects.filter(is_no_change=True).exists()


def test_a_stale_save_shows_both_texts_and_loses_neither(owner: User, activity: KeyActivity) -> None:
    other = make_user(holds=activity.owner, name="Otto Other")
    url = f"/activities/{activity.number}/update/"
    signed_in(other).post(url, answers(step="draft", narrative="What Otto wrote."))
    answer = signed_in(owner).post(url, answers(narrative="What Olive wrote."))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Otto Other saved it" in page
    assert "What Otto wrote." in page
    assert "What Olive wrote." in page
    assert ProgressUpdate.objects.get().narrative == "What Otto wrote."


def test_from_the_stale_page_the_own_text_can_be_sent(owner: User, activity: KeyActivity) -> None:
    other = make_user(holds=activity.owner)
    url = f"/activities/{activity.number}/update/"
    signed_in(other).post(url, answers(step="draft", narrative="What Otto wrote."))
    client = signed_in(owner)
    conflict = client.post(url, answers(narrative="What Olive wrote."))
    version = conflict.context["form"]["version"].value()
    client.post(url, answers(version=version, narrative="What both wrote."))
    sent = ProgressUpdate.objects.get()
    assert (sent.stage, sent.narrative) == (Stage.SUBMITTED, "What both wrote.")


def test_approving_signs_off_for_good(approver: User, activity: KeyActivity) -> None:
    update = make_submitted(activity)
    client = signed_in(approver)
    assert "One update to sign off" in client.get("/approvals/").content.decode()
    client.post(f"/approvals/{update.pk}/approve/", {"version": update.version})
    update.refresh_from_db()
    assert (update.stage, update.approved_by) == (Stage.APPROVED, approver)
    assert Event.objects.filter(update=update, kind="update.approved", by=approver).count() == 1


def test_returning_needs_a_note_which_the_owner_then_reads(approver: User, owner: User, activity: KeyActivity) -> None:
    update = make_submitted(activity, by=owner)
    client = signed_in(approver)
    without = client.post(f"/approvals/{update.pk}/return/", {"version": update.version, "note": ""})
    assert without.status_code == 422
    assert "Say what has to change" in without.content.decode()
    client.post(f"/approvals/{update.pk}/return/", {"version": update.version, "note": "Say what it costs."})
    assert "Returned to you: “Say what it costs.”" in signed_in(owner).get("/my/").content.decode()


def test_the_second_approver_is_told_who_decided(approver: User, activity: KeyActivity) -> None:
    update = make_submitted(activity)
    second = make_user(UserRole.APPROVER, holds=activity.owner.approving_post)
    signed_in(approver).post(f"/approvals/{update.pk}/approve/", {"version": update.version})
    answer = signed_in(second).post(f"/approvals/{update.pk}/return/", {"version": update.version, "note": "Too late."})
    assert answer.status_code == 409
    assert "Ada Approver has approved this update already" in answer.content.decode()


def post_above(activity: KeyActivity) -> Owner:
    assert activity.owner.approving_post
    return activity.owner.approving_post


def test_nobody_signs_off_what_they_wrote(activity: KeyActivity) -> None:
    both = make_user(UserRole.APPROVER, holds=activity.owner)
    Holding.objects.create(user=both, owner=post_above(activity), starts=date(2020, 1, 1))
    update = make_submitted(activity, by=both)
    client = signed_in(both)
    assert "Nothing waits for you" in client.get("/approvals/").content.decode()
    assert client.post(f"/approvals/{update.pk}/approve/", {"version": update.version}).status_code == 404
    update.refresh_from_db()
    assert update.stage == Stage.SUBMITTED


@pytest.mark.parametrize("path", ["update", "no-change"])
def test_anothers_activity_answers_like_one_that_does_not_exist(activity: KeyActivity, path: str) -> None:
    stranger = signed_in(make_user(holds=make_owner()))
    real = stranger.post(f"/activities/{activity.number}/{path}/")
    missing = stranger.post(f"/activities/9.9.9/{path}/")
    assert real.status_code == missing.status_code == 404
    assert without_token(real.content) == without_token(missing.content)


def without_token(content: bytes) -> bytes:
    """A page without the one thing that differs in every answer."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)


def test_between_rounds_the_page_says_so(owner: User, activity: KeyActivity) -> None:
    ReviewPeriod.objects.update(state="scheduled")
    client = signed_in(owner)
    assert "No round is open" in client.get("/my/").content.decode()
    assert "No round is open" in client.get(f"/activities/{activity.number}/update/").content.decode()


@pytest.mark.parametrize("path", ["/my/", "/approvals/"])
def test_the_lists_cost_the_same_for_two_activities_and_for_forty(
    owner: User, approver: User, activity: KeyActivity, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = owner if path == "/my/" else approver
    for number in range(1, 41):
        another = make_activity(f"5.1.{number}", owner=activity.owner)
        if path == "/approvals/":
            make_submitted(another, by=owner)
    client = signed_in(user)
    with django_assert_max_num_queries(24):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("address", ["/my/", "/approvals/", "/activities/4.1.3/update/"])
def test_a_persons_work_is_kept_by_their_browser_alone(owner: User, address: str) -> None:
    response = signed_in(owner).get(address)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}


@pytest.mark.parametrize("version", ["", "-1", "one", "²", "9" * 5000])
def test_what_is_no_version_approves_nothing(approver: User, activity: KeyActivity, version: str) -> None:
    waiting = make_submitted(activity)
    response = signed_in(approver).post(f"/approvals/{waiting.pk}/approve/", {"version": version})
    waiting.refresh_from_db()
    assert (response.status_code, waiting.stage) == (409, Stage.SUBMITTED)
