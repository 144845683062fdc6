"""What moves is retired and succeeded, and keeps its dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import User
from aims.choices import ChangeKind, PeriodState
from aims.errors import Overtaken, Refused
from aims.models import KeyActivity, Objective, ReviewPeriod, StrategyChange
from aims.selectors.dates import dates_of
from aims.selectors.terms import terms_of, version_of
from aims.services.moving import move_activity, move_objective
from aims.services.periods import begin_closing, finish_closing
from aims.services.strategy import withdraw_change
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_agreed_date_change,
    make_approved,
    make_milestone,
    make_objective,
    make_period,
)

pytestmark = pytest.mark.django_db

REASON = "It serves homes now"
LATER = IN_ROUND + timedelta(days=30)


def move(activity: KeyActivity, objective: Objective, effective: ReviewPeriod, by: User) -> KeyActivity:
    return move_activity(
        activity=activity,
        objective=objective,
        version=version_of(activity),
        effective=effective,
        reason=REASON,
        by=by,
        now=IN_ROUND,
    )


def move_all(objective: Objective, number: str, effective: ReviewPeriod, by: User) -> Objective:
    return move_objective(
        objective=objective,
        aim=make_objective(number=number).aim,
        version=version_of(objective),
        effective=effective,
        reason=REASON,
        by=by,
        now=IN_ROUND,
    )


def close(period: ReviewPeriod) -> None:
    finish_closing(period=begin_closing(period=period, by=None, now=LATER), by=None, now=LATER)


def fresh(row: KeyActivity) -> KeyActivity:
    found: KeyActivity = KeyActivity.objects.get(pk=row.pk)
    return found


def test_an_activity_moves_under_a_new_number_and_stays_tied(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    successor = move(activity, make_objective(number="2.1"), period, office)

    assert (successor.number, successor.supersedes) == ("2.1.1", activity)
    assert terms_of(fresh(successor)) == terms_of(activity)
    assert fresh(activity).retired_on == fresh(successor).added_on == period.starts
    assert fresh(successor).retired_on is None


def test_a_move_with_the_next_review_happens_when_this_one_closes(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    make_approved(activity)
    successor = move(activity, make_objective(number="2.1"), following, office)
    assert fresh(activity).retired_on is None
    assert successor not in KeyActivity.objects.visible_to(office)

    close(period)

    assert fresh(activity).retired_on == following.starts
    assert successor in KeyActivity.objects.standing(following.starts)


def test_a_move_resets_no_date_and_forgets_no_move(period: ReviewPeriod, following: ReviewPeriod, office: User) -> None:
    activity = make_activity(baseline_end=date(2027, 3, 31))
    milestone = make_milestone(activity)
    successor = move(activity, make_objective(number="2.1"), following, office)
    make_agreed_date_change(activity)  # agreed while the move is planned
    make_agreed_date_change(
        activity,
        field="milestone",
        milestone=milestone,
        previous_date=date(2026, 12, 1),
        proposed_date=date(2027, 1, 5),
    )

    close(period)

    assert fresh(successor).baseline_end == date(2027, 3, 31)
    revisions = [(change.field, change.proposed_date) for change in successor.date_changes.all()]
    assert revisions == [("end", date(2027, 4, 30)), ("milestone", date(2027, 1, 5))]
    assert successor.milestones.get().baseline_date == milestone.baseline_date
    assert dates_of(fresh(successor), LATER.date())


def test_what_was_to_succeed_is_withdrawn_with_the_leaving_of_what_then_stays(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    successor = move(activity, make_objective(number="2.1"), following, office)
    leaving = activity.changes.get(kind=ChangeKind.RETIRED)
    with pytest.raises(Refused, match=r"2\.1\.1 is to succeed 1\.1\.1"):
        withdraw_change(change=leaving, by=office, now=IN_ROUND)

    withdrawn = withdraw_change(change=successor.changes.get(), by=office, now=IN_ROUND)
    close(period)

    assert withdrawn == [successor.changes.get(), leaving]
    assert fresh(activity).retired_on is None
    assert successor not in KeyActivity.objects.visible_to(office)


def test_of_a_whole_objective_that_moves_the_parts_are_withdrawn_one_by_one(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    successor = move_all(activity.objective, "2.1", following, office)

    joining = StrategyChange.objects.get(kind=ChangeKind.ADDED, activity__objective=successor)

    assert withdraw_change(change=joining, by=office, now=IN_ROUND) == [joining]


def test_an_objective_moves_with_its_activities(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    make_activity("1.1.2")
    gone = make_activity("1.1.3", retired_on=period.starts)

    successor = move_all(activity.objective, "2.1", period, office)

    assert (successor.number, successor.supersedes) == ("2.2", activity.objective)
    former = {row.number: row.supersedes.number for row in successor.activities.all() if row.supersedes}
    assert former == {"2.2.1": "1.1.1", "2.2.2": "1.1.2"}
    assert not KeyActivity.objects.filter(supersedes=gone).exists()
    assert not activity.objective.activities.filter(retired_on__isnull=True).exists()
    assert Objective.objects.get(pk=activity.objective_id).retired_on == period.starts


def test_a_planned_move_of_an_objective_happens_as_a_whole(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    successor = move_all(activity.objective, "2.1", following, office)

    close(period)

    standing = KeyActivity.objects.standing(following.starts)
    assert [row.objective for row in standing] == [successor]
    assert not StrategyChange.objects.planned().exists()


def test_a_move_to_where_it_stands_is_refused(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    with pytest.raises(Refused, match=r"serves objective 1\.1 already"):
        move(activity, activity.objective, period, office)
    with pytest.raises(Refused, match="serves aim 1 already"):
        move_objective(
            objective=activity.objective,
            aim=activity.objective.aim,
            version=0,
            effective=period,
            reason=REASON,
            by=office,
            now=IN_ROUND,
        )


def test_a_move_seen_from_an_old_page_is_refused(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    with pytest.raises(Overtaken):
        move_activity(
            activity=activity,
            objective=make_objective(number="2.1"),
            version=7,
            effective=period,
            reason=REASON,
            by=office,
            now=IN_ROUND,
        )


def test_nothing_moves_to_an_objective_that_joins_later(activity: KeyActivity, office: User) -> None:
    following = make_period(date(2026, 10, 1), PeriodState.SCHEDULED)
    later = move_all(activity.objective, "2.1", following, office)

    with pytest.raises(Refused, match=r"2\.2 joins the strategy with 2026/27 H2"):
        move(make_activity("3.1.1"), later, ReviewPeriod.objects.get(state="open"), office)
