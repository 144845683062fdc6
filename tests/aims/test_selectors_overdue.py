"""Mails about what the Board asked for: once when it is given, once when its day has gone by, never when it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from aims.choices import MailKind, NoticeKind
from aims.models import BoardAction, Mail, Notice
from aims.selectors.letters import letter_of
from aims.selectors.overdue import planned_of_actions
from aims.services.actions import report_on_action
from aims.services.mailing import gather, make_reminders
from aims.services.notices import choose_mail
from tests.aims.test_services_mailing import at, take
from tests.factories import IN_ROUND, make_action, make_activity, make_owner, make_user

pytestmark = pytest.mark.django_db

LATE = date(2027, 2, 1)


@pytest.fixture
def action() -> BoardAction:
    return make_action(owner=make_owner(title="Director of Housing"), activity=make_activity("4.2.3"))


@pytest.fixture
def holder(action: BoardAction) -> User:
    return make_user(holds=action.owner)


def test_whoever_is_given_an_action_is_told_in_the_mail_of_decisions() -> None:
    post = make_owner(title="Director of Housing")
    holder = make_user(holds=post)
    action = make_action(owner=post, activity=make_activity("4.2.3"))

    assert gather(now=IN_ROUND + timedelta(minutes=15)) == 1
    letter = letter_of(Mail.objects.get(person=holder), IN_ROUND.date())

    assert letter
    assert letter.subject == "Asked by the Board (1)"
    (line,) = letter.sections[0].lines
    assert line.number == "2026/27 H1, action 1"
    assert line.words == "Director of Housing, about 4.2.3 Deliver work 4.2.3"
    assert (line.path, line.note) == ("/actions/2026-27-h1/1/", "by 31 January 2027")
    assert action.text not in str(letter)  # what people wrote stays behind the sign-in


def test_an_action_that_is_overdue_comes_once_in_the_days_digest_also_between_rounds(holder: User) -> None:
    made = []
    for now in (at(LATE + timedelta(days=days), hour) for days in (-1, 0, 1, 9) for hour in (7, 9, 10)):
        made.append(make_reminders(now=now))
        take(now)

    assert made == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    mail = Mail.objects.get(person=holder)
    assert (mail.kind, mail.on) == (MailKind.DIGEST, LATE)
    letter = letter_of(mail, LATE)
    assert letter
    assert letter.subject == "1 action of the Board overdue"
    assert [line.number for line in letter.sections[0].lines] == ["2026/27 H1, action 1"]


def test_what_is_done_by_the_hour_of_sending_is_not_asked_for(action: BoardAction, holder: User) -> None:
    make_reminders(now=at(LATE))
    report_on_action(action=action, text="Done.", is_done=True, by=holder, now=at(LATE))

    assert letter_of(Mail.objects.get(), LATE) is None
    assert planned_of_actions(LATE) == []


def test_whoever_takes_the_post_over_is_reminded_too(action: BoardAction, holder: User) -> None:
    make_reminders(now=at(LATE))
    later = make_user(holds=action.owner)

    assert [each.person for each in planned_of_actions(LATE + timedelta(days=1))] == [later]


def test_whoever_wants_no_reminders_gets_none(action: BoardAction, holder: User) -> None:
    choose_mail(person=holder, reminders=False, decisions=True)

    assert make_reminders(now=at(LATE)) == 0
    assert Notice.objects.filter(kind=NoticeKind.ACTION_OVERDUE).count() == 0


def test_looking_costs_one_query_while_nothing_is_overdue_and_few_where_much_is(
    action: BoardAction, holder: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(1):
        assert planned_of_actions(LATE - timedelta(days=1)) == []
    for number in range(20):
        make_action(action.period, text=f"Do {number}.", owner=action.owner)
    with django_assert_max_num_queries(5):
        assert len(planned_of_actions(LATE)) == 21
