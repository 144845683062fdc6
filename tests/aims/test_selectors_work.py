"""Work lists and sign-off queues, against the database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Holding, Owner, User
from aims.choices import PeriodState, State
from aims.models import KeyActivity, ProgressUpdate, ReviewPeriod
from aims.selectors.work import Work, due_count, work_of
from aims.services.deciding import return_update
from aims.services.writing import submit_update
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_extension,
    make_owner,
    make_period,
    make_red_values,
    make_user,
    make_values,
)

TODAY = date(2026, 10, 12)
LAST_ROUND = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)


def work(user: User, on: date = TODAY) -> Work:
    found = work_of(user, on)
    assert found is not None
    return found


def sent(activity: KeyActivity, by: User, *, red: bool = False, now: datetime = IN_ROUND) -> ProgressUpdate:
    values = make_red_values() if red else make_values()
    return submit_update(activity=activity, values=values, version=0, by=by, now=now)


def test_between_rounds_nothing_is_asked(period: ReviewPeriod, holder: User) -> None:
    ReviewPeriod.objects.update(state=PeriodState.SCHEDULED)

    assert work_of(holder, TODAY) is None
    assert due_count(holder, TODAY) == 0


def test_work_is_what_the_persons_own_posts_answer_for(post: Owner, holder: User) -> None:
    mine = make_activity("1.1.1", owner=post)
    make_activity("1.1.2")

    found = work(holder)

    assert [item.activity for item in found.to_do] == [mine]
    assert (found.total, found.done, due_count(holder, TODAY)) == (1, (), 1)


def test_a_deputy_sees_the_posts_work_until_the_deputising_ends(post: Owner) -> None:
    deputy = make_user()
    make_activity(owner=post)
    Holding.objects.create(user=deputy, owner=post, is_deputy=True, starts=date(2026, 10, 1), ends=date(2026, 10, 12))

    assert work(deputy).total == 1
    assert work(deputy, date(2026, 10, 13)).total == 0


def test_each_activity_shows_how_far_its_update_has_come_and_what_is_to_do_comes_first(
    post: Owner, holder: User, signer: User
) -> None:
    activities = [make_activity(f"1.1.{number}", owner=post) for number in range(1, 6)]
    make_approved(activities[0], approver=signer)
    sent(activities[1], holder)
    make_draft(activities[3], by=holder)
    back = sent(activities[4], holder)
    return_update(update=back, note="Say more", version=back.version, by=signer, now=IN_ROUND)

    found = work(holder)

    assert [(item.activity.number, item.words) for item in found.to_do] == [
        ("1.1.5", "Returned"),
        ("1.1.4", "Draft"),
        ("1.1.3", "Update due"),
    ]
    assert [(item.activity.number, item.words) for item in found.done] == [
        ("1.1.2", "Sent, with the approver"),
        ("1.1.1", "Approved"),
    ]
    assert found.to_do[0].note == "Returned to you: “Say more”"
    assert found.to_do[2].note == "Not reported before"
    assert due_count(holder, TODAY) == 3


def test_within_a_status_activities_stand_in_the_order_of_their_numbers(post: Owner, holder: User) -> None:
    for number in ("1.1.10", "1.1.2", "1.1.1"):
        make_activity(number, owner=post)

    assert [item.activity.number for item in work(holder).to_do] == ["1.1.1", "1.1.2", "1.1.10"]


def test_what_is_complete_or_retired_is_not_asked_for_again(post: Owner, holder: User) -> None:
    previous = make_period(date(2026, 3, 31), PeriodState.SCHEDULED)
    this_round = ReviewPeriod.objects.exclude(pk=previous.pk)
    complete = make_activity("1.1.1", owner=post)
    make_activity("1.1.2", owner=post, retired_on=date(2026, 10, 12))
    this_round.update(state=PeriodState.SCHEDULED)
    ReviewPeriod.objects.filter(pk=previous.pk).update(state=PeriodState.OPEN)
    make_approved(complete, now=LAST_ROUND, state=State.COMPLETE, evidence="The line is open.")
    ReviewPeriod.objects.filter(pk=previous.pk).update(state=PeriodState.CLOSED, closed_at=LAST_ROUND)
    this_round.update(state=PeriodState.OPEN)

    assert work(holder).total == 0
    assert due_count(holder, TODAY) == 0


def test_one_click_is_offered_where_it_would_be_taken(post: Owner, holder: User) -> None:
    make_activity(owner=post)

    (item,) = work(holder).to_do

    assert item.no_change_problem == "There is no last update to repeat: write the first one"


def test_the_deadline_is_the_earliest_of_the_persons_posts(post: Owner, holder: User, period: ReviewPeriod) -> None:
    make_activity("1.1.1", owner=post)
    make_extension(period, post, until=date(2026, 11, 10))
    assert (work(holder).deadline, work(holder).days_left) == (date(2026, 11, 10), 29)

    other = make_owner()
    make_activity("1.1.2", owner=other)
    Holding.objects.create(user=holder, owner=other, starts=date(2020, 1, 1))

    assert work(holder).deadline == date(2026, 11, 4)


def test_nobody_signed_out_has_work_or_a_queue(post: Owner, holder: User) -> None:
    sent(make_activity(owner=post), holder)

    assert due_count(AnonymousUser(), TODAY) == 0


def queries_of(user: User) -> tuple[int, int]:
    """How many queries a person's work and count take."""
    counts = []
    for ask in (work_of, due_count):
        with CaptureQueriesContext(connection) as queries:
            ask(user, TODAY)
        counts.append(len(queries))
    return counts[0], counts[1]


def test_sixty_activities_take_as_many_queries_as_two(post: Owner, holder: User) -> None:
    writer = make_user(holds=post)
    for number in (1, 2):
        sent(make_activity(f"1.1.{number}", owner=post), writer)
    few = queries_of(holder)

    for number in range(3, 61):
        activity = make_activity(f"1.1.{number}", owner=post)
        if number % 2:
            sent(activity, writer)

    assert queries_of(holder) == few
    assert few[1] <= 3
