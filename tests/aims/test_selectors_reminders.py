"""Who is to be reminded of what on a day."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import PeriodState, Stage
from aims.models import KeyActivity, ReviewPeriod
from aims.selectors.reminders import (
    mail_troubles,
    people_without_reminders,
    planned_reminders,
    posts_in_round,
    unheld_posts,
)
from aims.services.notices import choose_mail
from aims.services.periods import extend_deadline
from tests.constraints.notices import make_mail
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_period,
    make_submitted,
    make_user,
)

pytestmark = pytest.mark.django_db

WEEK_BEFORE = date(2026, 10, 28)
WEEK_LATE = date(2026, 11, 11)


def names(on: date) -> list[tuple[User, str]]:
    return [(each.person, each.reminder.name) for each in planned_reminders(on)]


def test_whoever_holds_the_post_is_reminded(owner: User) -> None:
    (planned,) = planned_reminders(WEEK_BEFORE)

    assert (planned.person, planned.reminder.name) == (owner, "due-7")
    assert [left.activity.number for left in planned.post.left] == ["1.1.1"]
    assert planned.key == f"due-7 2026-27-h1 post-{planned.post.owner.pk} until 2026-11-04"


def test_a_deputy_is_reminded_as_long_as_deputising(activity: KeyActivity, owner: User) -> None:
    deputy = make_user()
    Holding.objects.create(
        user=deputy, owner=activity.owner, starts=date(2026, 10, 20), ends=WEEK_BEFORE, is_deputy=True
    )

    assert {person for person, _ in names(WEEK_BEFORE)} == {owner, deputy}
    assert {person for person, _ in names(date(2026, 10, 29))} == {owner}


def test_a_closed_account_is_not_reminded(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert names(WEEK_BEFORE) == []


@pytest.mark.parametrize("done", [make_submitted, make_approved])
def test_whoever_has_sent_everything_hears_no_more(activity: KeyActivity, owner: User, done: object) -> None:
    done(activity)  # type: ignore[operator]

    assert names(WEEK_BEFORE) == []


def test_a_draft_is_left_to_send_and_so_is_what_was_returned(activity: KeyActivity, owner: User) -> None:
    make_draft(activity, by=owner)
    assert [left.is_returned for each in planned_reminders(WEEK_BEFORE) for left in each.post.left] == [False]

    activity.updates.update(stage=Stage.DRAFT, returned_by=make_user(), return_note="Say more")
    assert [left.is_returned for each in planned_reminders(WEEK_BEFORE) for left in each.post.left] == [True]


def test_an_update_sent_late_for_the_next_round_is_sent(
    activity: KeyActivity, owner: User, following: ReviewPeriod
) -> None:
    make_submitted(activity, by=owner, now=IN_ROUND.replace(month=11, day=10))

    assert names(WEEK_LATE) == []


def test_a_retired_activity_asks_for_nothing(activity: KeyActivity, owner: User) -> None:
    KeyActivity.objects.filter(pk=activity.pk).update(retired_on=date(2026, 10, 1))

    assert names(WEEK_BEFORE) == []


def test_an_activity_that_was_complete_before_asks_for_nothing(db: None) -> None:
    earlier = make_period(date(2026, 3, 31))
    activity = make_activity()
    make_user(holds=activity.owner)
    closed_at = IN_ROUND.replace(month=5)
    sent = closed_at.replace(month=4)
    make_approved(activity, now=sent, state="complete", rag="", forecast_rag="", evidence="Opened in March.")
    ReviewPeriod.objects.filter(pk=earlier.pk).update(state=PeriodState.CLOSED, closed_at=closed_at)
    make_period()

    assert names(WEEK_BEFORE) == []


@pytest.mark.parametrize("state", [PeriodState.SCHEDULED, PeriodState.CLOSING])
def test_a_round_that_is_not_open_asks_for_nothing(period: ReviewPeriod, owner: User, state: PeriodState) -> None:
    ReviewPeriod.objects.filter(pk=period.pk).update(state=state)

    assert names(WEEK_BEFORE) == []
    assert unheld_posts(WEEK_BEFORE) == []


def test_an_extension_moves_the_reminders_of_its_owner_alone(
    period: ReviewPeriod, activity: KeyActivity, owner: User, office: User
) -> None:
    other = make_user(holds=make_activity("1.1.2").owner)
    granted = IN_ROUND.replace(day=26)
    extend_deadline(
        period=period, owner=activity.owner, until=date(2026, 11, 18), reason="Illness", by=office, now=granted
    )

    assert (other, "due-7") in names(WEEK_BEFORE)
    assert (owner, "kick-off") in names(WEEK_BEFORE)  # the old deadline's are void, the new one's still to come
    assert (owner, "due-14") in names(date(2026, 11, 4))
    assert (owner, "due-7") in names(WEEK_LATE)


def test_a_week_late_whoever_approves_hears_of_it(owner: User, approver: User) -> None:
    assert {person for person, _ in names(date(2026, 11, 10))} == {owner}
    assert set(names(WEEK_LATE)) == {(owner, "overdue-7"), (approver, "escalated-7")}


def test_whoever_holds_both_posts_hears_of_it_once(activity: KeyActivity, owner: User) -> None:
    above = Owner.objects.get(approves_for=activity.owner)
    Holding.objects.create(user=owner, owner=above, starts=date(2020, 1, 1))

    assert names(WEEK_LATE) == [(owner, "overdue-7")]


def test_who_turned_reminders_off_is_told_nothing_and_the_office_knows(activity: KeyActivity, owner: User) -> None:
    choose_mail(person=owner, reminders=False, decisions=True)

    assert names(WEEK_BEFORE) == []
    assert people_without_reminders(WEEK_BEFORE) == [(owner, activity.owner)]


def test_a_post_that_nobody_holds_is_named(activity: KeyActivity) -> None:
    assert unheld_posts(WEEK_BEFORE) == [activity.owner]


def test_mail_in_trouble_is_told_with_its_person() -> None:
    mail = make_mail()
    assert mail_troubles() == []

    type(mail).objects.filter(pk=mail.pk).update(problem="550 No such mailbox")
    assert [each.person for each in mail_troubles()] == [mail.person]


def test_posts_come_with_their_people(period: ReviewPeriod, activity: KeyActivity, owner: User, approver: User) -> None:
    make_user(UserRole.OWNER, holds=Owner.objects.exclude(pk=activity.owner_id).earliest("pk"))

    (post,) = posts_in_round(period, WEEK_BEFORE)

    assert post.owner == activity.owner
    assert post.holders == (owner,)
    assert approver in post.approvers
