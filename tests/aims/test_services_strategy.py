"""Keeping the strategy: what a change does at once, what it waits for, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.choices import UserRole
from accounts.models import Holding, User
from aims.choices import Audience, ChangeKind, EventKind, Kind, PeriodState, Role, Stage
from aims.errors import NotAllowed, Overtaken, Refused
from aims.models import Aim, Event, KeyActivity, Objective, Place, ReviewPeriod, StrategyChange
from aims.selectors.approvals import queue_of
from aims.selectors.terms import Subject, terms_of, version_of
from aims.services.deciding import approve_update
from aims.services.periods import begin_closing, finish_closing, open_period
from aims.services.strategy import (
    add_activity,
    add_objective,
    change_terms,
    confirm_activities,
    retire,
    withdraw_change,
)
from aims.services.writing import save_draft
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_objective,
    make_organisation,
    make_owner,
    make_period,
    make_submitted,
    make_user,
    make_values,
)

pytestmark = pytest.mark.django_db

LATER = IN_ROUND + timedelta(days=30)
REASON = "The Board agreed it"


def change(subject: Subject, effective: ReviewPeriod, by: User, **wanted: Any) -> StrategyChange:
    return change_terms(
        subject=subject,
        wanted=wanted,
        version=version_of(subject),
        effective=effective,
        reason=REASON,
        by=by,
        now=IN_ROUND,
    )


def leave(subject: Subject, effective: ReviewPeriod, by: User) -> StrategyChange:
    version = version_of(subject)
    return retire(subject=subject, version=version, effective=effective, reason=REASON, by=by, now=IN_ROUND)


def add(objective: Objective, effective: ReviewPeriod, by: User, **terms: Any) -> KeyActivity:
    given = {"description": "Open a depot", "role": "deliver", "kind": "time_bound", "owner": make_owner().slug}
    return add_activity(
        objective=objective, terms=given | terms, effective=effective, reason=REASON, by=by, now=IN_ROUND
    )


def close(period: ReviewPeriod) -> None:
    finish_closing(period=begin_closing(period=period, by=None, now=LATER), by=None, now=LATER)


def fresh(subject: Any) -> Any:
    return type(subject).objects.get(pk=subject.pk)


def test_a_new_wording_of_the_review_under_way_stands_at_once(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    made = change(activity, period, office, description="Deliver more")

    assert fresh(activity).description == "Deliver more"
    assert (made.before, made.after) == ({"description": "Deliver work 1.1.1"}, {"description": "Deliver more"})
    event = Event.objects.get(kind=EventKind.ACTIVITY_CHANGED)
    assert (event.activity, event.by, event.audience) == (activity, office, Audience.PUBLIC)
    assert event.after == {"description": "Deliver more", "reason": REASON, "effective": period.slug}


def test_a_wording_of_the_next_review_waits_until_this_one_has_closed(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    planned = change(activity, following, office, description="Deliver more")
    assert fresh(activity).description == "Deliver work 1.1.1"
    assert planned.applied_at is None

    close(period)

    assert fresh(activity).description == "Deliver more"
    assert fresh(planned).applied_at == LATER
    kinds = Event.objects.filter(activity=activity).values_list("kind", flat=True)
    assert list(kinds) == [EventKind.CHANGE_PLANNED, EventKind.ACTIVITY_CHANGED]


def test_every_term_of_an_activity_can_change(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    owner, body = make_owner(), make_organisation()
    place = Place.objects.create(slug="dudley", name="Dudley", authority=make_organisation())
    wanted = {
        "description": "New words",
        "role": Role.ENABLE,
        "kind": Kind.CONTINUING,
        "owner": owner.slug,
        "places": [place.slug],
        "contributors": [body.slug],
    }

    change(activity, period, office, **wanted)

    assert terms_of(fresh(activity)) == wanted


def test_a_change_after_a_closing_belongs_to_the_next_review_and_needs_no_plan(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    close(period)

    change(activity, following, office, description="Deliver more")

    assert fresh(activity).description == "Deliver more"


def test_a_review_that_was_told_keeps_its_words(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    close(period)

    with pytest.raises(Refused, match="has been told and keeps its words"):
        change(activity, fresh(period), office, description="Deliver more")


def test_nothing_changes_while_a_review_is_being_closed(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    closing = begin_closing(period=period, by=None, now=LATER)

    with pytest.raises(Refused, match="is just being closed"):
        change(activity, closing, office, description="Deliver more")


def test_a_half_year_that_was_passed_over_counts_as_told(office: User) -> None:
    activity = make_activity()
    passed, current = make_period(date(2026, 3, 31), PeriodState.SCHEDULED), make_period()

    with pytest.raises(Refused, match="has been told"):
        change(activity, passed, office, description="Deliver more")
    change(activity, current, office, description="Deliver more")


def test_a_plan_for_a_half_year_that_is_passed_over_is_applied_when_the_next_opens(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    after = make_period(date(2027, 4, 1), PeriodState.SCHEDULED)
    change(activity, after, office, description="Deliver more")
    close(period)
    assert fresh(activity).description == "Deliver work 1.1.1"

    open_period(period=after, by=office, now=LATER, submission_opens=after.submission_opens)

    assert fresh(activity).description == "Deliver more"


def test_nobody_leads_an_activity_to_their_own_approval(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    above = make_owner()
    signed_off = make_owner(approving_post=above)
    Holding.objects.create(user=office, owner=above, starts=date(2020, 1, 1))

    with pytest.raises(NotAllowed, match="a colleague has to give it the activity"):
        change(activity, period, office, owner=signed_off.slug)
    with pytest.raises(NotAllowed, match="a colleague has to give it the activity"):
        add(activity.objective, period, office, owner=signed_off.slug)
    change(activity, period, make_user(UserRole.OFFICE), owner=signed_off.slug)
    assert fresh(activity).owner == signed_off


def test_every_change_needs_a_reason(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    with pytest.raises(Refused, match="Say why"):
        change_terms(subject=activity, wanted={}, version=0, effective=period, reason=" \n", by=office, now=IN_ROUND)


def test_a_change_of_nothing_is_refused(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    with pytest.raises(Refused, match="Nothing differs"):
        change(activity, period, office, **terms_of(activity))


def test_who_saw_an_older_state_is_told_so(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    seen = version_of(activity)
    change(activity, period, office, description="Theirs")

    with pytest.raises(Overtaken, match=r"changed 1\.1\.1"):
        change_terms(
            subject=activity,
            wanted={"description": "Mine"},
            version=seen,
            effective=period,
            reason=REASON,
            by=office,
            now=IN_ROUND,
        )
    assert fresh(activity).description == "Theirs"


def test_a_plan_that_takes_effect_makes_an_open_form_old(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    change(activity, following, office, description="Deliver more")
    seen = version_of(activity)

    close(period)

    assert version_of(activity) != seen


def test_a_field_with_a_later_plan_is_not_changed_under_it(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    change(activity, following, office, description="Later")

    with pytest.raises(Refused, match="withdraw that plan first"):
        change(activity, period, office, description="Now")
    change(activity, period, office, kind=Kind.CONTINUING)


def test_plans_of_one_field_follow_each_other(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    first = change(activity, following, office, description="First")
    second = change(activity, following, office, description="Second")

    assert second.before == {"description": "First"}
    with pytest.raises(Refused, match="A later plan builds on this one"):
        withdraw_change(change=first, by=office, now=IN_ROUND)
    close(period)
    assert fresh(activity).description == "Second"


def test_a_plan_can_be_withdrawn_once_and_not_when_it_has_taken_effect(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    planned = change(activity, following, office, description="Deliver more")
    applied = change(activity, period, office, kind=Kind.CONTINUING)
    withdraw_change(change=planned, by=office, now=IN_ROUND)

    for done, words in ((planned, "was withdrawn already"), (applied, "has taken effect already")):
        with pytest.raises(Refused, match=words):
            withdraw_change(change=done, by=office, now=IN_ROUND)
    close(period)
    assert fresh(activity).description == "Deliver work 1.1.1"
    assert Event.objects.filter(kind=EventKind.CHANGE_WITHDRAWN).count() == 1


def test_an_addition_has_the_next_number_and_stands_from_its_review_on(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    added = add(activity.objective, period, office)

    assert added.number == "1.1.2"
    stored = fresh(added)
    assert (stored.added_on, stored.retired_on, stored.is_proposed) == (period.starts, None, False)
    assert Event.objects.get(kind=EventKind.ACTIVITY_ADDED).after["description"] == "Open a depot"


def test_a_number_is_never_used_again(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    leave(add(activity.objective, period, office), period, office)

    assert add(activity.objective, period, office).number == "1.1.3"


def test_an_addition_for_the_next_review_stands_on_no_day_before(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    added = add(activity.objective, following, office)
    on = following.starts + timedelta(days=11)  # in the next half-year, while the last one is still told
    assert added not in KeyActivity.objects.standing(on)
    assert added not in KeyActivity.objects.visible_to(office)

    close(period)

    assert added in KeyActivity.objects.visible_to(office).standing(on)
    assert added not in KeyActivity.objects.standing(period.ends)


def test_an_addition_that_is_withdrawn_never_stands(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    added = add(activity.objective, following, office)
    withdraw_change(change=added.changes.get(), by=office, now=IN_ROUND)

    close(period)

    assert added not in KeyActivity.objects.visible_to(office)
    assert add(activity.objective, following, office).number == "1.1.3"


def test_what_joins_later_is_not_changed_earlier(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    added = add(activity.objective, following, office)

    with pytest.raises(Refused, match="joins the strategy with 2026/27 H2"):
        change(added, period, office, description="Sooner")
    change(added, following, office, description="Better")
    with pytest.raises(Refused, match="A later plan builds on this one"):
        withdraw_change(change=added.changes.get(kind=ChangeKind.ADDED), by=office, now=IN_ROUND)
    close(period)
    assert fresh(added).description == "Better"


def test_an_objective_is_added_under_its_aim(period: ReviewPeriod, office: User) -> None:
    aim = make_objective(number="2.1").aim

    added = add_objective(aim=aim, statement="We will plant", effective=period, reason=REASON, by=office, now=IN_ROUND)

    assert (added.number, fresh(added).retired_on) == ("2.2", None)
    assert Event.objects.get(kind=EventKind.OBJECTIVE_ADDED).objective == added


def test_words_are_needed(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    with pytest.raises(Refused, match="Enter the wording"):
        add(activity.objective, period, office, description=" ")
    with pytest.raises(Refused, match="Enter the wording"):
        add_objective(aim=Aim.objects.get(), statement="", effective=period, reason=REASON, by=office, now=IN_ROUND)
    with pytest.raises(Refused, match="Enter the wording"):
        change(activity, period, office, description=" ")


def test_retiring_leaves_closed_reviews_alone(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    close(period)

    leave(activity, following, office)

    assert fresh(activity).retired_on == following.starts
    assert activity in KeyActivity.objects.standing(period.ends)
    assert activity in KeyActivity.objects.visible_to(office)


def test_who_leaves_with_the_next_review_is_still_asked_for_this_one(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User, owner: User
) -> None:
    leave(activity, following, office)

    make_submitted(activity, by=owner)

    assert activity in KeyActivity.objects.standing(following.starts + timedelta(days=11))


def test_an_objective_with_activities_is_not_retired(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    with pytest.raises(Refused, match=r"1\.1 still has key activities \(1\.1\.1\)"):
        leave(activity.objective, following, office)
    gone = leave(activity, following, office)
    with pytest.raises(Refused, match="still has key activities"):
        leave(activity.objective, period, office)
    leave(activity.objective, following, office)
    with pytest.raises(Refused, match=r"Objective 1\.1 is to leave as well"):
        withdraw_change(change=gone, by=office, now=IN_ROUND)
    with pytest.raises(Refused, match=r"1\.1 leaves the strategy with 2026/27 H2"):
        add(activity.objective, period, office)


def test_what_has_left_is_not_changed(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    leave(activity, period, office)

    with pytest.raises(Refused, match="was retired on 1 April 2026"):
        change(activity, period, office, description="More")


def test_what_has_a_plan_does_not_leave_before_it_is_withdrawn(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    change(activity, following, office, description="More")

    with pytest.raises(Refused, match=r"A change of 1\.1\.1 is planned"):
        leave(activity, period, office)


def test_what_was_signed_off_is_not_unsaid_by_retiring_it(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    make_approved(activity)

    with pytest.raises(Refused, match=r"signed off, so retiring it must wait"):
        leave(activity, period, office)
    leave(activity, following, office)


def test_an_open_update_of_what_is_retired_is_neither_sent_nor_signed_off(
    activity: KeyActivity, period: ReviewPeriod, office: User, owner: User, approver: User
) -> None:
    update = make_submitted(activity, by=owner)

    leave(activity, period, office)

    with pytest.raises(Refused, match="was retired on 1 April 2026"):
        approve_update(update=update, version=update.version, by=approver, now=IN_ROUND)
    with pytest.raises(Refused, match="was retired on 1 April 2026"):
        save_draft(activity=activity, values=make_values(), version=update.version, by=owner, now=IN_ROUND)
    assert queue_of(approver, IN_ROUND.date()) == []


@pytest.mark.parametrize(("field", "value"), [("role", Role.INFLUENCE), ("kind", Kind.CONTINUING)])
def test_a_new_role_or_kind_waits_for_what_was_sent_in_this_review(
    activity: KeyActivity, period: ReviewPeriod, office: User, field: str, value: str
) -> None:
    make_submitted(activity)

    with pytest.raises(Refused, match="waiting for sign-off, so a new role or kind must wait"):
        change(activity, period, office, **{field: value})


def test_a_draft_takes_a_new_role_when_it_is_saved_next(
    activity: KeyActivity, period: ReviewPeriod, office: User, owner: User
) -> None:
    draft = make_draft(activity, by=owner)
    change(activity, period, office, role=Role.INFLUENCE)
    assert fresh(draft).role == Role.DELIVER

    save_draft(activity=activity, values=make_values(), version=draft.version, by=owner, now=IN_ROUND)

    assert (fresh(draft).role, fresh(draft).rag) == (Role.INFLUENCE, None)


def test_what_was_sent_under_the_old_role_goes_back_when_a_plan_takes_effect(
    activity: KeyActivity, period: ReviewPeriod, following: ReviewPeriod, office: User
) -> None:
    update = make_submitted(activity)
    change(activity, following, office, role=Role.ENABLE)

    close(period)

    given_back = fresh(update)
    assert (given_back.stage, given_back.period) == (Stage.DRAFT, following)
    assert "Its role or kind changed with 2026/27 H2" in given_back.return_note
    assert Event.objects.get(kind=EventKind.UPDATE_RETURNED).by is None


def test_who_signs_off_changes_with_the_post(
    activity: KeyActivity, period: ReviewPeriod, office: User, approver: User
) -> None:
    above = make_owner()
    post = make_owner(approving_post=above)
    successor = make_user(holds=above)
    make_submitted(activity)

    change(activity, period, office, owner=post.slug)

    on = IN_ROUND.date()
    assert (len(queue_of(approver, on)), len(queue_of(successor, on))) == (0, 1)


def test_proposals_are_confirmed_many_at_once_and_each_only_once(
    activity: KeyActivity, period: ReviewPeriod, office: User
) -> None:
    others = [activity, make_activity("1.1.2"), make_activity("1.1.3", is_proposed=False)]

    made = confirm_activities(activities=others, reason=REASON, by=office, now=IN_ROUND)

    assert [change.activity.number for change in made if change.activity] == ["1.1.1", "1.1.2"]
    assert not KeyActivity.objects.filter(is_proposed=True).exists()
    assert confirm_activities(activities=others, reason=REASON, by=office, now=IN_ROUND) == []
    with pytest.raises(Refused, match="Choose the activities"):
        confirm_activities(activities=[], reason=REASON, by=office, now=IN_ROUND)


def test_a_change_begins_with_a_review(office: User) -> None:
    with pytest.raises(Refused, match="Make a review period first"):
        confirm_activities(activities=[make_activity()], reason=REASON, by=office, now=IN_ROUND)


def test_the_log_keeps_the_kind_of_each_change(activity: KeyActivity, period: ReviewPeriod, office: User) -> None:
    change(activity, period, office, description="More")
    leave(activity, period, office)
    add(activity.objective, period, office)

    kinds = StrategyChange.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [ChangeKind.CHANGED, ChangeKind.RETIRED, ChangeKind.ADDED]
