"""Moving the days between which a round takes updates."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState
from aims.errors import NoRound, Refused
from aims.models import Event, Extension, KeyActivity, ReviewPeriod
from aims.services.periods import extend_deadline, open_period, set_windows
from tests.factories import IN_ROUND, make_activity, make_extension, make_period, make_submitted, make_user
from tests.reporting.at_work import somebody_waits, wait_until

OPENS, CLOSES = date(2026, 10, 1), date(2026, 11, 4)


def move(period: ReviewPeriod, by: User, opens: date = OPENS, closes: date = CLOSES, **given: Any) -> ReviewPeriod:
    named: dict[str, Any] = {"reason": "Half-term", "now": IN_ROUND} | given
    return set_windows(period=period, submission_opens=opens, submission_closes=closes, by=by, **named)


def test_the_windows_move_with_a_reason_and_tell_before_and_after(period: ReviewPeriod, office: User) -> None:
    moved = move(period, office, closes=date(2026, 11, 11))

    moved.refresh_from_db()
    assert (moved.submission_opens, moved.submission_closes) == (OPENS, date(2026, 11, 11))
    event = Event.objects.get()
    assert (event.kind, event.by, event.audience, event.period) == (
        EventKind.WINDOWS_CHANGED,
        office,
        Audience.STAFF,
        period,
    )
    assert event.before == {"submission_opens": "2026-10-01", "submission_closes": "2026-11-04"}
    assert event.after == event.before | {"submission_closes": "2026-11-11", "reason": "Half-term"}


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"closes": date(2026, 9, 30)}, "Choose a deadline after 1 October 2026"),
        ({"opens": date(2026, 11, 4)}, "Choose a deadline after 4 November 2026"),
        ({"opens": date(2026, 3, 31)}, "Choose a first day on or after 1 April 2026"),
        ({}, "Choose other days than those that stand"),
        ({"closes": date(2026, 11, 11), "reason": " "}, "Say why the windows change"),
        ({"closes": date(2026, 10, 11)}, "confirm that it is to lie in the past"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    period: ReviewPeriod, office: User, changed: dict[str, Any], problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        move(period, office, **changed)

    period.refresh_from_db()
    assert (period.submission_opens, period.submission_closes) == (OPENS, CLOSES)
    assert not Event.objects.exists()


def test_a_deadline_may_be_today_without_more_words_and_in_the_past_when_that_is_said(
    period: ReviewPeriod, office: User
) -> None:
    move(period, office, closes=date(2026, 10, 12))

    assert move(period, office, closes=date(2026, 10, 11), although_past=True).submission_closes == date(2026, 10, 11)


def test_a_deadline_that_has_passed_may_move_later_and_stay_in_the_past(period: ReviewPeriod, office: User) -> None:
    late = IN_ROUND.replace(month=11, day=20)

    assert move(period, office, closes=date(2026, 11, 11), now=late).submission_closes == date(2026, 11, 11)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [PeriodState.CLOSING, PeriodState.CLOSED])
def test_the_windows_of_a_round_that_is_closed_are_history(office: User, state: PeriodState) -> None:
    with pytest.raises(Refused, match="its windows are history now"):
        move(make_period(state=state), office, closes=date(2026, 11, 11))


@pytest.mark.django_db
def test_a_scheduled_round_takes_any_windows_in_order(office: User) -> None:
    scheduled = make_period(state=PeriodState.SCHEDULED)

    assert move(scheduled, office, closes=date(2026, 10, 5)).submission_closes == date(2026, 10, 5)


@pytest.mark.django_db
def test_a_round_can_be_opened_with_other_windows(office: User) -> None:
    scheduled = make_period(state=PeriodState.SCHEDULED)

    opened = open_period(period=scheduled, by=office, now=IN_ROUND, submission_opens=date(2026, 9, 14))

    opened.refresh_from_db()
    assert (opened.submission_opens, opened.submission_closes) == (date(2026, 9, 14), CLOSES)


def test_what_was_sent_in_time_stays_in_the_round_whose_deadline_moves_before_it(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    sent = make_submitted(activity)

    move(period, office, closes=date(2026, 10, 5), although_past=True)

    sent.refresh_from_db()
    assert sent.period == period


@pytest.mark.parametrize(
    ("until", "day", "problem"),
    [
        (date(2026, 11, 10), 12, "Choose a day after 11 November 2026, until which this post has time already"),
        (date(2026, 11, 11), 12, "Choose a day after 11 November 2026"),
        (date(2026, 11, 12), 13, "Choose a day from 13 November 2026 on"),
    ],
)
def test_an_extension_gives_more_time_than_there_is(
    activity: KeyActivity, period: ReviewPeriod, office: User, until: date, day: int, problem: str
) -> None:
    make_extension(period, activity.owner, until=date(2026, 11, 11))
    now = IN_ROUND.replace(month=11, day=day)

    with pytest.raises(Refused, match=problem):
        extend_deadline(period=period, owner=activity.owner, until=until, reason="Illness", by=office, now=now)


@pytest.mark.parametrize("state", [PeriodState.CLOSING, PeriodState.CLOSED])
def test_the_deadline_of_a_closed_round_is_not_extended(
    activity: KeyActivity, period: ReviewPeriod, office: User, state: PeriodState
) -> None:
    closed_at = IN_ROUND if state == PeriodState.CLOSED else None
    ReviewPeriod.objects.filter(pk=period.pk).update(state=state, closed_at=closed_at)

    with pytest.raises(Refused, match="it takes no more updates"):
        make_extension(period, activity.owner, until=date(2026, 11, 11))


@pytest.mark.django_db(transaction=True)
def test_two_who_extend_at_once_give_one_extension() -> None:
    period, activity, office = make_period(), make_activity(), make_user(UserRole.OFFICE)
    start = Barrier(2)
    refused: list[str] = []

    def press() -> None:
        try:
            start.wait(300)
            make_extension_by(office, period, activity)
        except Refused as refusal:
            refused.append(refusal.message)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert refused == ["Choose a day after 11 November 2026, until which this post has time already"]
    assert Extension.objects.count() == 1


def make_extension_by(office: User, period: ReviewPeriod, activity: KeyActivity) -> None:
    until = date(2026, 11, 11)
    extend_deadline(period=period, owner=activity.owner, until=until, reason="Illness", by=office, now=IN_ROUND)


@pytest.mark.django_db(transaction=True)
def test_an_update_sent_while_the_deadline_is_pulled_forward_is_asked_for_again_and_not_lost() -> None:
    """The writer has read the old deadline and waits; what the office does in between is not overlooked."""
    period, activity, office = make_period(), make_activity(), make_user(UserRole.OFFICE)
    make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    owner, outcome = make_user(holds=activity.owner), []

    def send() -> None:
        try:
            make_submitted(activity, by=owner)
        except NoRound as refusal:
            outcome.append(refusal.message)
        finally:
            connection.close()

    writer = Thread(target=send)
    with transaction.atomic():
        move(period, office, closes=date(2026, 10, 11), although_past=True)
        writer.start()
        wait_until(somebody_waits, seconds=300)
    writer.join(300)

    assert outcome == ["The deadline has just been moved: send this again, and the round that takes it now gets it"]
    assert make_submitted(activity, by=owner).period != period
