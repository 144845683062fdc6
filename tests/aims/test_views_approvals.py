"""Signing off over HTTP, asked as approvers do."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Stage
from aims.models import Event, KeyActivity, ReviewPeriod
from tests.aims.over_http import signed_in
from tests.factories import (
    make_activity,
    make_submitted,
    make_user,
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


@pytest.mark.parametrize("version", ["", "-1", "one", "²", "9" * 5000])
def test_what_is_no_version_approves_nothing(approver: User, activity: KeyActivity, version: str) -> None:
    waiting = make_submitted(activity)
    response = signed_in(approver).post(f"/approvals/{waiting.pk}/approve/", {"version": version})
    waiting.refresh_from_db()
    assert (response.status_code, waiting.stage) == (409, Stage.SUBMITTED)


def test_the_queue_costs_the_same_for_two_activities_and_for_forty(
    owner: User, approver: User, activity: KeyActivity, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 41):
        make_submitted(make_activity(f"5.1.{number}", owner=activity.owner), by=owner)
    client = signed_in(approver)
    with django_assert_max_num_queries(24):
        assert client.get("/approvals/").status_code == 200


@pytest.mark.parametrize("address", ["/approvals/"])
def test_a_persons_queue_is_kept_by_their_browser_alone(approver: User, address: str) -> None:
    response = signed_in(approver).get(address)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
