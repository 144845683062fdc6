"""Actions that the Board asks for: recorded once, numbered within the review, told to the post, reported on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Holding, Owner, User
from aims.choices import Audience, EventKind, NoticeKind, PeriodState
from aims.errors import Refused
from aims.models import ActionReport, BoardAction, Event, Notice, ReviewPeriod
from aims.services.actions import ask_action, report_on_action
from tests.factories import IN_ROUND, make_action, make_activity, make_owner, make_period, make_user

pytestmark = pytest.mark.django_db

DUE = date(2027, 1, 31)


@pytest.fixture
def closed(db: None) -> ReviewPeriod:
    return make_period(state=PeriodState.CLOSED)


def asked(closed: ReviewPeriod, office: User, **fields: Any) -> BoardAction:
    given: dict[str, Any] = {"period": closed, "due_on": DUE, "by": office, "now": IN_ROUND}
    said = {"text": "Bring a second supplier.", "owner": Owner.objects.first() or make_owner()}
    return ask_action(**given | said | fields)


def test_actions_are_numbered_within_their_review(closed: ReviewPeriod, office: User) -> None:
    other = make_period(date(2026, 3, 31), PeriodState.CLOSED)
    found = [asked(closed, office), asked(closed, office, text="Tell us why."), asked(other, office)]

    assert [action.reference for action in found] == ["2026-27-h1/1", "2026-27-h1/2", "2025-26-h2/1"]
    assert found[0].get_absolute_url() == "/actions/2026-27-h1/1/"


def test_pressing_twice_asks_once(closed: ReviewPeriod, office: User) -> None:
    assert asked(closed, office) == asked(closed, make_user(), text=" Bring a second supplier. ")
    assert Event.objects.filter(kind=EventKind.ACTION_ASKED).count() == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"text": " \n"}, "Write what the Board asked for"),
        (
            {"due_on": date(2026, 9, 30)},
            "Choose a day after 30 September 2026, the last day of the half-year under review",
        ),
    ],
)
def test_an_action_says_what_and_by_when(
    closed: ReviewPeriod, office: User, fields: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Refused) as refused:
        asked(closed, office, **fields)
    assert refused.value.message == problem


@pytest.mark.parametrize("state", [PeriodState.SCHEDULED, PeriodState.OPEN, PeriodState.CLOSING])
def test_the_board_asks_about_a_closed_review_alone(office: User, state: PeriodState) -> None:
    with pytest.raises(Refused, match="decisions are about a closed review"):
        asked(make_period(state=state), office)


@pytest.mark.parametrize(("published_at", "audience"), [(None, Audience.STAFF), (IN_ROUND, Audience.PUBLIC)])
def test_the_public_hears_of_actions_of_published_reviews_alone(
    closed: ReviewPeriod, office: User, published_at: Any, audience: Audience
) -> None:
    ReviewPeriod.objects.filter(pk=closed.pk).update(published_at=published_at)
    action = asked(closed, office, activity=make_activity("4.2.3"))

    event = Event.objects.get(kind=EventKind.ACTION_ASKED)
    assert event.audience == audience
    assert (event.reference, event.activity, event.owner, event.period) == (
        "actions/2026-27-h1/1",
        action.activity,
        action.owner,
        closed,
    )
    assert event.after == {"text": action.text, "owner": action.owner.slug, "due_on": "2027-01-31"}


def test_holders_and_deputies_of_the_post_are_told(closed: ReviewPeriod, office: User) -> None:
    post = make_owner()
    holder, deputy, gone = make_user(holds=post), make_user(), make_user(holds=post, is_active=False)
    day = IN_ROUND.date()
    Holding.objects.create(user=deputy, owner=post, is_deputy=True, starts=day, ends=day + timedelta(days=7))
    action = asked(closed, office, owner=post)

    told = Notice.objects.filter(kind=NoticeKind.ACTION_ASKED, action=action)
    assert {notice.person for notice in told} == {holder, deputy}
    assert gone not in {notice.person for notice in told}


def test_the_latest_report_says_whether_an_action_is_done_and_all_are_kept() -> None:
    action = make_action()
    by = make_user(holds=action.owner)
    for text, is_done in (("Begun.", False), ("All done.", True), ("One part came back.", False)):
        report_on_action(action=action, text=text, is_done=is_done, by=by, now=IN_ROUND)

    found = BoardAction.objects.with_last_report().get()
    assert (found.last_report, found.is_done) == ("One part came back.", False)  # type: ignore[attr-defined]
    assert ActionReport.objects.count() == 3
    assert list(BoardAction.objects.open()) == [action]


def test_the_same_report_again_is_none() -> None:
    action = make_action()
    for _ in range(2):
        report_on_action(action=action, text="Begun. ", is_done=False, by=action.by, now=IN_ROUND)

    assert ActionReport.objects.count() == 1
    event = Event.objects.get(kind=EventKind.ACTION_REPORTED)
    assert (event.audience, event.after) == (Audience.STAFF, {"text": "Begun.", "is_done": False})


def test_a_report_says_something() -> None:
    action = make_action()
    with pytest.raises(Refused, match="Say what has been done"):
        report_on_action(action=action, text=" ", is_done=True, by=action.by, now=IN_ROUND)


def test_an_action_is_overdue_from_the_day_after_until_it_is_done() -> None:
    action = make_action()
    late = DUE + timedelta(days=1)

    assert [BoardAction.objects.overdue(on).exists() for on in (DUE, late)] == [False, True]
    report_on_action(action=action, text="Done.", is_done=True, by=action.by, now=IN_ROUND)
    assert not BoardAction.objects.overdue(late).exists()
