"""Making, opening, extending and closing rounds, against the database."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from aims.choices import Audience, EventKind, PeriodState, Stage
from aims.errors import Refused
from aims.models import Event, Extension, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.services.deciding import approve_update
from aims.services.periods import (
    abandon_closing,
    begin_closing,
    ensure_periods,
    extend_deadline,
    finish_closing,
    open_period,
)
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_period,
    make_strategy,
    make_submitted,
)

TODAY = date(2026, 10, 12)


def close(period: ReviewPeriod, by: User) -> ReviewPeriod:
    closing = begin_closing(period=period, by=by, now=IN_ROUND)
    return finish_closing(period=closing, by=by, now=IN_ROUND)


@pytest.mark.django_db
def test_ensure_periods_makes_the_half_years_around_a_day_with_their_windows() -> None:
    make_strategy()

    made = ensure_periods(on=TODAY, now=IN_ROUND)

    assert [period.slug for period in made] == ["2026-27-h1", "2026-27-h2", "2027-28-h1"]
    first = made[0]
    assert (first.starts, first.ends) == (date(2026, 4, 1), date(2026, 9, 30))
    assert (first.submission_opens, first.submission_closes) == (date(2026, 10, 1), date(2026, 11, 4))
    assert {period.state for period in made} == {PeriodState.SCHEDULED}


@pytest.mark.django_db
def test_ensure_periods_a_second_time_makes_nothing() -> None:
    make_strategy()
    ensure_periods(on=TODAY, now=IN_ROUND)

    assert ensure_periods(on=TODAY, now=IN_ROUND) == []
    assert ReviewPeriod.objects.count() == Event.objects.count() == 3


def test_ensure_periods_leaves_what_stands_and_fills_what_is_missing(period: ReviewPeriod) -> None:
    made = ensure_periods(on=TODAY, now=IN_ROUND, back=0, ahead=0)

    assert [made_one.slug for made_one in made] == ["2026-27-h2"]
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


@pytest.mark.django_db
def test_without_a_strategy_in_force_no_period_is_made() -> None:
    make_strategy(is_in_force=False)

    assert ensure_periods(on=TODAY, now=IN_ROUND) == []


@pytest.mark.django_db
def test_a_made_period_is_an_event_of_the_systems_own() -> None:
    make_strategy()
    (made,) = ensure_periods(on=TODAY, now=IN_ROUND, back=0, ahead=0)

    event = Event.objects.get()
    assert (event.kind, event.by, event.period) == (EventKind.PERIOD_CREATED, None, made)


@pytest.mark.django_db
def test_opening_a_scheduled_period_lets_it_take_updates(office: User) -> None:
    opened = open_period(period=make_period(state=PeriodState.SCHEDULED), by=office, now=IN_ROUND)

    assert opened.state == PeriodState.OPEN
    event = Event.objects.get()
    assert (event.kind, event.by, event.audience) == (EventKind.PERIOD_OPENED, office, Audience.STAFF)
    assert event.after == {"submission_closes": "2026-11-04"}


@pytest.mark.django_db
def test_a_round_can_be_opened_until_another_day(office: User) -> None:
    scheduled = make_period(state=PeriodState.SCHEDULED)

    opened = open_period(period=scheduled, by=office, now=IN_ROUND, submission_closes=date(2026, 11, 20))

    opened.refresh_from_db()
    assert opened.submission_closes == date(2026, 11, 20)


@pytest.mark.django_db
@pytest.mark.parametrize("closes", [date(2026, 9, 30), date(2026, 10, 1)])
def test_a_round_is_not_opened_until_a_day_before_its_window(office: User, closes: date) -> None:
    scheduled = make_period(state=PeriodState.SCHEDULED)

    with pytest.raises(Refused, match="Choose a deadline after 1 October 2026"):
        open_period(period=scheduled, by=office, now=IN_ROUND, submission_closes=closes)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [PeriodState.OPEN, PeriodState.CLOSING, PeriodState.CLOSED])
def test_only_a_scheduled_round_is_opened(office: User, state: PeriodState) -> None:
    with pytest.raises(Refused, match=f"2026/27 H1 is {state.label.lower()}"):
        open_period(period=make_period(state=state), by=office, now=IN_ROUND)


@pytest.mark.parametrize("state", [PeriodState.OPEN, PeriodState.CLOSING])
def test_one_round_takes_submissions_at_a_time(
    period: ReviewPeriod, following: ReviewPeriod, office: User, state: PeriodState
) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=state)

    with pytest.raises(Refused, match="Close 2026/27 H1 first"):
        open_period(period=following, by=office, now=IN_ROUND)


def test_an_extension_is_kept_with_its_reason_and_told_to_the_office(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    extend_deadline(
        period=period, owner=activity.owner, until=date(2026, 11, 10), reason=" Illness ", by=office, now=IN_ROUND
    )

    granted = Extension.objects.get()
    assert (granted.until, granted.reason, granted.granted_by) == (date(2026, 11, 10), "Illness", office)
    event = Event.objects.get()
    assert (event.kind, event.by, event.audience) == (EventKind.DEADLINE_EXTENDED, office, Audience.OFFICE)
    assert event.after == {"owner": activity.owner.slug, "until": "2026-11-10", "reason": "Illness"}


@pytest.mark.parametrize(
    ("until", "reason", "problem"),
    [
        (date(2026, 11, 10), " ", "Say why the deadline is extended"),
        (date(2026, 11, 4), "Illness", "Choose a day after 4 November 2026"),
    ],
)
def test_an_extension_needs_a_reason_and_a_later_day(
    activity: KeyActivity, period: ReviewPeriod, office: User, until: date, reason: str, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        extend_deadline(period=period, owner=activity.owner, until=until, reason=reason, by=office, now=IN_ROUND)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [PeriodState.SCHEDULED, PeriodState.CLOSING, PeriodState.CLOSED])
def test_only_an_open_round_is_closed(office: User, state: PeriodState) -> None:
    with pytest.raises(Refused, match="only an open round can be closed"):
        begin_closing(period=make_period(state=state), by=office, now=IN_ROUND)


def test_closing_is_told_step_by_step(period: ReviewPeriod, office: User) -> None:
    closed = close(period, office)

    closed.refresh_from_db()
    assert (closed.state, closed.closed_at) == (PeriodState.CLOSED, IN_ROUND)
    told = [(event.kind, event.by, event.audience) for event in Event.objects.all()]
    assert told == [
        (EventKind.PERIOD_CLOSING, office, Audience.STAFF),
        (EventKind.PERIOD_CLOSED, office, Audience.STAFF),
    ]


def test_closing_hands_what_was_not_signed_off_to_the_next_period(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    draft = make_draft(activity)
    sent = make_submitted(make_activity("1.1.2"))
    approved = make_approved(make_activity("1.1.3"))

    close(period, office)

    stood = {update.pk: (update.period, update.stage, update.as_at) for update in ProgressUpdate.objects.all()}
    assert stood == {
        draft.pk: (following, Stage.DRAFT, date(2026, 9, 30)),
        sent.pk: (following, Stage.SUBMITTED, date(2026, 9, 30)),
        approved.pk: (period, Stage.APPROVED, date(2026, 9, 30)),
    }


def test_what_was_handed_on_is_signed_off_in_the_next_round(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User, approver: User
) -> None:
    make_submitted(activity)
    close(period, office)
    open_period(period=following, by=office, now=IN_ROUND)

    update = ProgressUpdate.objects.get()
    approved = approve_update(update=update, version=update.version, by=approver, now=IN_ROUND)

    assert (approved.period, approved.stage) == (following, Stage.APPROVED)


def test_a_late_update_and_the_handing_on_never_meet(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    late = make_submitted(activity, by=owner, now=IN_ROUND.replace(month=11, day=6))

    close(period, office)

    assert ProgressUpdate.objects.get() == late


def test_a_round_with_open_updates_is_not_closed_before_the_next_is_made(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    make_draft(activity)

    with pytest.raises(Refused, match="Make the period after 2026/27 H1 first"):
        close(period, office)


def test_a_closing_that_failed_lets_the_round_go_on(
    activity: KeyActivity, owner: User, period: ReviewPeriod, office: User
) -> None:
    closing = begin_closing(period=period, by=office, now=IN_ROUND)

    abandon_closing(period=closing)

    assert make_draft(activity, by=owner).period.state == PeriodState.OPEN


def test_a_closed_round_is_never_taken_for_one_whose_closing_failed(period: ReviewPeriod, office: User) -> None:
    closed = close(period, office)

    abandon_closing(period=closed)

    closed.refresh_from_db()
    assert closed.state == PeriodState.CLOSED
