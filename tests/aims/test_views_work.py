"""The work list over HTTP, asked as its users do."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from aims.models import KeyActivity, ReviewPeriod
from tests.aims.over_http import signed_in
from tests.factories import (
    make_activity,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3")


def test_what_is_due_is_listed_with_its_status(owner: User, activity: KeyActivity) -> None:
    page = signed_in(owner).get("/my/").content.decode()
    assert "One update from you" in page
    assert "Update due" in page
    assert f"/activities/{activity.number}/update/" in page


def test_between_rounds_the_page_says_so(owner: User, activity: KeyActivity) -> None:
    ReviewPeriod.objects.update(state="scheduled")
    client = signed_in(owner)
    assert "No round is open" in client.get("/my/").content.decode()
    assert "No round is open" in client.get(f"/activities/{activity.number}/update/").content.decode()


@pytest.mark.parametrize("path", ["/my/", "/my/?open=all"])
def test_the_work_list_costs_the_same_for_two_activities_and_for_forty(
    owner: User, activity: KeyActivity, path: str
) -> None:
    make_activity("4.1.4", owner=activity.owner)
    client = signed_in(owner)
    few = queries_of(client, path)
    for number in range(1, 39):
        make_activity(f"5.1.{number}", owner=activity.owner)
    assert queries_of(client, path) == few
    assert few <= 28


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/my/"])
def test_a_persons_work_is_kept_by_their_browser_alone(owner: User, address: str) -> None:
    response = signed_in(owner).get(address)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
