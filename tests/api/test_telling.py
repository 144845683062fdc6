"""Readers say how much they are told: which fields, and what beside each item, within what they may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from aims.api.viewsets import MilestoneViewSet
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from funding.models import Allocation, FundingStream
from funding.services.allocating import allocate
from tests.api.world import make_world
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_agreed_date_change,
    make_approved,
    make_draft,
    make_milestone,
    make_organisation,
    make_owner,
    make_period,
    make_stream,
    make_user,
    publish,
)
from tests.remembered import remembered
from wmca_tracker.api.urls import LISTS

INCLUDING: dict[str, Any] = {
    name: viewset for name, (_, viewset) in LISTS.items() if getattr(viewset, "includes", {})
} | {"milestones": MilestoneViewSet}

pytestmark = pytest.mark.django_db


def client_of(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(path: str, user: User | None = None) -> Any:
    return client_of(user).get(f"/api/v1/{path}")


def read(path: str, user: User | None = None) -> Any:
    response = ask(path, user)
    assert response.status_code == 200, response.content
    return response.json()


def one(path: str, user: User | None = None) -> Any:
    (found,) = read(path, user)["results"]
    return found


def close(period: ReviewPeriod) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.CLOSED, closed_at="2026-11-10T09:00:00Z")
    publish(period)


def test_only_the_fields_that_are_named_are_told() -> None:
    make_activity()

    assert one("activities/?fields=role,number") == {"number": "1.1.1", "role": "deliver"}
    assert read("activities/1.1.1/?fields=kind") == {"kind": "time_bound"}


def test_fields_may_be_named_in_parameters_of_the_same_name_too() -> None:
    make_activity()

    assert one("activities/?fields=role&fields=number") == one("activities/?fields=number,role")


def test_a_field_keeps_its_form_and_what_is_included_stands_beside_it() -> None:
    activity = make_activity()

    found = one("activities/?include=owner,objective")

    assert (found["owner"], found["objective"]) == (activity.owner.slug, "1.1")
    assert found["included"]["owner"] == read(f"owners/{activity.owner.slug}/")
    assert found["included"]["objective"] == read("objectives/1.1/")
    assert "included" not in one("activities/")


def test_a_field_of_what_is_included_includes_it() -> None:
    activity = make_activity()

    found = read("activities/1.1.1/?fields=number,owner.title")

    assert found == {"number": "1.1.1", "included": {"owner": {"title": activity.owner.title}}}


def test_fields_of_what_is_included_leave_the_item_whole() -> None:
    make_activity()

    assert set(one("activities/?fields=aim.number")) == {*one("activities/"), "included"}


def test_what_there_is_none_of_is_null_or_an_empty_list() -> None:
    make_owner(slug="chief", title="Chief")
    make_activity()

    assert read("owners/chief/?include=approving_post")["included"] == {"approving_post": None}
    assert one("activities/?include=latest_update,milestones")["included"] == {"latest_update": None, "milestones": []}


def test_the_strategy_is_read_from_the_top_down_in_its_order() -> None:
    for number in ("1.1.10", "1.1.2", "1.2.1"):
        make_activity(number)
    make_activity("1.2.2", added_on=date(2020, 1, 1), retired_on=date(2021, 1, 1))

    (aim,) = read("aims/?fields=number,objectives.number")["results"]
    objectives = read("objectives/?fields=number,activities.number")["results"]

    assert aim["included"]["objectives"] == [{"number": "1.1"}, {"number": "1.2"}]
    assert [[each["number"] for each in objective["included"]["activities"]] for objective in objectives] == [
        ["1.1.2", "1.1.10"],
        ["1.2.1"],
    ]


def test_the_latest_update_is_the_last_that_the_asker_reads() -> None:
    period, activity = make_period(), make_activity()
    make_approved(activity, narrative="Work goes on.")
    office = make_user(UserRole.OFFICE)

    assert one("activities/?include=latest_update")["included"]["latest_update"] is None
    assert one("activities/?fields=latest_update.narrative", office)["included"]["latest_update"] == {
        "narrative": "Work goes on."
    }
    close(period)
    assert one("activities/?include=latest_update")["included"]["latest_update"]["narrative"] == "Work goes on."


def test_no_include_tells_what_the_asker_may_not_read() -> None:
    make_period()
    activity = make_activity()
    make_approved(activity, exempt_narrative="The price is £4m", exempt_paragraph=3, evidence="Minute 12")
    make_draft(make_activity("1.1.2"), narrative="Not to be told yet")
    make_milestone(activity, title="Secret step")
    make_agreed_date_change(activity, reason="Consent came late.")
    pay(make_stream(), activity)
    stranger = make_user(UserRole.PARTNER, organisation=make_organisation())

    for user in (None, stranger):
        for name, viewset in INCLUDING.items():
            told = ask(f"{name}/?include={','.join(viewset.includes)}", user)
            assert told.status_code == 200, told.content
            for secret in ("£4m", "Minute 12", "Not to be told", "Secret step", "came late", "7.00"):
                assert secret not in told.content.decode(), (name, secret)


def test_every_include_of_every_list_is_told_with_items_as_with_lists() -> None:
    office = Client()
    office.cookies[settings.SESSION_COOKIE_NAME] = remembered(make_world).sessions["office"]

    for name, viewset in INCLUDING.items():
        every = ",".join(viewset.includes)
        item = office.get(f"/api/v1/{name}/?include={every}").json()["results"][0]
        assert list(item["included"]) == list(viewset.includes), name
        assert office.get(f"{item['url']}?include={every}").json() == item


@pytest.mark.parametrize("size", [1, 4])
def test_an_include_costs_as_many_queries_however_long_the_list(
    size: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    a_little_of_everything(size)
    board = client_of(make_user(UserRole.BOARD))

    for name, viewset in INCLUDING.items():
        for include in set(viewset.includes) - {"summary", "position"}:
            with django_assert_max_num_queries(7):
                assert board.get(f"/api/v1/{name}/?include={include}").status_code == 200, (name, include)


def a_little_of_everything(size: int = 1) -> None:
    """Some of each thing that there is a list of, tied to each other, of a review that was published."""
    period, stream = make_period(), make_stream(funder=make_organisation())
    activities = [make_activity(f"1.{number}.1") for number in range(1, size + 1)]
    for activity in activities:
        tied_to(activity)
        pay(stream, activity)
    close(period)


def pay(stream: FundingStream, activity: KeyActivity) -> Allocation:
    """Seven pounds."""
    finance = make_user(UserRole.FINANCE)
    return allocate(stream=stream, target=activity, amount=Decimal(7), reason="Minute 12.", by=finance, now=IN_ROUND)


def tied_to(activity: KeyActivity) -> None:
    """A place, an update, a milestone and a date that was moved."""
    body = make_organisation()
    activity.places.create(slug=f"{body.slug}-place", name=f"{body.name} place", authority=body)
    activity.contributors.add(body)
    make_approved(activity)
    make_agreed_date_change(activity, milestone=make_milestone(activity), field="milestone")
