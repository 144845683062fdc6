"""Signing off over HTTP, asked as approvers do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Decision, NoticeKind, Stage
from aims.models import DateChangeRequest, Event, KeyActivity, Notice, ProgressUpdate, ReviewPeriod
from aims.services.writing import submit_update
from aims.views.approvals import PER_PAGE
from tests.aims.over_http import make_earlier, signed_in
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_date_change,
    make_red_values,
    make_submitted,
    make_user,
    make_values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3")


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
    assert "Say what it costs." in signed_in(owner).get("/my/").content.decode()


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


@pytest.mark.parametrize("version", ["", "-1", "one", "²", "9" * 5000])
def test_what_is_no_version_approves_nothing(approver: User, activity: KeyActivity, version: str) -> None:
    waiting = make_submitted(activity)
    response = signed_in(approver).post(f"/approvals/{waiting.pk}/approve/", {"version": version})
    waiting.refresh_from_db()
    assert (response.status_code, waiting.stage) == (409, Stage.SUBMITTED)


@pytest.mark.parametrize("address", ["/approvals/"])
def test_a_persons_queue_is_kept_by_their_browser_alone(approver: User, address: str) -> None:
    response = signed_in(approver).get(address)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}


def page_of(user: User, address: str = "/approvals/") -> str:
    """The page's words, white space and markup's own aside."""
    return " ".join(unescape(signed_in(user).get(address).content.decode()).split())


def many(activity: KeyActivity, count: int, make: Callable[[KeyActivity], Any] = make_submitted) -> list[Any]:
    return [make(make_activity(f"5.1.{number}", owner=activity.owner)) for number in range(1, count + 1)]


def tick(*updates: ProgressUpdate) -> dict[str, Any]:
    return {"update": [f"{update.pk}:{update.version}" for update in updates]}


def test_old_and_new_stand_side_by_side_with_changed_words_marked_for_eye_and_ear(
    approver: User, owner: User, activity: KeyActivity
) -> None:
    make_earlier(activity, narrative="Two of five pilots are live.")
    values = make_red_values(narrative="Three of five pilots are live.", action="A meeting", action_owner="Director")
    submit_update(activity=activity, values=values, version=0, by=owner, now=IN_ROUND)

    page = page_of(approver)

    assert '[removed: </span>Two<span class="govuk-visually-hidden">]</span></del> of five pilots are live.' in page
    assert '[added: </span>Three<span class="govuk-visually-hidden">]</span></ins> of five pilots are live.' in page
    assert "31 March 2026" in page
    assert "Worse than last time" in page
    assert "The same as last time:" in page


def test_what_an_owner_writes_is_text_and_never_markup(approver: User, activity: KeyActivity) -> None:
    update = make_submitted(activity, narrative="<script>alert(1)</script>")
    client = signed_in(approver)

    for address in ("/approvals/", f"/approvals/{update.pk}/return/"):
        assert "<script>alert(1)" not in client.get(address).content.decode()


def test_many_are_approved_at_once_and_each_is_named(approver: User, activity: KeyActivity) -> None:
    first, second, third = many(activity, 3)

    answer = signed_in(approver).post("/approvals/approve/", tick(first, third), follow=True)

    assert "5.1.1 and 5.1.3 are approved. 1 more waits for you." in answer.content.decode()
    assert set(ProgressUpdate.objects.filter(stage=Stage.APPROVED)) == {first, third}
    second.refresh_from_db()
    assert second.stage == Stage.SUBMITTED


def test_those_that_cannot_be_approved_say_why_while_the_others_go(
    approver: User, owner: User, activity: KeyActivity
) -> None:
    fine, decided, stale = many(activity, 3)
    ticks = tick(fine, decided, stale)
    other = make_user(UserRole.APPROVER, holds=activity.owner.approving_post, name="Alan Approver")
    signed_in(other).post("/approvals/approve/", tick(decided))
    send_anew(stale, other, owner)

    answer = signed_in(approver).post("/approvals/approve/", ticks)

    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "5.1.1 is approved, the rest is not" in page
    assert "5.1.2: Alan Approver has approved this update already" in page
    assert "5.1.3: It has changed since you opened the page: read it as it stands now, then decide" in page
    stale.refresh_from_db()
    assert stale.stage == Stage.SUBMITTED


def send_anew(update: ProgressUpdate, by: User, owner: User) -> None:
    """Returned by one person and sent again with other words by another."""
    signed_in(by).post(f"/approvals/{update.pk}/return/", {"version": update.version, "note": "More"})
    values = make_values(narrative="Other words")
    submit_update(activity=update.activity, values=values, version=update.version + 1, by=owner, now=IN_ROUND)


@pytest.mark.parametrize("ticked", [[], [""], ["1"], ["1:0"], ["x:1"], ["9" * 40 + ":1"]])
def test_without_a_tick_nothing_is_approved_and_it_says_what_to_do(
    approver: User, activity: KeyActivity, ticked: list[str]
) -> None:
    make_submitted(activity)
    answer = signed_in(approver).post("/approvals/approve/", {"update": ticked})
    assert answer.status_code == 422
    assert "Tick the updates that you approve" in answer.content.decode()


def test_anothers_update_among_the_ticked_is_not_told_from_one_that_does_not_exist(
    approver: User, activity: KeyActivity
) -> None:
    foreign = make_submitted(make_activity("6.1.1"))
    client = signed_in(approver)

    real = client.post("/approvals/approve/", tick(foreign))
    missing = client.post("/approvals/approve/", {"update": "999999:1"})

    assert real.status_code == missing.status_code == 409
    for answer in (real, missing):
        assert "One of those that you ticked is not yours to approve" in answer.content.decode()
        assert "Nothing was changed" in answer.content.decode()
    foreign.refresh_from_db()
    assert foreign.stage == Stage.SUBMITTED


def test_notes_at_the_answers_reach_the_owner_beside_their_questions(
    approver: User, owner: User, activity: KeyActivity
) -> None:
    values = make_red_values()
    update = submit_update(activity=activity, values=values, version=0, by=owner, now=IN_ROUND)
    client = signed_in(approver)
    form = page_of(approver, f"/approvals/{update.pk}/return/")
    assert "Note on “What it means for delivery”" in form
    assert "Six months are lost." in form

    client.post(
        f"/approvals/{update.pk}/return/",
        {"version": "1", "note_impact": " How many pilots? ", "note_rag": "Is it not at risk?"},
    )

    update.refresh_from_db()
    assert (update.return_note, update.return_notes) == (
        "",
        {"impact": "How many pilots?", "rag": "Is it not at risk?"},
    )
    card = page_of(owner, f"/activities/{activity.number}/update/")
    assert "Returned: “How many pilots?”" in card
    assert "Returned: “Is it not at risk?”" in card


def test_the_notes_of_a_return_that_came_too_late_are_shown_back(
    approver: User, owner: User, activity: KeyActivity
) -> None:
    update = make_submitted(activity, by=owner)
    other = make_user(UserRole.APPROVER, holds=activity.owner.approving_post, name="Alan Approver")
    send_anew(update, other, owner)

    answer = signed_in(approver).post(
        f"/approvals/{update.pk}/return/", {"version": "1", "note": "Say it shorter", "note_narrative": "Too long"}
    )

    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    for words in ("Nothing was changed", "Say it shorter", "Too long", "Other words", "Return with these notes"):
        assert words in page
    assert 'value="3"' in page  # what stands is in view: returning it is a choice


def test_what_nobody_has_to_approve_any_more_cannot_be_opened_to_return(approver: User, activity: KeyActivity) -> None:
    update = make_submitted(activity)
    client = signed_in(approver)
    client.post(f"/approvals/{update.pk}/approve/", {"version": "1"})
    answer = client.get(f"/approvals/{update.pk}/return/", follow=True)
    assert "4.1.3 waits for nobody's approval now" in unescape(answer.content.decode())


def test_author_and_holders_are_told_once_what_became_of_the_update(
    approver: User, owner: User, activity: KeyActivity
) -> None:
    deputy = make_user(holds=activity.owner)
    update = make_submitted(activity, by=owner)
    client = signed_in(approver)
    client.post(f"/approvals/{update.pk}/return/", {"version": "1", "note": "More"})
    submit_update(activity=activity, values=make_values(), version=2, by=owner, now=IN_ROUND)
    client.post(f"/approvals/{update.pk}/approve/", {"version": "3"})

    told = sorted(Notice.objects.values_list("kind", "person"))
    expected = [(kind, person.pk) for kind in (NoticeKind.APPROVED, NoticeKind.RETURNED) for person in (owner, deputy)]
    assert told == sorted(expected)


def test_a_new_date_is_agreed_with_its_history_in_view(approver: User, activity: KeyActivity) -> None:
    change = make_date_change(activity)
    page = page_of(approver)
    assert "One new date to decide" in page
    assert "Waits for a decision:" in page

    answer = signed_in(approver).post(f"/approvals/dates/{change.pk}/agree/", {"note": "Fine"}, follow=True)

    assert "The new date of 4.1.3 is agreed. Nothing else waits for you." in answer.content.decode()
    change.refresh_from_db()
    assert (change.decision, change.decided_by, change.decision_note) == (Decision.AGREED, approver, "Fine")


def test_a_date_is_declined_only_with_a_reason(approver: User, activity: KeyActivity) -> None:
    change = make_date_change(activity)
    client = signed_in(approver)

    without = client.post(f"/approvals/dates/{change.pk}/decline/", {"note": " "})
    assert without.status_code == 422
    assert f'href="#date-{change.pk}-note"' in without.content.decode()
    client.post(f"/approvals/dates/{change.pk}/decline/", {"note": "The funder will not wait"})

    change.refresh_from_db()
    assert (change.decision, change.decision_note) == (Decision.DECLINED, "The funder will not wait")


def test_whoever_decides_a_date_too_late_is_told_who_did_and_keeps_the_note(
    approver: User, activity: KeyActivity
) -> None:
    change = make_date_change(activity)
    other = make_user(UserRole.APPROVER, holds=activity.owner.approving_post)
    signed_in(approver).post(f"/approvals/dates/{change.pk}/agree/")

    answer = signed_in(other).post(f"/approvals/dates/{change.pk}/decline/", {"note": "The funder will not wait"})

    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    for words in ("Nothing was changed", "Ada Approver has agreed this date already", "The funder will not wait"):
        assert words in page


def test_anothers_date_answers_like_one_that_does_not_exist(approver: User, activity: KeyActivity) -> None:
    foreign = make_date_change(make_activity("6.1.1", baseline_end=date(2027, 3, 31)))
    client = signed_in(approver)
    for outcome in ("agree", "decline"):
        real = client.post(f"/approvals/dates/{foreign.pk}/{outcome}/", {"note": "No"})
        missing = client.post(f"/approvals/dates/999999/{outcome}/", {"note": "No"})
        assert real.status_code == missing.status_code == 404
    assert DateChangeRequest.objects.waiting().count() == 1


def test_the_navigation_counts_updates_and_dates(approver: User, activity: KeyActivity) -> None:
    make_submitted(activity)
    make_date_change(activity)
    page = page_of(approver, "/accessibility/")
    assert '2<span class="govuk-visually-hidden"> to do</span>' in page
    assert "One update to sign off and one new date" in page_of(approver)


@pytest.mark.parametrize(("asked", "shown"), [("", 1), ("2", 2), ("99", 2), ("x", 1), ("9" * 99, 1)])
def test_a_long_queue_has_pages_and_a_decision_leads_back_to_the_same_one(
    approver: User, activity: KeyActivity, asked: str, shown: int
) -> None:
    many(activity, PER_PAGE + 2, make_date_change)
    page = page_of(approver, f"/approvals/?page={asked}")
    assert f"Page {shown} of 2" in page
    assert page.count("<article") == (PER_PAGE if shown == 1 else 2)

    change = DateChangeRequest.objects.order_by("-requested_at", "-pk").first()
    assert change
    answer = signed_in(approver).post(f"/approvals/dates/{change.pk}/agree/", {"page": "2"})
    assert answer["Location"] == "/approvals/?page=2"


def queries(user: User) -> int:
    client = signed_in(user)
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/approvals/").status_code == 200
    return len(captured)


def test_the_queue_of_all_activities_takes_as_many_queries_as_one_of_two(
    owner: User, approver: User, activity: KeyActivity
) -> None:
    make_submitted(activity, by=owner)
    make_date_change(activity)
    few = queries(approver)

    for number in range(1, 113):
        another = make_activity(f"5.1.{number}", owner=activity.owner)
        if number % 3:
            make_submitted(another, by=owner)
        else:
            make_date_change(another)

    assert queries(approver) <= few  # a page of updates alone asks for no history of dates
    assert few <= 16
