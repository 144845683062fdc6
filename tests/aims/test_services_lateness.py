"""Which round takes an update: deadlines, extensions, and what comes late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.models import User
from aims.choices import EventKind, PeriodState, Stage
from aims.errors import NoRound, Stale
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.selectors.card import card_for
from aims.selectors.periods import deadline_of, round_for
from aims.services.periods import extend_deadline
from aims.services.writing import save_draft, submit_update
from tests.factories import make_activity, make_draft, make_extension, make_owner, make_submitted, make_values

LAST_MINUTE = datetime(2026, 11, 4, 23, 59, tzinfo=UTC)
LATE = datetime(2026, 11, 5, 0, 0, tzinfo=UTC)


def test_the_last_minute_of_the_last_day_is_in_time(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    assert make_submitted(activity, by=owner, now=LAST_MINUTE).period == period


def test_the_deadline_is_midnight_in_london_not_in_utc(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(submission_closes=date(2026, 10, 20))

    in_summer_time = datetime(2026, 10, 20, 23, 30, tzinfo=UTC)

    assert make_submitted(activity, by=owner, now=in_summer_time).period == following


def test_a_late_update_goes_to_the_next_period_and_keeps_its_as_at(
    activity: KeyActivity, owner: User, following: ReviewPeriod
) -> None:
    late = make_submitted(activity, by=owner, now=LATE, as_at=date(2026, 9, 30))

    late.refresh_from_db()
    assert (late.period, late.as_at, late.stage) == (following, date(2026, 9, 30), Stage.SUBMITTED)


def test_a_draft_sent_late_moves_to_the_next_period_with_its_as_at(
    activity: KeyActivity, owner: User, following: ReviewPeriod
) -> None:
    draft = make_draft(activity, by=owner)

    late = submit_update(
        activity=activity, values=make_values(as_at=draft.as_at), version=draft.version, by=owner, now=LATE
    )

    assert (late.pk, late.period, late.as_at) == (draft.pk, following, date(2026, 9, 30))
    assert ProgressUpdate.objects.get().period == following


def test_what_comes_late_before_the_next_period_is_made_is_refused_in_words(activity: KeyActivity, owner: User) -> None:
    with pytest.raises(NoRound, match="The deadline of 2026/27 H1 has passed"):
        make_draft(activity, by=owner, now=LATE)


def test_an_extension_is_honoured_up_to_its_last_day(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    make_extension(period, activity.owner, until=date(2026, 11, 10))

    assert round_for(activity, date(2026, 11, 11)) == following
    assert make_submitted(activity, by=owner, now=datetime(2026, 11, 10, 12, tzinfo=UTC)).period == period


def test_another_posts_extension_helps_nobody_else(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    make_extension(period, make_owner(), until=date(2026, 11, 10))

    assert make_submitted(activity, by=owner, now=LATE).period == following


def test_the_longest_of_several_extensions_counts(activity: KeyActivity, period: ReviewPeriod) -> None:
    for until in (date(2026, 11, 10), date(2026, 11, 20)):
        make_extension(period, activity.owner, until=until)

    assert deadline_of(period, activity.owner_id) == date(2026, 11, 20)


def test_an_extension_granted_afterwards_brings_a_late_draft_back(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    late = make_draft(activity, by=owner, now=LATE, as_at=date(2026, 9, 30))
    make_extension(period, activity.owner, until=date(2026, 11, 10))

    assert card_for(activity, date(2026, 11, 5)).current == late
    back = save_draft(activity=activity, values=make_values(as_at=late.as_at), version=late.version, by=owner, now=LATE)

    assert (back.pk, back.period) == (late.pk, period)


def test_there_is_one_open_update_even_where_it_was_sent_late(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    late = make_submitted(activity, by=owner, now=LATE)
    make_extension(period, activity.owner, until=date(2026, 11, 10))

    with pytest.raises(Stale) as refusal:
        make_draft(activity, by=owner, now=LATE)

    assert refusal.value.current == late
    assert ProgressUpdate.objects.count() == 1


def test_a_closing_round_takes_nothing_late_either(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod
) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.CLOSING)

    with pytest.raises(NoRound):
        make_draft(activity, by=owner, now=LATE)


def test_an_extension_granted_afterwards_brings_back_at_once_what_was_sent_late(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    late = make_submitted(activity, by=owner, now=LATE, as_at=date(2026, 9, 30))
    somebody_elses = make_submitted(make_activity("1.1.2"), now=LATE, as_at=date(2026, 9, 30))

    extend_deadline(
        period=period, owner=activity.owner, until=date(2026, 11, 10), reason="Illness", by=office, now=LATE
    )

    stood = {update.pk: update.period for update in ProgressUpdate.objects.all()}
    assert stood == {late.pk: period, somebody_elses.pk: following}
    assert Event.objects.get(kind=EventKind.DEADLINE_EXTENDED).after["brought_back"] == ["1.1.1"]


def test_what_speaks_of_a_day_after_the_period_comes_back_when_it_is_saved_for_its_last_day(
    activity: KeyActivity, owner: User, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    late = make_draft(activity, by=owner, now=LATE)
    assert (late.period, late.as_at) == (following, LATE.date())
    extend_deadline(
        period=period, owner=activity.owner, until=date(2026, 11, 10), reason="Illness", by=office, now=LATE
    )
    values = card_for(activity, LATE.date()).values
    assert values.as_at == period.ends

    saved = save_draft(activity=activity, values=values, version=late.version, by=owner, now=LATE)

    assert (saved.pk, saved.period, saved.as_at) == (late.pk, period, period.ends)
