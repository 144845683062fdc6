"""The work list over HTTP, asked as its users do."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from tests.aims.over_http import answers, make_earlier, signed_in
from tests.factories import (
    make_activity,
    make_date_change,
    make_extension,
    make_milestone,
    make_owner,
    make_submitted,
    make_user,
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
    assert few <= 30


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/my/"])
def test_a_persons_work_is_kept_by_their_browser_alone(owner: User, address: str) -> None:
    response = signed_in(owner).get(address)
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}


def several(client: Client, *numbers: str) -> str:
    return client.post("/my/no-change/", {"activity": numbers}, follow=True).content.decode()


def test_no_change_goes_for_several_and_says_why_one_is_refused(owner: User, activity: KeyActivity) -> None:
    make_earlier(activity)
    silent = make_activity("4.1.4", owner=activity.owner)
    page = several(signed_in(owner), activity.number, silent.number, "9.9.9")
    assert "4.1.3 is sent for approval as unchanged" in page
    assert "4.1.4 was not sent. There is no last update to repeat" in page
    assert "9.9.9 was not sent. It is not among your activities" in page
    assert ProgressUpdate.objects.get(is_no_change=True).activity == activity


def test_no_change_takes_nothing_of_somebody_else(owner: User, activity: KeyActivity) -> None:
    make_earlier(activity)
    stranger = signed_in(make_user(holds=make_owner()))
    assert "4.1.3 was not sent. It is not among your activities" in several(stranger, activity.number)
    assert not ProgressUpdate.objects.filter(is_no_change=True).exists()


def test_no_change_without_a_choice_says_so(owner: User, activity: KeyActivity) -> None:
    assert "choose at least one activity" in several(signed_in(owner))


@pytest.mark.parametrize(
    ("query", "open_cards"),
    [
        ("", ["4.1.3"]),
        ("?open=4.1.4", ["4.1.4"]),
        ("?open=4.1.3&open=4.1.4", ["4.1.3", "4.1.4"]),
        ("?open=all", ["4.1.3", "4.1.4"]),
        ("?open=", []),
        ("?open=9.9.9&open=nonsense", []),
    ],
)
def test_the_address_says_which_cards_are_open(
    owner: User, activity: KeyActivity, query: str, open_cards: list[str]
) -> None:
    make_activity("4.1.4", owner=activity.owner)
    page = signed_in(owner).get(f"/my/{query}").content.decode()
    assert re.findall(r'data-card="\d+:([\d.]+)"', page) == open_cards


def test_ids_of_two_open_cards_differ(owner: User, activity: KeyActivity) -> None:
    make_activity("4.1.4", owner=activity.owner)
    page = signed_in(owner).get("/my/?open=all").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_after_a_send_the_other_open_cards_stay_open(owner: User, activity: KeyActivity) -> None:
    make_activity("4.1.4", owner=activity.owner)
    given = answers(open=["4.1.4", "4.1.3", "//evil.example"])
    answer = signed_in(owner).post("/activities/4.1.3/update/", given)
    assert answer["Location"] == "/my/?open=4.1.4"


def test_dates_that_have_gone_by_are_said_with_what_to_do(owner: User, activity: KeyActivity) -> None:
    make_milestone(activity, title="Grid connection", baseline_date=date(2026, 8, 31))
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_end=date(2026, 10, 1))
    client = signed_in(owner)
    page = client.get("/my/").content.decode()
    assert "The milestone “Grid connection” was due 31 August 2026 and has no result." in page
    assert "/activities/4.1.3/milestones/1/complete/" in page
    assert "The agreed end, 1 October 2026, has gone by." in page
    assert "/activities/4.1.3/dates/ask/?date=end" in page
    make_submitted(activity, by=owner, override_reason="Connected since.", evidence="The operator's letter.")
    assert "Dates that have gone by" in client.get("/my/").content.decode()
    ReviewPeriod.objects.update(state="scheduled")
    assert "Dates that have gone by" in client.get("/my/").content.decode()


def test_a_date_that_is_asked_for_is_not_asked_for_again(owner: User, activity: KeyActivity) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_end=date(2026, 10, 1))
    make_date_change(activity, previous_date=date(2026, 10, 1), proposed_date=date(2026, 12, 1), requested_by=owner)
    page = signed_in(owner).get("/my/").content.decode()
    assert "1 December 2026 is asked for instead and waits for a decision" in page
    assert "dates/ask/" not in page


def test_what_waits_for_the_persons_decision_leads_to_the_queue(approver: User, activity: KeyActivity) -> None:
    make_submitted(activity)
    page = signed_in(approver).get("/my/").content.decode()
    assert "One update or new date waits for your decision" in " ".join(page.split())


def test_late_and_extended_are_said_as_they_are(
    owner: User, activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    make_extension(period, activity.owner, until=date(2026, 11, 10))
    assert "Extended to 10 November 2026" in signed_in(owner).get("/my/").content.decode()
    ReviewPeriod.objects.filter(pk=period.pk).update(submission_closes=date(2026, 10, 5))
    late = make_user(holds=make_activity("4.1.4").owner)
    page = " ".join(signed_in(late).get("/my/").content.decode().split())
    assert "What you send now counts for 2026/27 H2. In 2026/27 H1 one activity stands as “no update”." in page
    assert "Was due 5 October 2026" in page


def test_htmx_gets_the_card_alone(owner: User, activity: KeyActivity) -> None:
    page = signed_in(owner).get("/activities/4.1.3/update/", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith("<title>")
    assert 'id="card-4-1-3"' in page
    assert "<html" not in page
