"""What each page answers, and to whom."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from redis.exceptions import ConnectionError as NoRedis

from accounts.choices import UserRole
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from funding.models import FundingStream
from reporting.models import EventPosition
from reporting.services.events import process_events
from reporting.services.rebuilding import rebuild
from tests import factories
from tests.reporting.conftest import OPEN_ROUND, Story

LIVE_ROLES = (UserRole.OWNER, UserRole.APPROVER, UserRole.OFFICE, UserRole.BOARD, UserRole.ADMINISTRATOR)
OPEN, PUBLISHED = "2025-26-h1", "2024-25-h2"


def words(response: Any) -> str:
    """The page without its markup's line breaks and entities."""
    assert isinstance(response, HttpResponse)
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def signed_in(role: UserRole) -> Client:
    client = Client()
    client.force_login(factories.make_user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("role", LIVE_ROLES)
def test_staff_and_the_board_see_the_open_round(story: Story, role: UserRole) -> None:
    page = words(signed_in(role).get("/"))
    assert "Position at 30 September 2025" in page
    assert "1.1.1 Deliver work 1.1.1: Off track, was On track" in page


@pytest.mark.parametrize("role", [None, UserRole.PARTNER])
def test_signed_out_and_partners_see_the_last_closed_review_only(story: Story, role: UserRole | None) -> None:
    client = signed_in(role) if role else Client()
    page = words(client.get("/"))
    assert "Position at 31 March 2025" in page
    assert "Off track, was" not in page
    for address in (f"/reviews/{OPEN}/", f"/reviews/{OPEN}/changes/", f"/reviews/{OPEN}/exceptions/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/reviews/{OPEN}/charts/trend.csv").status_code == 404
    for address in ("/aims/1/", "/objectives/1.1/", "/activities/1.1.1/", "/reviews/", f"/reviews/{PUBLISHED}/"):
        page = words(client.get(address))
        assert ": Off track" not in page
        assert "status-tag--red" not in page
        assert "The contractor has stopped." not in page
        assert "2025/26 H1" not in page


def test_nobody_sees_a_scheduled_period(story: Story) -> None:
    factories.make_period(date(2026, 3, 31), PeriodState.SCHEDULED)
    assert signed_in(UserRole.OFFICE).get("/reviews/2025-26-h2/").status_code == 404


def test_before_the_first_review_the_front_page_shows_what_was_agreed(client: Client, db: None) -> None:
    factories.make_activity()
    page = words(client.get("/"))
    assert "No review has been published yet" in page
    assert "Aim 1" in page
    for address in ("/aims/1/", "/objectives/1.1/", "/activities/1.1.1/", "/reviews/"):
        assert "No " in words(client.get(address))


def test_an_empty_database_answers_too(client: Client, db: None) -> None:
    for address in ("/", "/reviews/", "/funding/", "/accessibility/", "/definitions/"):
        assert client.get(address).status_code == 200


def test_exceptions_and_silence_stand_on_the_front_page(story: Story) -> None:
    page = words(signed_in(UserRole.BOARD).get("/"))
    assert "The contractor has stopped." in page
    assert "<strong>Ask:</strong> Agree a second contractor." in page
    assert "carried forward: On track" in page


def test_each_figure_of_change_leads_to_its_list(story: Story) -> None:
    board = signed_in(UserRole.BOARD)
    page = words(board.get("/"))
    listed = words(board.get(f"/reviews/{OPEN}/changes/"))
    for anchor, count in (("worsened", 1), ("improved", 2), ("completed", 1), ("dates", 0)):
        assert f'href="/reviews/{OPEN}/changes/#{anchor}"' in page
        assert f'id="{anchor}"' in listed
        assert f"{count} {'dates moved' if anchor == 'dates' else anchor}" in listed


def test_all_exceptions_and_all_without_an_update_have_their_page(story: Story) -> None:
    page = words(signed_in(UserRole.BOARD).get(f"/reviews/{OPEN}/exceptions/"))
    assert "<dt>Impact</dt> <dd>Six months are lost.</dd>" in page
    assert 'id="no-update"' in page
    assert "Deliver work 2.1.1" in page


def test_an_aim_shows_its_statement_objectives_and_activities(story: Story) -> None:
    page = words(signed_in(UserRole.BOARD).get("/aims/1/"))
    for text in ("To reach aim 1", "We will do 1.1", "We will do 1.2", "Deliver work 1.2.1"):
        assert text in page
    assert "Deliver work 2.1.1" not in page


def test_an_objective_shows_its_own_activities(story: Story) -> None:
    page = words(signed_in(UserRole.BOARD).get("/objectives/1.1/"))
    assert "Deliver work 1.1.2" in page
    assert "Deliver work 1.2.1" not in page


def test_an_activity_shows_its_position_reasons_and_history(story: Story) -> None:
    page = words(signed_in(UserRole.BOARD).get("/activities/1.1.1/"))
    for text in ("was On track", "Procurement or contract", "Six months are lost.", "31 March 2027", "(proposed)"):
        assert text in page
    assert "approved the update for 2025/26 H1" in page


def test_evidence_is_read_by_who_sees_the_round_live(story: Story) -> None:
    factories.make_approved(story.activities["2.1.1"], now=OPEN_ROUND, evidence="Minutes of 12 June")
    ReviewPeriod.objects.filter(pk=story.open.pk).update(state=PeriodState.CLOSED, closed_at=OPEN_ROUND)
    factories.publish(story.open)
    rebuild(period=story.open, on=OPEN_ROUND.date())

    for client in (Client(), signed_in(UserRole.PARTNER)):
        page = words(client.get("/activities/2.1.1/"))
        assert "Work goes on." in page
        assert "Minutes of 12 June" not in page
    assert "Minutes of 12 June" in words(signed_in(UserRole.BOARD).get("/activities/2.1.1/"))


def test_before_the_first_review_no_date_is_published(db: None) -> None:
    factories.make_activity("1.1.1", baseline_end=date(2027, 3, 31))
    factories.make_period()

    assert "31 March 2027" not in words(Client().get("/activities/1.1.1/"))
    assert "31 March 2027" in words(signed_in(UserRole.BOARD).get("/activities/1.1.1/"))


def test_only_who_may_update_is_led_to_the_form(story: Story) -> None:
    activity = story.activities["1.1.1"]
    holder = Client()
    holder.force_login(
        factories.make_user(holds=activity.owner), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    link = 'href="/activities/1.1.1/update/"'
    assert link in words(holder.get("/activities/1.1.1/"))
    assert link not in words(holder.get("/activities/1.1.2/"))
    assert link not in words(signed_in(UserRole.BOARD).get("/activities/1.1.1/"))
    assert link not in words(Client().get("/activities/1.1.1/"))


@pytest.mark.parametrize(
    "address",
    ["/aims/9/", "/aims/one/", "/objectives/1.9/", "/activities/1.1.9/", "/reviews/1999-00-h1/", "/funding/Z/"],
)
def test_what_does_not_exist_is_not_found(client: Client, story: Story, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "West Midlands strategy tracker" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/aims/1/", "/activities/1.1.1/", "/reviews/", f"/reviews/{PUBLISHED}/", "/funding/"]
)
def test_reading_pages_take_no_other_method(client: Client, story: Story, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_funding_lists_the_streams_as_printed_with_their_total(client: Client, db: None) -> None:
    strategy = factories.make_strategy()
    for code, award, note in (("A", "1050000000.00", "As printed"), ("B", "3683000000.00", "")):
        FundingStream.objects.create(strategy=strategy, code=code, name=f"Stream {code}", award=award, source_note=note)
    page = words(client.get("/funding/"))
    assert "£4,733m in 2 streams (£4.7bn)" in page
    assert "4,733.0" in page
    assert "As printed" in page
    assert "1,050.0" in words(client.get("/funding/A/"))
    assert "Not recorded yet" in words(client.get("/funding/A/"))


def test_a_signed_in_page_is_private_and_every_page_is_asked_about_again(client: Client, story: Story) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert set(signed_in(UserRole.BOARD).get("/").headers["Cache-Control"].split(", ")) == {"no-cache", "private"}
    assert "Cookie" in client.get("/").headers["Vary"]


def test_an_unchanged_page_is_not_sent_twice(client: Client, story: Story) -> None:
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    rebuilt_with_an_event(story)
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def rebuilt_with_an_event(story: Story) -> None:
    """Let aggregation take up what happened, as the worker does."""
    assert process_events(now=OPEN_ROUND) > 0
    assert EventPosition.objects.exists()


def test_a_kept_page_gives_way_to_the_next_event(story: Story) -> None:
    process_events(now=OPEN_ROUND)
    board = signed_in(UserRole.BOARD)
    assert "2.1.1 Deliver work 2.1.1: No update, was On track" in words(board.get("/"))
    factories.make_approved(story.activities["2.1.1"], now=OPEN_ROUND)
    assert "2.1.1 Deliver work 2.1.1: No update, was On track" in words(board.get("/"))
    process_events(now=OPEN_ROUND)
    assert "2.1.1 Deliver work 2.1.1: On track" in words(board.get("/"))


def test_what_is_kept_for_staff_is_never_given_to_anyone_else(story: Story) -> None:
    board = signed_in(UserRole.BOARD)
    board.get("/")
    board.get(f"/reviews/{PUBLISHED}/")
    page = words(Client().get(f"/reviews/{PUBLISHED}/"))
    assert "Sign out" not in page
    assert "Sign in" in page
    assert "2025/26 H1" not in page


def test_a_kept_page_marks_where_its_reader_is(client: Client, story: Story) -> None:
    front, review = words(client.get("/")), words(client.get(f"/reviews/{PUBLISHED}/"))
    assert '<a class="header__link" href="/" aria-current="page">' in front
    assert '<a class="header__link" href="/reviews/" aria-current="page">' in review
    assert '<a class="header__link" href="/">' in review


def test_a_kept_page_is_made_once(client: Client, story: Story) -> None:
    first = client.get("/").content
    with mock.patch("reporting.views.reading.review_page", side_effect=AssertionError("made again")):
        assert client.get("/").content == first


def test_pages_are_made_each_time_while_redis_is_away(client: Client, story: Story) -> None:
    with mock.patch("redis.connection.ConnectionPool.get_connection", side_effect=NoRedis):
        assert cache.get("anything") is None
        assert "Position at 31 March 2025" in words(client.get("/"))
        assert "Position at 30 September 2025" in words(signed_in(UserRole.BOARD).get("/"))


def test_words_from_people_are_escaped(story: Story) -> None:
    KeyActivity.objects.filter(number="2.1.1").update(description="<script>alert(1)</script> & co")
    factories.make_approved(
        story.activities["1.1.2"], now=OPEN_ROUND.replace(day=12), narrative="<img src=x onerror=alert(2)>"
    )
    rebuild(period=story.open, on=OPEN_ROUND.date())
    board = signed_in(UserRole.BOARD)
    for address in ("/", "/aims/2/", "/activities/2.1.1/", "/activities/1.1.2/", f"/reviews/{OPEN}/exceptions/"):
        page = board.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_frame_counts_the_work_of_owner_and_approver(story: Story) -> None:
    activity = story.activities["2.1.1"]
    owner, approver = Client(), Client()
    owner.force_login(
        factories.make_user(holds=activity.owner), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    approver.force_login(
        factories.make_user(UserRole.APPROVER, holds=activity.owner.approving_post),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert 'My updates <span class="header__count"> 1<' in words(owner.get("/funding/"))
    factories.make_submitted(activity, now=OPEN_ROUND)
    assert 'Approvals <span class="header__count"> 1<' in words(approver.get("/funding/"))
    assert "header__count" not in words(owner.get("/funding/"))


def test_invented_data_are_labelled_on_every_page(client: Client, story: Story) -> None:
    assert "Demonstration data." not in words(client.get("/funding/"))
    factories.make_user(is_demonstration=True)
    for address in ("/funding/", "/reviews/", "/activities/1.1.1/", "/definitions/"):
        assert "Demonstration data." in words(client.get(address))
