"""What each role reads through the API, and what nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from tests.factories import make_activity, make_approved, make_period, make_submitted, make_user, publish

pytestmark = pytest.mark.django_db

LIVE = [role for role in UserRole if role != UserRole.PARTNER]
READS_ALL = [UserRole.BOARD, UserRole.OFFICE, UserRole.ADMINISTRATOR]


@dataclass
class Round:
    """Two activities with an approved update each, and a third that waits for approval."""

    period: ReviewPeriod
    activity: KeyActivity
    approved: ProgressUpdate
    waiting: ProgressUpdate


@pytest.fixture
def round_() -> Round:
    period = make_period()
    activity = make_activity("1.1.1")
    exempt: dict[str, Any] = {"exempt_narrative": "The price is £4m", "exempt_paragraph": 3, "evidence": "Minute 12"}
    approved = make_approved(activity, **exempt)
    make_approved(make_activity("1.1.2"), **exempt)
    return Round(period, activity, approved, make_submitted(make_activity("1.1.3")))


def read_as(user: User | None, path: str) -> Any:
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(f"/api/v1/{path}")


def updates_of(user: User | None) -> dict[str, dict[str, Any]]:
    """What somebody reads in the list of updates, by the activity's number."""
    return {update["activity"]: update for update in read_as(user, "updates/").json()["results"]}


def close(period: ReviewPeriod) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.CLOSED, closed_at="2026-11-10T09:00:00Z")
    publish(period)


@pytest.mark.parametrize("role", LIVE)
def test_staff_and_the_board_read_the_round_under_way(round_: Round, role: UserRole) -> None:
    user = make_user(role)

    assert set(updates_of(user)) - {"1.1.3"} == {"1.1.1", "1.1.2"}
    assert read_as(user, f"updates/{round_.approved.pk}/").status_code == 200
    assert read_as(user, "periods/2026-27-h1/").status_code == 200


@pytest.mark.parametrize("role", [None, UserRole.PARTNER])
def test_everybody_else_reads_it_once_it_is_closed(round_: Round, role: UserRole | None) -> None:
    user = make_user(role) if role else None
    paths = [f"updates/{round_.approved.pk}/", "periods/2026-27-h1/"]

    assert updates_of(user) == {}
    assert [read_as(user, path).status_code for path in paths] == [404, 404]
    close(round_.period)
    assert set(updates_of(user)) == {"1.1.1", "1.1.2"}
    assert [read_as(user, path).status_code for path in paths] == [200, 200]


@pytest.mark.parametrize("role", [None, UserRole.PARTNER, *LIVE])
def test_what_is_not_yet_approved_is_for_the_office_alone(round_: Round, role: UserRole | None) -> None:
    user = make_user(role) if role else None
    is_office = role in (UserRole.OFFICE, UserRole.ADMINISTRATOR)

    assert ("1.1.3" in updates_of(user)) == is_office
    assert read_as(user, f"updates/{round_.waiting.pk}/").status_code == (200 if is_office else 404)


@pytest.mark.parametrize("post", ["owner", "approving_post"])
def test_and_for_whoever_writes_it_or_signs_it_off(round_: Round, post: str) -> None:
    owner = round_.waiting.activity.owner
    user = make_user(UserRole.APPROVER, holds=owner if post == "owner" else owner.approving_post)

    assert updates_of(user)["1.1.3"]["stage"] == "submitted"
    assert read_as(user, f"updates/{round_.waiting.pk}/").status_code == 200


def test_and_for_the_partner_whose_organisation_answers_for_it(round_: Round) -> None:
    body = round_.waiting.activity.owner.organisation

    assert set(updates_of(make_user(UserRole.PARTNER, organisation=body))) == {"1.1.3"}


@pytest.mark.parametrize("role", READS_ALL)
def test_the_board_and_the_office_read_all_exempt_text(round_: Round, role: UserRole) -> None:
    texts = {
        (update["exempt_narrative"], update["exempt_paragraph"])
        for update in updates_of(make_user(role)).values()
        if update["stage"] == "approved"
    }

    assert texts == {("The price is £4m", 3)}


@pytest.mark.parametrize(("role", "post"), [(UserRole.OWNER, "owner"), (UserRole.APPROVER, "approving_post")])
def test_owners_and_approvers_read_the_exempt_text_of_their_own_activities(
    round_: Round, role: UserRole, post: str
) -> None:
    owner = round_.activity.owner
    updates = updates_of(make_user(role, holds=owner if post == "owner" else owner.approving_post))

    assert (updates["1.1.1"]["exempt_narrative"], updates["1.1.1"]["exempt_paragraph"]) == ("The price is £4m", 3)
    assert (updates["1.1.2"]["exempt_narrative"], updates["1.1.2"]["exempt_paragraph"]) == (None, None)


@pytest.mark.parametrize("role", [None, UserRole.PARTNER])
def test_exempt_text_and_evidence_never_reach_the_public(round_: Round, role: UserRole | None) -> None:
    close(round_.period)
    user = make_user(role, holds=round_.activity.owner) if role else None
    answers = [read_as(user, path).content.decode() for path in ("updates/", f"updates/{round_.approved.pk}/")]

    assert not any(secret in answer for answer in answers for secret in ("£4m", "Minute 12"))


def test_no_answer_names_a_person(round_: Round) -> None:
    paths = ["aims/", "objectives/", "activities/", "organisations/", "owners/", "periods/", "updates/", ""]
    items = ["activities/1.1.1/", f"updates/{round_.approved.pk}/", f"owners/{round_.activity.owner.slug}/"]
    office = make_user(UserRole.OFFICE)
    persons = [words for user in User.objects.all() for words in (user.name, user.email)]

    for path in paths + items:
        answer = read_as(office, path).content.decode()
        assert not [words for words in persons if words in answer], path


def test_no_shared_cache_keeps_what_somebody_signed_in_reads(round_: Round) -> None:
    assert read_as(make_user(UserRole.BOARD), "updates/")["Cache-Control"] == "no-cache, private"
    assert read_as(None, "updates/")["Cache-Control"] == "no-cache"


def test_updates_of_a_strategy_no_longer_in_force_have_no_address(round_: Round) -> None:
    round_.activity.strategy.is_in_force = False
    round_.activity.strategy.save()

    assert updates_of(make_user(UserRole.OFFICE)) == {}
