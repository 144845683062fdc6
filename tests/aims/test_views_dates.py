"""The dates of an activity over HTTP, as its owner keeps them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Decision
from aims.models import DateChangeRequest, KeyActivity, Milestone, ReviewPeriod
from aims.services.dates import complete_milestone, request_date_change, set_baseline
from tests.aims.evidence_files import pdf
from tests.aims.over_http import signed_in
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_agreed_date_change,
    make_date_change,
    make_milestone,
    make_owner,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_the_round")]
START, END = date(2026, 4, 1), date(2027, 3, 31)
DATES = "/activities/4.1.3/dates/"
ASK = f"{DATES}ask/"
BASELINE = f"{DATES}baseline/"
ADD = "/activities/4.1.3/milestones/add/"
COMPLETE = "/activities/4.1.3/milestones/1/complete/"
ASKED = {"which": "end", "proposed_date": "30 June 2027", "reason": "Consent came late.", "effect": ""}
DONE = {"completed_on": "1 October 2026", "evidence": "Minute 7, https://example.org/minutes"}


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("4.1.3", baseline_start=START, baseline_end=END)


@pytest.fixture
def keeper(owner: User) -> Client:
    return signed_in(owner)


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def send(client: Client, address: str, answers: dict[str, Any], status: int) -> str:
    answer = client.post(address, answers)
    assert answer.status_code == status, answer.content.decode()
    return text(client, answer["Location"]) if status == 302 else answer.content.decode()


def test_the_page_shows_every_date_and_every_move(keeper: Client, activity: KeyActivity) -> None:
    make_agreed_date_change(activity, decision_note="Once.", effect="Two lines open later.")
    make_date_change(activity, previous_date=date(2027, 4, 30), proposed_date=date(2027, 8, 1))
    make_milestone(activity, baseline_date=date(2026, 9, 1))

    page = text(keeper, DATES)

    for words in (
        "31 March 2027",
        "30 April 2027",
        "30 days later than the baseline",
        "Two lines open later.",
        "Once.",
    ):
        assert words in page
    assert "Waits for a decision" in page
    assert "41 days overdue" in page
    assert f'href="{COMPLETE}"' in page
    assert f'href="{ASK}?date=1"' in page
    assert f'href="{ASK}?date=end"' not in page  # it waits already


def test_a_link_in_evidence_can_be_followed_and_nothing_else_runs(keeper: Client, activity: KeyActivity) -> None:
    evidence = "See https://example.org/minutes and javascript:alert(1) <script>alert(2)</script>"
    make_milestone(activity, completed_on=START, evidence=evidence)

    page = text(keeper, DATES)

    assert '<a href="https://example.org/minutes" rel="nofollow">' in page
    assert 'href="javascript' not in page
    assert "<script>alert(2)" not in page


def test_a_baseline_is_asked_for_where_none_stands_and_set_once(owner: User, period: ReviewPeriod) -> None:
    bare = make_activity("4.1.4")
    make_milestone(bare, baseline_date=None)
    keeper, address = signed_in(make_user(holds=bare.owner)), "/activities/4.1.4/dates/baseline/"
    assert "can never be edited" in text(keeper, address)

    page = send(keeper, address, {"start": "1 April 2026", "end": "31 March 2027", "1": "1 December 2026"}, 302)

    assert "The baseline of 4.1.4 is set" in page
    bare.refresh_from_db()
    assert (bare.baseline_start, bare.baseline_end) == (START, END)
    assert Milestone.objects.get().baseline_date == date(2026, 12, 1)
    assert "Every date has its baseline" in text(keeper, address)
    assert "Every date has its baseline already" in send(keeper, address, {"start": "1 May 2026"}, 422)


@pytest.mark.parametrize(
    ("answers", "problem", "field"),
    [
        ({}, "Enter at least one date", "start"),
        ({"start": "soon"}, "Enter a date such as 31 January 2027", "start"),
        ({"start": "1 April 2027", "end": "31 March 2027"}, "Enter an end on or after the start", "end"),
        ({"end": "1 April 1926"}, "Enter a date between 2000 and 2100", "end"),
    ],
)
def test_a_baseline_that_makes_no_sense_is_said_at_its_question(
    period: ReviewPeriod, answers: dict[str, str], problem: str, field: str
) -> None:
    bare = make_activity("4.1.3")

    page = send(signed_in(make_user(holds=bare.owner)), BASELINE, answers, 422)

    assert f'<a href="#id_{field}">{problem}</a>' in page


def test_a_baseline_set_meanwhile_is_a_conflict(
    period: ReviewPeriod, monkeypatch: pytest.MonkeyPatch, office: User
) -> None:
    bare = make_activity("4.1.3")
    keeper = signed_in(make_user(holds=bare.owner))

    def first(**given: Any) -> None:
        set_baseline(activity=bare, start=START, end=END, by=office, now=IN_ROUND)
        set_baseline(**given)

    monkeypatch.setattr("aims.views.dates.set_baseline", first)
    page = send(keeper, BASELINE, {"start": "2 April 2026"}, 409)

    assert "A baseline is set once" in page
    assert "See the dates as they stand now" in page


def test_a_milestone_is_added(keeper: Client, activity: KeyActivity) -> None:
    page = send(keeper, ADD, {"title": "Works begin", "baseline_date": "1/2/2027"}, 302)

    assert "“Works begin” is added" in page
    assert (activity.milestones.get().title, activity.milestones.get().baseline_date) == (
        "Works begin",
        date(2027, 2, 1),
    )


def test_a_milestone_without_a_name_is_refused_at_its_question(keeper: Client, activity: KeyActivity) -> None:
    page = send(keeper, ADD, {"title": " "}, 422)

    assert '<a href="#id_title">Say what is reached with the milestone</a>' in page


def test_a_milestone_that_stands_already_is_a_conflict(keeper: Client, activity: KeyActivity) -> None:
    make_milestone(activity)

    assert "is a milestone of this activity already" in send(keeper, ADD, {"title": "Contract let"}, 409)


def test_a_milestone_is_completed_with_words(keeper: Client, activity: KeyActivity) -> None:
    make_milestone(activity)

    page = send(keeper, COMPLETE, DONE, 302)

    assert "“Contract let” is completed" in page
    assert "61 days earlier than the baseline" in page
    assert activity.milestones.get().evidence == DONE["evidence"]


def test_a_milestone_is_completed_with_a_file(keeper: Client, activity: KeyActivity) -> None:
    make_milestone(activity)
    file = SimpleUploadedFile("minutes.pdf", pdf(), "text/html")

    page = send(keeper, COMPLETE, {"completed_on": "1 October 2026", "file": file}, 302)

    assert "See the attached file: minutes.pdf" in page
    assert activity.milestones.get().evidence_files.get().content_type == "application/pdf"


@pytest.mark.parametrize(
    ("changed", "problem", "field"),
    [
        ({"completed_on": ""}, "Enter the day on which it was reached", "completed_on"),
        ({"completed_on": "13 October 2026"}, "Enter a day up to today", "completed_on"),
        ({"evidence": " "}, "Say what shows that it was reached, or attach a file", "evidence"),
        ({"file": SimpleUploadedFile("page.html", b"<p>")}, "Print the page as a PDF", "file"),
        ({"file": SimpleUploadedFile("minutes.pdf", b"")}, "The file is empty", "file"),
    ],
)
def test_what_is_wrong_with_a_completion_is_said_at_its_question(
    keeper: Client, activity: KeyActivity, changed: dict[str, Any], problem: str, field: str
) -> None:
    make_milestone(activity)

    page = send(keeper, COMPLETE, DONE | changed, 422)

    assert f'<a href="#id_{field}">{problem}' in page
    assert activity.milestones.get().completed_on is None
    assert not activity.evidence_files.exists()


def test_the_second_completion_is_a_conflict_that_says_what_stands(
    keeper: Client, activity: KeyActivity, office: User
) -> None:
    done = make_milestone(activity)
    complete_milestone(milestone=done, completed_on=START, evidence="Minute 6", by=office, now=IN_ROUND)

    page = send(keeper, COMPLETE, DONE, 409)

    assert "“Contract let” was completed on 1 April 2026 already" in page


def test_a_new_date_is_asked_for_and_waits(keeper: Client, activity: KeyActivity, owner: User) -> None:
    assert re.search(r'value="end"[^>]*checked', text(keeper, f"{ASK}?date=end"))

    page = send(keeper, f"{ASK}?date=end", ASKED, 302)

    assert "it is for the approver to decide" in page
    assert "Waits for a decision" in page
    asked = DateChangeRequest.objects.get()
    assert (asked.proposed_date, asked.requested_by, asked.decision) == (date(2027, 6, 30), owner, Decision.REQUESTED)
    activity.refresh_from_db()
    assert activity.baseline_end == END


def test_a_new_date_of_a_milestone_is_asked_for_by_its_place(keeper: Client, activity: KeyActivity) -> None:
    milestone = make_milestone(activity)

    send(keeper, ASK, ASKED | {"which": "1"}, 302)

    assert DateChangeRequest.objects.get().milestone == milestone


@pytest.mark.parametrize(
    ("changed", "problem", "field"),
    [
        ({"which": ""}, "Choose the date that has to move", "which_0"),
        ({"which": "middle"}, "Choose one of the dates that can move now", "which_0"),
        ({"proposed_date": ""}, "Enter the date that you propose", "proposed_date"),
        ({"proposed_date": "31 March 2027"}, "Enter another day than the one that stands", "proposed_date"),
        ({"proposed_date": "1 October 2026"}, "Enter a day that is still to come", "proposed_date"),
        (
            {"which": "start", "proposed_date": "1 April 2027"},
            "The end has to be on or after the start",
            "proposed_date",
        ),
        ({"reason": " "}, "Say why the date has to move", "reason"),
    ],
)
def test_a_request_that_makes_no_sense_is_said_at_its_question(
    keeper: Client, activity: KeyActivity, changed: dict[str, str], problem: str, field: str
) -> None:
    page = send(keeper, ASK, ASKED | changed, 422)

    assert f'<a href="#id_{field}">{problem}' in page
    assert not DateChangeRequest.objects.exists()


def test_a_date_that_waits_already_says_who_asked(keeper: Client, activity: KeyActivity, office: User) -> None:
    make_date_change(activity, requested_by=office)

    assert "Otis Office has asked to move Planned end to 30 April 2027 already" in " ".join(
        text(keeper, f"{ASK}?date=end").split()
    )
    assert "Otis Office has asked" in " ".join(send(keeper, ASK, ASKED, 409).split())


def test_a_request_made_meanwhile_is_a_conflict(
    keeper: Client, activity: KeyActivity, office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(**given: Any) -> None:
        make_date_change(activity, requested_by=office)
        request_date_change(**given)

    monkeypatch.setattr("aims.views.dates.request_date_change", first)

    assert "waits for a decision already" in send(keeper, ASK, ASKED, 409)


@pytest.mark.parametrize("key", ["start", "end", "1"])
def test_without_a_date_the_baseline_comes_first(period: ReviewPeriod, key: str) -> None:
    bare = make_activity("4.1.3")
    make_milestone(bare, baseline_date=None)

    page = text(signed_in(make_user(holds=bare.owner)), f"{ASK}?date={key}")

    assert f'href="{BASELINE}">Set the baseline</a> first' in page
    assert "<form method" not in page.partition("<main")[2]


def test_a_retired_activity_shows_its_dates_and_takes_none(keeper: Client, activity: KeyActivity) -> None:
    make_milestone(activity)
    KeyActivity.objects.filter(pk=activity.pk).update(retired_on=START)

    assert "This activity was retired on 1 April 2026" in text(keeper, DATES)
    for address in (ASK, ADD, COMPLETE):
        assert "This activity was retired" in text(keeper, address)
    assert "was retired on 1 April 2026" in send(keeper, ADD, {"title": "Opened"}, 409)


@pytest.mark.parametrize("address", [DATES, BASELINE, ASK, ADD, COMPLETE])
def test_anothers_dates_answer_like_ones_that_do_not_exist(activity: KeyActivity, approver: User, address: str) -> None:
    make_milestone(activity)
    for user in (approver, make_user(UserRole.BOARD), make_user(UserRole.PARTNER), make_user(holds=make_owner())):
        assert signed_in(user).get(address).status_code == 404
    assert signed_in(make_user(UserRole.OFFICE)).get(address).status_code == 200
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("address", ["/activities/4.1.3/milestones/2/complete/", "/activities/9.9.9/dates/"])
def test_what_does_not_exist_is_not_found(keeper: Client, activity: KeyActivity, address: str) -> None:
    make_milestone(activity)

    assert keeper.get(address).status_code == 404


@pytest.mark.parametrize("milestones", [1, 15])
def test_the_page_costs_the_same_whatever_the_number_of_dates(
    keeper: Client,
    activity: KeyActivity,
    milestones: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for position in range(1, milestones + 1):
        milestone = make_milestone(activity, position=position)
        make_agreed_date_change(activity, field="milestone", milestone=milestone)
    with django_assert_max_num_queries(20):
        assert keeper.get(DATES).status_code == 200
