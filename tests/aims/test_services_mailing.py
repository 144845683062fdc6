"""Reminders made from hour to hour: each once, in one mail a person and day, at the right local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.choices import UserRole
from accounts.models import Holding, User
from aims.choices import MailKind, NoticeKind, PeriodState
from aims.models import KeyActivity, Mail, Notice, ReviewPeriod
from aims.rules.periods import LONDON
from aims.services.mailing import gather, make_reminders
from aims.services.notices import choose_mail, tell
from aims.services.periods import open_period
from tests.factories import IN_ROUND, make_activity, make_owner, make_period, make_submitted, make_user

pytestmark = pytest.mark.django_db


def at(day: date, hour: int = 8) -> datetime:
    """An instant by the clock in London."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def told(person: User) -> list[tuple[date, str]]:
    """The mail's day and the name of each reminder to a person."""
    rows = Notice.objects.filter(person=person).order_by("made_at", "pk").values_list("mail__on", "key")
    return [(on, key.partition(" ")[0]) for on, key in rows]


def take(now: datetime) -> None:
    """As if the mail server had taken everything."""
    Mail.objects.waiting().update(sent_at=now)


@pytest.fixture
def opened(office: User) -> ReviewPeriod:
    """2026/27 H1, opened through the service on 1 October, due by 4 November."""
    period = make_period(state=PeriodState.SCHEDULED)
    return open_period(period=period, by=office, now=at(date(2026, 10, 1), 9))


@pytest.fixture
def activity(opened: ReviewPeriod) -> KeyActivity:
    return make_activity("1.1.1")


def test_a_reminder_is_made_in_the_morning_and_only_once_that_day(owner: User) -> None:
    day = date(2026, 10, 21)

    assert [make_reminders(now=at(day, hour)) for hour in range(24)] == [0] * 8 + [1] + [0] * 15
    assert told(owner) == [(day, "due-14")]


def test_all_posts_of_a_person_share_one_mail_a_day(owner: User, opened: ReviewPeriod) -> None:
    other = make_activity("1.1.2")
    Holding.objects.create(user=owner, owner=other.owner, starts=date(2020, 1, 1))
    make_reminders(now=at(date(2026, 10, 1), 10))

    assert Notice.objects.filter(person=owner).count() == 2
    assert Mail.objects.filter(person=owner).count() == 1


def test_whoever_had_the_mail_of_the_day_waits_for_the_next_one(owner: User) -> None:
    day = date(2026, 10, 21)
    make_reminders(now=at(day))
    take(at(day))
    other = make_activity("1.1.2")
    Holding.objects.create(user=owner, owner=other.owner, starts=date(2020, 1, 1))

    assert make_reminders(now=at(day, 12)) == 0
    assert make_reminders(now=at(day + timedelta(days=1))) == 1
    assert Mail.objects.filter(person=owner).count() == 2


def test_after_three_days_without_the_server_one_mail_catches_up(owner: User) -> None:
    make_reminders(now=at(date(2026, 11, 3)))
    take(at(date(2026, 11, 3)))
    for hour in range(24):
        make_reminders(now=at(date(2026, 11, 7), hour))

    assert told(owner) == [(date(2026, 11, 3), "due-1"), (date(2026, 11, 7), "overdue-1")]


def test_a_mail_that_no_server_took_becomes_that_of_the_next_day(owner: User) -> None:
    make_reminders(now=at(date(2026, 11, 3)))
    make_reminders(now=at(date(2026, 11, 5)))

    assert told(owner) == [(date(2026, 11, 5), "due-1"), (date(2026, 11, 5), "overdue-1")]
    assert Mail.objects.get().on == date(2026, 11, 5)


def test_a_clock_that_jumps_back_repeats_nothing(owner: User) -> None:
    for day in (date(2026, 11, 3), date(2026, 10, 30), date(2026, 11, 3)):
        make_reminders(now=at(day))
        take(at(day))

    assert told(owner) == [(date(2026, 11, 3), "due-1")]


@pytest.mark.parametrize(
    ("night", "morning"),
    [
        (datetime(2026, 3, 29, 6, 59, tzinfo=UTC), datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 7, 59, tzinfo=UTC), datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
    ],
)
def test_on_the_days_of_the_clock_change_morning_is_morning_in_london(night: datetime, morning: datetime) -> None:
    day = morning.date()
    make_period(date(2025, 9, 30), submission_closes=day + timedelta(days=7))
    person = make_user(holds=make_activity("1.1.2").owner)

    assert make_reminders(now=night) == 0
    assert make_reminders(now=morning) == 1
    assert told(person) == [(day, "due-7")]


def test_decisions_of_a_quarter_of_an_hour_go_into_one_mail(owner: User) -> None:
    for minute, key in ((0, "approved 1"), (9, "returned 2"), (14, "approved 3")):
        now = IN_ROUND + timedelta(minutes=minute)
        assert tell(person=owner, kind=NoticeKind.APPROVED, key=key, now=now)
        assert gather(now=now) == 0

    assert gather(now=IN_ROUND + timedelta(minutes=15)) == 1
    assert gather(now=IN_ROUND + timedelta(minutes=16)) == 0
    mail = Mail.objects.get()
    assert (mail.kind, mail.notices.count()) == (MailKind.DECISIONS, 3)


def test_what_the_office_asks_goes_at_once_in_one_mail_a_person(owner: User) -> None:
    for key in ("chased post-1", "chased post-2"):
        tell(person=owner, kind=NoticeKind.CHASED, key=key, now=IN_ROUND, message="Please send it today.")

    assert gather(now=IN_ROUND) == 1
    assert Mail.objects.get().kind == MailKind.CHASE


def test_news_that_nobody_gathered_for_a_week_is_none(owner: User) -> None:
    tell(person=owner, kind=NoticeKind.APPROVED, key="approved 1", now=IN_ROUND)

    assert gather(now=IN_ROUND + timedelta(days=7)) == 0


def test_nobody_is_told_the_same_twice(owner: User) -> None:
    assert tell(person=owner, kind=NoticeKind.APPROVED, key="approved 1", now=IN_ROUND)
    assert tell(person=owner, kind=NoticeKind.APPROVED, key="approved 1", now=IN_ROUND) is None
    assert Notice.objects.count() == 1


def test_what_a_person_does_not_want_is_not_even_noted_but_for_the_office(owner: User) -> None:
    choose_mail(person=owner, reminders=False, decisions=False)

    assert tell(person=owner, kind=NoticeKind.RETURNED, key="returned 1", now=IN_ROUND) is None
    assert tell(person=owner, kind=NoticeKind.CHASED, key="chased 1", now=IN_ROUND)
    assert make_reminders(now=at(date(2026, 10, 21))) == 0


def test_a_closed_account_is_told_nothing(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    owner.refresh_from_db()

    assert tell(person=owner, kind=NoticeKind.CHASED, key="chased 1", now=IN_ROUND) is None
    assert make_reminders(now=at(date(2026, 10, 21))) == 0


@pytest.mark.parametrize("activities", [2, 30])
def test_the_statements_do_not_grow_with_the_activities(
    opened: ReviewPeriod, activities: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    post = make_owner(approving_post=make_owner())
    for number in range(1, activities + 1):
        make_activity(f"1.1.{number}", owner=post)
    make_user(UserRole.OWNER, holds=post)
    with django_assert_num_queries(45):
        assert make_reminders(now=at(date(2026, 10, 21))) == 1
    with django_assert_num_queries(12):
        assert make_reminders(now=at(date(2026, 10, 21), 9)) == 0


def test_nothing_is_asked_that_was_sent(owner: User, activity: KeyActivity) -> None:
    make_submitted(activity, by=owner)

    assert make_reminders(now=at(date(2026, 10, 21))) == 0
