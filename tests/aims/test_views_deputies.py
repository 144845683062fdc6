"""Deputies for a holiday over HTTP, and partners who hold posts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Audience, Stage
from aims.models import Event, EvidenceFile, KeyActivity, Milestone, ProgressUpdate
from tests.aims.over_http import answers, signed_in
from tests.factories import IN_ROUND, make_activity, make_milestone, make_owner, make_submitted, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]

TODAY = IN_ROUND.date()


def deputy_of(post: Owner, **fields: Any) -> User:
    return make_user(organisation=post.organisation, **fields)


def asked(post: Owner, deputy: User, /, **changed: Any) -> dict[str, Any]:
    days = {"starts": "12 October 2026", "ends": "26 October 2026"}
    return {"post": post.slug, "person": deputy.pk} | days | changed


def test_a_deputy_finds_the_work_and_does_it(owner: User, activity: KeyActivity) -> None:
    deputy = deputy_of(activity.owner)
    page = signed_in(owner).post("/my/deputies/", asked(activity.owner, deputy), follow=True).content.decode()
    assert f"{deputy.name} deputises for you as {activity.owner.title} until 26 October 2026" in page
    client = signed_in(deputy)
    assert f"/activities/{activity.number}/update/" in client.get("/my/").content.decode()
    client.post(f"/activities/{activity.number}/update/", answers())
    assert ProgressUpdate.objects.get().author == deputy


def test_an_approvers_deputy_finds_the_queue_whatever_their_role(approver: User, activity: KeyActivity) -> None:
    assert activity.owner.approving_post
    update = make_submitted(activity)
    deputy = deputy_of(activity.owner.approving_post)
    signed_in(approver).post("/my/deputies/", asked(activity.owner.approving_post, deputy))
    client = signed_in(deputy)
    assert 'href="/approvals/"' in client.get("/definitions/").content.decode()
    client.post(f"/approvals/{update.pk}/approve/", {"version": update.version})
    update.refresh_from_db()
    assert (update.stage, update.approved_by) == (Stage.APPROVED, deputy)


@pytest.mark.parametrize("name", ["", "nowhere", "with-a-nul\0"])
def test_a_post_that_cannot_be_is_not_found(owner: User, activity: KeyActivity, name: str) -> None:
    assert signed_in(owner).post("/my/deputies/", {"post": name}).status_code == 404


def test_the_work_list_says_who_deputises_for_whom(owner: User, activity: KeyActivity) -> None:
    deputy = deputy_of(activity.owner, name="Della Deputy")
    signed_in(owner).post("/my/deputies/", asked(activity.owner, deputy))
    title = activity.owner.title
    told = f"Della Deputy deputises for you as {title} until 26 October 2026."
    assert told in signed_in(owner).get("/my/").content.decode()
    own = signed_in(deputy).get("/my/").content.decode()
    assert f"You deputise as {title} from 12 October 2026 until 26 October 2026." in own
    assert "deputises for you" not in own


def test_a_deputy_sees_what_they_deputise_for_and_can_pass_nothing_on(owner: User, activity: KeyActivity) -> None:
    deputy = deputy_of(activity.owner)
    signed_in(owner).post("/my/deputies/", asked(activity.owner, deputy))
    client = signed_in(deputy)
    page = client.get("/my/deputies/").content.decode()
    assert "You deputise for others" in page
    assert "Name a deputy" not in page
    assert client.post("/my/deputies/", asked(activity.owner, owner)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"person": ""}, 422, "Choose who deputises for you"),
        ({"ends": ""}, 422, "Give the last day of your absence"),
        ({"ends": "1 October 2026"}, 422, "Give a last day that is not before the first"),
        ({"starts": "1 October 2026"}, 409, "not in the past"),
        ({"ends": "26 October 2027"}, 409, "within half a year"),
    ],
)
def test_what_is_wrong_with_a_deputy_is_said(
    owner: User, activity: KeyActivity, changed: dict[str, str], status: int, problem: str
) -> None:
    deputy = deputy_of(activity.owner)
    answer = signed_in(owner).post("/my/deputies/", asked(activity.owner, deputy, **changed))
    assert answer.status_code == status
    assert problem in answer.content.decode()
    assert not deputy.holdings.exists()


def test_only_people_of_the_posts_organisation_are_offered(owner: User, activity: KeyActivity) -> None:
    colleague, stranger = deputy_of(activity.owner, name="Carla Colleague"), make_user(name="Sam Stranger")
    client = signed_in(owner)
    page = client.get("/my/deputies/").content.decode()
    assert "Carla Colleague" in page
    assert "Sam Stranger" not in page
    assert client.post("/my/deputies/", asked(activity.owner, stranger)).status_code == 422
    assert colleague.holdings.count() == 0


def test_a_deputy_is_withdrawn_by_the_holder_alone(owner: User, activity: KeyActivity) -> None:
    deputy = deputy_of(activity.owner)
    signed_in(owner).post("/my/deputies/", asked(activity.owner, deputy))
    url = f"/my/deputies/{deputy.holdings.get().pk}/end/"
    for person in (deputy, make_user(holds=make_owner())):
        assert signed_in(person).post(url).status_code == 404
    page = signed_in(owner).post(url, follow=True).content.decode()
    assert "no longer deputises for you" in page
    assert "One update from you" not in signed_in(deputy).get("/my/").content.decode()
    assert signed_in(owner).post(url).status_code == 409


def test_the_deputies_cost_the_same_for_one_post_and_for_ten(
    owner: User, activity: KeyActivity, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(owner)
    with django_assert_max_num_queries(24) as few:
        client.get("/my/deputies/")
    for _ in range(9):
        deputy = deputy_of(activity.owner)
        Holding.objects.create(user=deputy, owner=activity.owner, is_deputy=True, starts=TODAY, ends=TODAY)
    with django_assert_max_num_queries(len(few)):
        assert client.get("/my/deputies/").status_code == 200


@pytest.fixture
def partner(activity: KeyActivity) -> User:
    return make_user(UserRole.PARTNER, holds=activity.owner)


@pytest.fixture
def partner_above(activity: KeyActivity) -> User:
    return make_user(UserRole.PARTNER, holds=activity.owner.approving_post)


def links(client: Client) -> set[str]:
    page = client.get("/definitions/").content.decode()
    return {path for path in ("/my/", "/approvals/", "/people/") if f'href="{path}"' in page}


def test_a_partner_finds_the_work_of_the_posts_that_they_hold(partner: User, partner_above: User) -> None:
    assert links(signed_in(partner)) == {"/my/"}
    assert links(signed_in(partner_above)) == {"/my/", "/approvals/"}
    assert links(signed_in(make_user(UserRole.PARTNER))) == set()


def test_a_partner_updates_and_another_signs_off(partner: User, partner_above: User, activity: KeyActivity) -> None:
    signed_in(partner).post(f"/activities/{activity.number}/update/", answers())
    update = ProgressUpdate.objects.get()
    client = signed_in(partner_above)
    assert "Three of five pilots are live." in client.get("/approvals/").content.decode()
    client.post(f"/approvals/{update.pk}/approve/", {"version": update.version})
    update.refresh_from_db()
    assert (update.stage, update.approved_by) == (Stage.APPROVED, partner_above)


def test_a_partner_signs_off_nothing_that_they_wrote(partner: User, activity: KeyActivity) -> None:
    assert activity.owner.approving_post
    Holding.objects.create(user=partner, owner=activity.owner.approving_post, starts=TODAY)
    update = make_submitted(activity, by=partner)
    answer = signed_in(partner).post(f"/approvals/{update.pk}/approve/", {"version": update.version})
    assert answer.status_code == 404


def test_a_partner_sees_what_belongs_to_their_posts_and_nothing_else(
    partner: User, partner_above: User, activity: KeyActivity
) -> None:
    other = make_activity("5.1.1")
    make_milestone(activity)
    make_milestone(other)
    make_submitted(activity, by=partner)
    make_submitted(other)
    for person in (partner, partner_above):
        assert {row.activity for row in ProgressUpdate.objects.visible_to(person, TODAY)} == {activity}
        assert {row.activity for row in Milestone.objects.visible_to(person, TODAY)} == {activity}
        assert {row.activity for row in Event.objects.visible_to(person, TODAY)} == {activity}
    nobody = make_user(UserRole.PARTNER)
    for rows in (ProgressUpdate, Milestone, Event, EvidenceFile):
        assert not rows.objects.visible_to(nobody, TODAY).exists()


def test_what_happens_to_people_is_for_the_office_alone(office: User, owner: User, activity: KeyActivity) -> None:
    deputy = deputy_of(activity.owner)
    signed_in(owner).post("/my/deputies/", asked(activity.owner, deputy))
    event = Event.objects.get()
    assert event.audience == Audience.OFFICE
    assert event in Event.objects.visible_to(office, TODAY)
    for person in (owner, deputy, make_user(UserRole.BOARD)):
        assert event not in Event.objects.visible_to(person, TODAY)
