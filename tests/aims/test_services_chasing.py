"""Asking for what is missing: whom, once, and what is kept of it."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.choices import UserRole
from accounts.models import Holding, Owner, User
from aims.choices import Audience, EventKind, NoticeKind, PeriodState
from aims.errors import NoRound, Refused
from aims.models import Event, KeyActivity, Notice, ReviewPeriod
from aims.selectors.round import desk_of
from aims.services.chasing import chase
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_draft,
    make_owner,
    make_period,
    make_submitted,
    make_user,
)

TODAY = date(2026, 10, 12)
WORDS = "Please send your updates."


def ask(by: User, *owners: Owner, message: str = WORDS, days_later: int = 0) -> int:
    return chase(owners=owners, message=message, by=by, now=IN_ROUND + timedelta(days=days_later))


def test_the_holders_are_told_and_the_post_keeps_when_it_was_asked(
    activity: KeyActivity, owner: User, period: ReviewPeriod, office: User
) -> None:
    assert ask(office, activity.owner, message=" Please send. ") == 1

    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.period, notice.message) == (
        owner,
        NoticeKind.CHASED,
        period,
        "Please send.",
    )
    event = Event.objects.get()
    assert (event.kind, event.by, event.owner, event.audience) == (
        EventKind.CHASED,
        office,
        activity.owner,
        Audience.OFFICE,
    )
    assert (event.after["message"], event.after["activities"]) == ("Please send.", ["1.1.1"])
    assert desk_of(period, TODAY).posts[0].last_chased == IN_ROUND


def test_pressing_twice_asks_once_and_the_next_day_again(activity: KeyActivity, owner: User, office: User) -> None:
    told = [ask(office, activity.owner), ask(office, activity.owner), ask(office, activity.owner, days_later=1)]

    assert told == [1, 0, 1]
    assert Notice.objects.count() == Event.objects.count() == 2


def test_other_words_on_the_same_day_are_another_message(activity: KeyActivity, owner: User, office: User) -> None:
    assert [ask(office, activity.owner), ask(office, activity.owner, message="Today, please.")] == [1, 1]


def test_who_holds_two_posts_is_told_once(activity: KeyActivity, owner: User, office: User) -> None:
    other = make_activity("1.1.2")
    Holding.objects.create(user=owner, owner=other.owner, starts=date(2020, 1, 1))

    assert ask(office, activity.owner, other.owner) == 1
    assert (Notice.objects.count(), Event.objects.count()) == (1, 2)


def test_a_deputy_is_told_too_and_nobody_whose_holding_has_ended(activity: KeyActivity, office: User) -> None:
    deputy, former = make_user(), make_user()
    post = activity.owner
    Holding.objects.create(user=deputy, owner=post, is_deputy=True, starts=TODAY, ends=TODAY)
    Holding.objects.create(user=former, owner=post, starts=date(2020, 1, 1), ends=date(2026, 10, 11))

    ask(office, post)

    assert Notice.objects.get().person == deputy


def test_a_post_that_nobody_holds_is_not_said_to_have_been_asked(activity: KeyActivity, office: User) -> None:
    assert ask(office, activity.owner) == 0
    assert not Event.objects.exists()


def test_who_has_sent_everything_is_left_in_peace(period: ReviewPeriod, office: User) -> None:
    sent, approved, draft = (make_activity(f"1.1.{number}") for number in (1, 2, 3))
    make_submitted(sent)
    make_approved(approved)
    begun = make_draft(draft)

    ask(office, sent.owner, approved.owner, draft.owner, make_owner())

    assert [notice.person for notice in Notice.objects.filter(kind=NoticeKind.CHASED)] == [begun.author]


def test_without_words_or_without_a_round_nothing_is_asked(activity: KeyActivity, office: User) -> None:
    with pytest.raises(Refused, match="Write what you ask for"):
        ask(office, activity.owner, message=" ")
    ReviewPeriod.objects.update(state=PeriodState.SCHEDULED)
    with pytest.raises(NoRound, match="No round is open now"):
        ask(office, activity.owner)


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_ask_once() -> None:
    make_period()
    activity, office = make_activity(), [make_user(UserRole.OFFICE), make_user(UserRole.OFFICE)]
    make_user(holds=activity.owner)
    start, told = Barrier(2), []

    def press(by: User) -> None:
        try:
            start.wait(300)
            told.append(ask(by, activity.owner))
        finally:
            connection.close()

    threads = [Thread(target=press, args=[person]) for person in office]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert sorted(told) == [0, 1]
    assert Notice.objects.count() == Event.objects.filter(kind=EventKind.CHASED).count() == 1
