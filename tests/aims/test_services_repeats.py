"""No change since last time: one click, and the reasons why it is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from aims.choices import PeriodState, Rag, Role, Stage, State
from aims.errors import Refused
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from aims.services.deciding import approve_update, return_update
from aims.services.writing import repeat_last_update, submit_update
from tests.factories import (
    IN_ROUND,
    make_approved,
    make_draft,
    make_milestone,
    make_period,
    make_values,
)

LAST_ROUND = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
DECISION = {"decision_by": "Board", "decision_on": date(2026, 3, 1), "decision_reference": "Minute 12"}
UNRATED = {"rag": None, "forecast_rag": None}
AMBER = {
    "rag": Rag.AMBER,
    "cause": "funding",
    "impact": "A month",
    "action": "Bid again",
    "action_owner": "Director",
    "action_by": date(2026, 12, 1),
    "return_to_green": date(2026, 12, 31),
}


@pytest.fixture
def last_round(activity: KeyActivity, period: ReviewPeriod) -> ReviewPeriod:
    """2025/26 H2, closed once the test's last update is in it: see `told`."""
    return make_period(date(2026, 3, 31), PeriodState.SCHEDULED)


def told(activity: KeyActivity, last_round: ReviewPeriod, **said: Any) -> ProgressUpdate:
    """The activity's approved update of the last round, after which that one is closed and this one open."""
    this_round = ReviewPeriod.objects.exclude(pk=last_round.pk)
    this_round.update(state=PeriodState.SCHEDULED)
    ReviewPeriod.objects.filter(pk=last_round.pk).update(state=PeriodState.OPEN)
    update = make_approved(activity, now=LAST_ROUND, **said)
    ReviewPeriod.objects.filter(pk=last_round.pk).update(state=PeriodState.CLOSED, closed_at=LAST_ROUND)
    this_round.update(state=PeriodState.OPEN)
    return update


def repeat(activity: KeyActivity, owner: User) -> ProgressUpdate:
    return repeat_last_update(activity=activity, by=owner, now=IN_ROUND)


def test_no_change_is_the_last_update_again_under_a_new_date(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod, period: ReviewPeriod
) -> None:
    last = told(activity, last_round, **AMBER, ask="Agree the bid")

    repeated = repeat(activity, owner)

    repeated.refresh_from_db()
    assert (repeated.period, repeated.as_at, repeated.submitted_at) == (period, date(2026, 9, 30), IN_ROUND)
    assert (repeated.stage, repeated.is_no_change, repeated.author) == (Stage.SUBMITTED, True, owner)
    assert (repeated.rag, repeated.narrative, repeated.action) == (last.rag, last.narrative, last.action)
    assert Event.objects.last().after["no_change"] is True  # type: ignore[union-attr]  # it was just written


def test_what_was_asked_of_the_board_then_is_not_asked_again(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod
) -> None:
    told(activity, last_round, **AMBER, ask="Agree the bid")

    assert repeat(activity, owner).ask == ""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (AMBER | {"action_by": date(2026, 6, 1)}, "The date for the promised action, 1 June 2026, has passed"),
        (AMBER | {"return_to_green": date(2026, 9, 29)}, "The expected return to on track"),
        ({"forecast_end": date(2026, 8, 31)}, "The forecast end, 31 August 2026, has passed"),
        (
            {"state": State.DEFERRED, "deferred_until": date(2026, 9, 1), **UNRATED, **DECISION},
            "It was deferred until 1 September 2026, which has come",
        ),
    ],
)
def test_a_promised_date_that_has_passed_asks_for_words(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod, said: dict[str, Any], reason: str
) -> None:
    told(activity, last_round, **said)

    with pytest.raises(Refused, match=reason):
        repeat(activity, owner)
    assert ProgressUpdate.objects.count() == 1


def test_an_agreed_end_that_has_passed_asks_for_words(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod
) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_end=date(2026, 9, 1))
    told(activity, last_round)

    with pytest.raises(Refused, match="to “at risk”: the agreed end, 1 September 2026, passed"):
        repeat(activity, owner)


def test_a_planned_start_that_has_passed_asks_for_words(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod
) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(baseline_start=date(2026, 9, 1))
    told(activity, last_round, state=State.NOT_STARTED)

    with pytest.raises(Refused, match="planned start, 1 September 2026, has passed"):
        repeat(activity, owner)


def test_a_worse_suggestion_asks_for_words(activity: KeyActivity, owner: User, last_round: ReviewPeriod) -> None:
    told(activity, last_round)
    make_milestone(activity, baseline_date=date(2026, 3, 30))

    with pytest.raises(Refused, match="The suggested rating has worsened to “off track”"):
        repeat(activity, owner)


def test_what_was_never_reported_has_nothing_to_repeat(activity: KeyActivity, owner: User) -> None:
    with pytest.raises(Refused, match="There is no last update to repeat"):
        repeat(activity, owner)


def test_no_change_stands_once_only(
    activity: KeyActivity, owner: User, approver: User, last_round: ReviewPeriod
) -> None:
    told(activity, last_round)
    first = repeat(activity, owner)
    approve_update(update=first, version=first.version, by=approver, now=IN_ROUND)

    with pytest.raises(Refused, match="The last update was also “no change”"):
        repeat(activity, owner)


def test_an_update_under_way_is_finished_not_repeated(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod
) -> None:
    told(activity, last_round)
    draft = make_draft(activity, by=owner, narrative="Half a sentence")

    with pytest.raises(Refused, match="An update is under way"):
        repeat(activity, owner)
    draft.refresh_from_db()
    assert draft.narrative == "Half a sentence"


def test_a_repeated_rating_goes_where_the_role_has_become_influence(
    activity: KeyActivity, owner: User, last_round: ReviewPeriod
) -> None:
    told(activity, last_round)
    KeyActivity.objects.filter(pk=activity.pk).update(role=Role.INFLUENCE)

    assert repeat(activity, owner).rag is None


def test_a_returned_no_change_that_is_put_into_words_is_no_longer_one(
    activity: KeyActivity, owner: User, approver: User, last_round: ReviewPeriod
) -> None:
    told(activity, last_round)
    repeated = repeat(activity, owner)
    back = return_update(update=repeated, note="Words, please", version=repeated.version, by=approver, now=IN_ROUND)

    again = submit_update(
        activity=activity,
        values=make_values(narrative="The bridge is up"),
        version=back.version,
        by=owner,
        now=IN_ROUND + timedelta(days=1),
    )

    again.refresh_from_db()
    assert again.is_no_change is False
