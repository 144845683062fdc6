"""Attempts on review periods: their windows, their order and their states."""

from datetime import date

from aims.choices import PeriodState
from aims.models import Extension, ReopenedActivity, Reopening, ReviewPeriod
from tests.constraints.attempts import Attempt, change, copy, empty, kept, remove
from tests.factories import IN_ROUND, make_activity, make_extension, make_owner, make_period, make_user, publish

A_YEAR_LATER = {
    "slug": "'another'",
    "starts": "starts + 365",
    "ends": "ends + 365",
    "submission_opens": "submission_opens + 365",
    "submission_closes": "submission_closes + 365",
}


def make_granted_extension() -> Extension:
    return make_extension(make_period(), make_owner(), until=date(2026, 12, 1))


def make_closed_period() -> ReviewPeriod:
    return make_period(state=PeriodState.CLOSED)


def make_published_period() -> ReviewPeriod:
    return publish(make_closed_period())


def make_reopening() -> Reopening:
    """A row alone, for no activity."""
    return Reopening.objects.create(period=make_period(), reason="A figure was left out.", at=IN_ROUND, by=make_user())


def make_reopened_activity() -> ReopenedActivity:
    """One of two activities."""
    reopening = make_reopening()
    activity = make_activity("1.1.1")
    make_activity("1.1.2")
    return ReopenedActivity.objects.create(reopening=reopening, activity=activity)


def make_scheduled_period() -> ReviewPeriod:
    return make_period(state=PeriodState.SCHEDULED)


def overlapping(**columns: str) -> Attempt:
    """Another scheduled period of the strategy, whose observation has a day in common with the first."""
    return copy("observations_never_overlap", make_period, **{"slug": "'another'", "state": "'scheduled'"} | columns)


ATTEMPTS = [
    copy("period_slug_unique_in_strategy", make_period, **A_YEAR_LATER | {"slug": "slug", "state": "'scheduled'"}),
    change("period_state_known", make_period, state="'ajar'"),
    change("period_windows_in_order", make_period, starts="ends"),
    change("period_windows_in_order", make_period, submission_opens="starts - 1"),
    change("period_windows_in_order", make_period, submission_closes="ends"),
    change("period_windows_in_order", make_period, submission_closes="submission_opens"),
    change("period_closed_has_its_time", make_period, state="'closed'"),
    change("period_closed_has_its_time", make_period, closed_at="now()"),
    change("period_closed_has_its_time", make_closed_period, state="'open'"),
    copy("one_period_takes_submissions", make_period, **A_YEAR_LATER),
    copy("one_period_takes_submissions", make_period, **A_YEAR_LATER | {"state": "'closing'"}),
    overlapping(),
    overlapping(starts="ends", ends="ends + 100", submission_closes="ends + 135"),
    overlapping(starts="starts - 100", ends="starts"),
    overlapping(starts="starts + 1", ends="ends - 1"),
    *kept("period", make_scheduled_period),
    change("period_published_is_closed", make_period, published_at="now()"),
    change("period_published_once", make_published_period, published_at="now()"),
    change("period_published_once", make_published_period, published_at="NULL"),
    copy("reopening_has_a_reason", make_reopening, reason="' '"),
    change("reopening_append_only", make_reopening, reason="'Another'"),
    remove("reopening_append_only", make_reopening),
    empty("reopening_no_truncate", make_reopening),
    copy("activity_reopened_once", make_reopened_activity),
    change(
        "reopened_activity_append_only", make_reopened_activity, activity_id="(SELECT max(id) FROM aims_keyactivity)"
    ),
    remove("reopened_activity_append_only", make_reopened_activity),
    empty("reopened_activity_no_truncate", make_reopened_activity),
    change("extension_has_a_reason", make_granted_extension, reason="''"),
    change("extension_has_a_reason", make_granted_extension, reason="' '"),
]
