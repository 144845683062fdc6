"""The update of one activity over HTTP: saved, sent, repeated, and met by somebody else's."""

from __future__ import annotations

import re
from datetime import date

import pytest

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Stage
from aims.forms.updates import UpdateForm
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.services.deciding import approve_update
from aims.services.writing import submit_update
from tests.aims.over_http import answers, make_earlier, signed_in, without_token
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_owner,
    make_submitted,
    make_user,
    make_values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3")


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
    assert 'href="#card-4-1-3-cause"' in page
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


def test_what_was_opened_before_somebody_elses_was_approved_does_not_replace_it_unseen(
    owner: User, activity: KeyActivity
) -> None:
    client, url = signed_in(owner), f"/activities/{activity.number}/update/"
    opened = client.get(url).context["form"]
    make_approved(activity, narrative="What Otto wrote.")
    stale = {"version": opened["version"].value(), "basis": opened["basis"].value()}
    answer = client.post(url, answers(narrative="What Olive wrote.", **stale))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It was approved by" in page
    assert "What Otto wrote." in page
    assert ProgressUpdate.objects.get().stage == Stage.APPROVED
    again = answer.context["form"]
    seen = {"version": again["version"].value(), "basis": again["basis"].value()}
    client.post(url, answers(narrative="What both wrote.", **seen))
    assert ProgressUpdate.objects.get(stage=Stage.SUBMITTED).narrative == "What both wrote."


def test_a_card_left_open_begins_nothing_anew_once_the_update_is_approved(owner: User, activity: KeyActivity) -> None:
    client, url = signed_in(owner), f"/activities/{activity.number}/update/"
    opened = client.get(url).context["form"]
    stale = {"version": opened["version"].value(), "basis": opened["basis"].value()}
    make_approved(activity)
    assert client.post(f"{url}draft/", answers(narrative="Typed on.", **stale)).status_code == 409
    assert ProgressUpdate.objects.get().stage == Stage.APPROVED


def test_a_draft_of_the_same_version_as_an_earlier_one_is_known_from_it(owner: User, activity: KeyActivity) -> None:
    client, url = signed_in(owner), f"/activities/{activity.number}/update/"
    make_draft(activity)
    opened = client.get(url).context["form"]
    draft = ProgressUpdate.objects.get()
    submit_update(activity=activity, values=make_values(), version=1, by=draft.author, now=IN_ROUND)
    draft.refresh_from_db()
    approver = make_user(UserRole.APPROVER, holds=activity.owner.approving_post)
    approve_update(update=draft, version=draft.version, by=approver, now=IN_ROUND)
    make_draft(activity, narrative="Begun anew.")
    stale = {"version": opened["version"].value(), "basis": opened["basis"].value()}
    assert client.post(url, answers(step="draft", **stale)).status_code == 409
    assert ProgressUpdate.objects.get(stage=Stage.DRAFT).narrative == "Begun anew."


@pytest.mark.parametrize("path", ["update", "no-change"])
def test_anothers_activity_answers_like_one_that_does_not_exist(activity: KeyActivity, path: str) -> None:
    stranger = signed_in(make_user(holds=make_owner()))
    real = stranger.post(f"/activities/{activity.number}/{path}/")
    missing = stranger.post(f"/activities/9.9.9/{path}/")
    assert real.status_code == missing.status_code == 404
    assert without_token(real.content) == without_token(missing.content)


@pytest.mark.parametrize("address", ["/activities/4.1.3/update/"])
def test_what_is_being_written_is_kept_by_their_browser_alone(owner: User, address: str) -> None:
    response = signed_in(owner).get(address)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
