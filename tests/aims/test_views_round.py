"""The round desk over HTTP, as the performance office uses it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind, Kind, PeriodState, Role
from aims.models import Event, Extension, KeyActivity, Notice, ReviewPeriod
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_objective,
    make_owner,
    make_period,
    make_submitted,
    make_user,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def desk(office: User) -> Client:
    return signed_in(office)


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def windows(**changed: str) -> dict[str, str]:
    given = {"round": "2026-27-h1", "submission_opens": "1 October 2026", "submission_closes": "4 November 2026"}
    return given | changed


def test_the_desk_says_how_far_the_round_has_come(desk: Client, owner: User, activity: KeyActivity) -> None:
    make_submitted(activity, by=owner)
    make_activity("1.1.2", owner=activity.owner)

    page = page_of(desk, "/round/")

    assert "2026/27 H1</span> 1 of 2 updates sent" in page
    assert "Updates are taken from 1 October to 4 November 2026." in page
    assert "Olive Owner" in page
    assert "in 23 days" in page


def test_between_rounds_the_next_one_can_be_opened(desk: Client) -> None:
    make_period(state=PeriodState.SCHEDULED)
    assert 'href="/round/open/?period=2026-27-h1"' in page_of(desk, "/round/")


def test_without_a_strategy_the_desk_says_what_is_missing(desk: Client) -> None:
    assert "No half-year is scheduled" in page_of(desk, "/round/")


def test_a_round_that_is_being_closed_says_so(desk: Client) -> None:
    make_period(state=PeriodState.CLOSING)
    assert "is being closed" in page_of(desk, "/round/")


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("", {"1.1.1", "1.1.2"}),
        ("?status=draft", {"1.1.2"}),
        ("?status=approved", {"1.1.3"}),
        ("?status=all", {"1.1.1", "1.1.2", "1.1.3"}),
        ("?status=nonsense", {"1.1.1", "1.1.2"}),
        ("?aim=2&status=all", set()),
        ("?organisation=nobody", {"1.1.1", "1.1.2"}),
    ],
)
def test_posts_are_filtered_by_plain_addresses(
    desk: Client, period: ReviewPeriod, asked: str, listed: set[str]
) -> None:
    posts = {number: make_activity(number).owner.title for number in ("1.1.1", "1.1.2", "1.1.3")}
    make_activity("2.1.1")
    make_draft(KeyActivity.objects.get(number="1.1.2"))
    make_approved(KeyActivity.objects.get(number="1.1.3"))

    page = page_of(desk, f"/round/{asked}")

    table = page.partition("<tbody role")[2].partition("</tbody>")[0] if "round__posts" in page else ""
    assert {number for number, title in posts.items() if f"> {title} <" in table} == listed


def test_a_filter_lists_the_activities_that_answer_it(desk: Client, owner: User, activity: KeyActivity) -> None:
    make_activity("1.1.2", owner=activity.owner)
    make_submitted(activity, by=owner)

    page = page_of(desk, "/round/?status=submitted")

    assert 'id="open-1.1.1"' in page
    assert 'id="open-1.1.2"' not in page
    assert "Still to send</th>" not in page


def test_htmx_gets_the_live_part_only_when_something_has_changed(
    desk: Client, owner: User, activity: KeyActivity
) -> None:
    stamp = page_of(desk, "/round/").partition('"stamp": "')[2][:16]
    assert desk.get("/round/", {"stamp": stamp}, headers=HTMX).status_code == 204

    make_submitted(activity, by=owner)

    changed = desk.get("/round/", {"stamp": stamp}, headers=HTMX)
    assert changed.status_code == 200
    assert 'id="round-live"' in changed.content.decode()
    assert "1 of 1 sent now, 0 approved." in changed.content.decode()
    assert "<html" not in changed.content.decode()


def test_a_round_is_opened_with_the_windows_given(desk: Client) -> None:
    make_period(state=PeriodState.SCHEDULED)
    make_activity()
    page = page_of(desk, "/round/open/")
    assert "1 update becomes due from 1 post." in page
    assert "Nobody holds 1 post" in page

    answer = desk.post("/round/open/?period=2026-27-h1", windows(submission_closes="20 November 2026"), follow=True)

    assert "2026/27 H1 takes updates until 20 November 2026" in answer.content.decode()
    assert ReviewPeriod.objects.get().state == PeriodState.OPEN


def test_a_round_opened_late_is_offered_five_weeks(office: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    make_period(state=PeriodState.SCHEDULED)
    assert 'value="28 December 2026"' in page_of(signed_in(office), "/round/open/")


def test_a_deadline_before_the_end_is_said_at_its_field(desk: Client) -> None:
    make_period(state=PeriodState.SCHEDULED)
    answer = desk.post("/round/open/?period=2026-27-h1", windows(submission_closes="30 September 2026"))
    assert answer.status_code == 422
    assert 'href="#id_submission_closes">Choose a day after 1 October 2026' in answer.content.decode()


def test_a_second_round_is_not_opened(desk: Client, following: ReviewPeriod) -> None:
    assert "A round is under way" in page_of(desk, "/round/open/")
    answer = desk.post("/round/open/?period=2026-27-h2", windows(round="2026-27-h2"))
    assert answer.status_code == 409
    assert ReviewPeriod.objects.get(pk=following.pk).state == PeriodState.SCHEDULED


def test_windows_change_with_a_reason(desk: Client, period: ReviewPeriod) -> None:
    assert 'value="4 November 2026"' in page_of(desk, "/round/windows/")
    wordless = desk.post("/round/windows/", windows(submission_closes="11 November 2026"))
    assert (wordless.status_code, b"Say why the windows change" in wordless.content) == (422, True)

    desk.post("/round/windows/", windows(submission_closes="11 November 2026", reason="Half-term"))

    period.refresh_from_db()
    assert period.submission_closes == date(2026, 11, 11)


def test_a_deadline_in_the_past_is_asked_about_again(desk: Client, period: ReviewPeriod) -> None:
    answers = windows(submission_closes="10 October 2026", reason="All have answered")
    answer = desk.post("/round/windows/", answers)
    assert answer.status_code == 409
    assert "confirm that it is to lie in the past" in answer.content.decode()

    assert desk.post("/round/windows/", answers | {"although_past": "on"}).status_code == 302


def test_a_form_about_another_round_changes_nothing(desk: Client, period: ReviewPeriod) -> None:
    answer = desk.post("/round/windows/", windows(round="2026-27-h2", reason="Half-term"))
    assert answer.status_code == 422
    assert "The round has changed: this is about 2026/27 H1 now" in answer.content.decode()


def test_chasing_shows_who_gets_it_and_tells_each_once(desk: Client, owner: User, activity: KeyActivity) -> None:
    unheld = make_activity("1.1.2")
    page = page_of(desk, "/round/chase/")
    assert f"Olive Owner · {activity.owner}" in page
    assert "Nobody holds this post" in page
    assert "Your updates for 2026/27 H1 are due by 4 November 2026" in page

    answers = {"round": "2026-27-h1", "owner": [activity.owner.slug, unheld.owner.slug], "message": "Please send."}
    answer = desk.post("/round/chase/", answers, follow=True)
    assert "1 person is asked for their updates" in answer.content.decode()
    assert "12 October, 10:00" in answer.content.decode()

    again = desk.post("/round/chase/", answers, follow=True)
    assert "Nobody new was asked" in again.content.decode()
    assert Notice.objects.get().person == owner
    assert Event.objects.filter(kind=EventKind.CHASED).count() == 1


def test_only_the_ticked_posts_are_chosen_for_a_message(desk: Client, period: ReviewPeriod) -> None:
    posts = [make_activity(f"1.1.{number}").owner for number in (1, 2)]
    for post in posts:
        make_user(holds=post)

    page = page_of(desk, f"/round/chase/?owner={posts[0].slug}")

    ticked = [part for part in page.split("<input")[1:] if 'name="owner"' in part and " checked" in part]
    assert [f'value="{posts[0].slug}"' in part for part in ticked] == [True]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [({"message": "Please."}, "Choose at least one post"), ({"owner": "post"}, "Write what you ask for")],
)
def test_a_message_needs_a_post_and_words(
    desk: Client, activity: KeyActivity, answers: dict[str, str], problem: str
) -> None:
    answer = desk.post("/round/chase/", {"round": "2026-27-h1"} | answers)
    assert answer.status_code == 422
    assert problem in answer.content.decode()


@pytest.mark.parametrize("path", ["/round/chase/", "/round/extend/"])
def test_between_rounds_there_is_nobody_to_ask_and_nothing_to_extend(desk: Client, path: str) -> None:
    make_period(state=PeriodState.SCHEDULED)
    answer = desk.get(path, follow=True)
    assert answer.redirect_chain == [("/round/", 302)]
    assert "No round is open now" in answer.content.decode()


def test_a_deadline_is_extended_with_a_reason_and_listed(desk: Client, activity: KeyActivity) -> None:
    answers = {"round": "2026-27-h1", "owner": activity.owner.slug, "until": "10 November 2026", "reason": "Illness"}

    answer = desk.post("/round/extend/", answers, follow=True)

    assert f"{activity.owner} has time until 10 November 2026" in answer.content.decode()
    assert Extension.objects.get().reason == "Illness"
    assert "Illness" in page_of(desk, "/round/")
    assert "Illness" in page_of(desk, "/round/extend/")


@pytest.mark.parametrize(
    ("changed", "status", "problem"),
    [
        ({"reason": " "}, 422, "Say why the deadline is extended"),
        ({"until": "soon"}, 422, "Enter a date such as 31 January 2027"),
        ({"until": "4 November 2026"}, 409, "Choose a day after 4 November 2026, the deadline of the round"),
        ({"owner": "nobody"}, 422, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_an_extension_is_said(
    desk: Client, activity: KeyActivity, changed: dict[str, str], status: int, problem: str
) -> None:
    answers = {"round": "2026-27-h1", "owner": activity.owner.slug, "until": "10 November 2026", "reason": "Illness"}
    answer = desk.post("/round/extend/", answers | changed)
    assert answer.status_code == status
    assert problem in answer.content.decode()


def test_signals_are_listed_with_what_they_rest_on(desk: Client, activity: KeyActivity) -> None:
    page = page_of(desk, "/round/")
    assert "No baseline: 1" in page
    assert "No start, end or milestone was ever agreed" in page
    assert "Nothing under: silent for two periods; on track with overdue milestones;" in page


@pytest.mark.parametrize(
    ("role", "shown"), [(UserRole.OFFICE, True), (UserRole.ADMINISTRATOR, True), (UserRole.BOARD, False)]
)
def test_who_runs_the_round_finds_the_desk_from_every_page(role: UserRole, shown: bool) -> None:
    assert ('href="/round/"' in signed_in(make_user(role)).get("/definitions/").content.decode()) is shown


@pytest.mark.parametrize("activities", [112, 1120])
def test_the_desk_asks_a_bounded_number_of_queries(
    desk: Client, period: ReviewPeriod, activities: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owners, objective = [make_owner() for _ in range(activities // 8)], make_objective(period.strategy, "9.1")
    KeyActivity.objects.bulk_create(
        KeyActivity(
            strategy=period.strategy,
            objective=objective,
            number=f"9.1.{place}",
            description="Work",
            role=Role.DELIVER,
            kind=Kind.TIME_BOUND,
            owner=owners[place % len(owners)],
        )
        for place in range(1, activities + 1)
    )
    for path, limit in {
        "/round/": 26,
        "/round/chase/": 18,
        "/round/extend/": 18,
        "/round/windows/": 12,
        "/round/close/": 32,
    }.items():
        with django_assert_max_num_queries(limit):
            assert desk.get(path).status_code == 200, path
    ReviewPeriod.objects.update(state=PeriodState.SCHEDULED)
    with django_assert_max_num_queries(18):
        assert desk.get("/round/open/").status_code == 200
