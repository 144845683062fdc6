"""What a mail says at the moment of its sending."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import User
from aims.choices import Decision, NoticeKind, Stage
from aims.models import DateChangeRequest, KeyActivity, Mail, ReviewPeriod
from aims.selectors.letters import Letter, letter_of
from aims.services.mailing import gather, make_reminders
from aims.services.notices import tell
from tests.aims.test_services_mailing import at
from tests.factories import IN_ROUND, make_activity, make_approved, make_date_change, make_submitted, make_user

pytestmark = pytest.mark.django_db

KICK_OFF = date(2026, 10, 1)
WEEK_LATE = date(2026, 11, 11)


def reminded(person: User, on: date) -> Letter:
    """The day's letter to a person."""
    make_reminders(now=at(on))
    letter = letter_of(Mail.objects.get(person=person), on)
    assert letter
    return letter


def told(person: User) -> Letter | None:
    """The letter of what was told."""
    gather(now=IN_ROUND + timedelta(minutes=15))
    return letter_of(Mail.objects.get(person=person), IN_ROUND.date())


def test_the_first_one_says_that_the_round_is_open(owner: User) -> None:
    letter = reminded(owner, KICK_OFF)

    assert letter.subject == "2026/27 H1 is open: 1 update due by 4 November 2026"
    assert [section.sentence for section in letter.sections] == ["There are 34 days left."]


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2026, 11, 3), "Tomorrow is the last day."), (date(2026, 11, 4), "Today is the last day.")],
)
def test_the_last_days_are_called_so(owner: User, on: date, words: str) -> None:
    assert reminded(owner, on).sections[0].sentence == words


def test_one_that_is_late_says_what_late_means_and_whom_to_ask(owner: User) -> None:
    (section,) = reminded(owner, date(2026, 11, 5)).sections

    assert section.heading.endswith("1 update overdue since 4 November 2026")
    assert "counts for the next review" in section.sentence
    assert "ask the performance office" in section.sentence


def test_whoever_approves_reads_of_a_post_without_blame(owner: User, approver: User) -> None:
    letter = reminded(approver, WEEK_LATE)

    assert letter.subject == "Updates that you approve are overdue: 2026/27 H1"
    (section,) = letter.sections
    assert section.heading.endswith("1 update 7 days overdue")
    assert section.sentence.startswith("You approve for this post. Olive Owner may be away or wait for something")
    assert section.lines[0].path == "/activities/1.1.1/"


def test_a_post_without_a_holder_is_said_to_have_none(approver: User) -> None:
    assert "Nobody holds the post at present" in reminded(approver, WEEK_LATE).sections[0].sentence


def test_what_was_returned_is_marked_and_its_note_stays_behind_the_sign_in(activity: KeyActivity, owner: User) -> None:
    make_submitted(activity, by=owner)
    activity.updates.update(stage=Stage.DRAFT, returned_by=make_user(), return_note="The secret bid")
    letter = reminded(owner, date(2026, 10, 28))

    assert letter.sections[0].lines[0].note == "returned to you with a note"
    assert "secret" not in str(letter)


def test_a_closed_round_leaves_nothing_to_ask(owner: User, period: ReviewPeriod) -> None:
    make_reminders(now=at(KICK_OFF))
    ReviewPeriod.objects.filter(pk=period.pk).update(state="closing")

    assert letter_of(Mail.objects.get(), KICK_OFF) is None


def test_decisions_are_told_together_each_with_where_to_go(activity: KeyActivity, owner: User) -> None:
    returned = make_submitted(activity, by=owner)
    type(returned).objects.filter(pk=returned.pk).update(stage=Stage.DRAFT, returned_by=make_user())
    approved = make_approved(make_activity("1.1.2"))
    move = make_date_change(make_activity("1.1.3"), requested_by=owner)
    DateChangeRequest.objects.filter(pk=move.pk).update(
        decision=Decision.AGREED, decided_by=make_user(), decided_at=IN_ROUND
    )
    tell(person=owner, kind=NoticeKind.RETURNED, key="returned", now=IN_ROUND, update=returned)
    tell(person=owner, kind=NoticeKind.APPROVED, key="approved", now=IN_ROUND, update=approved)
    tell(person=owner, kind=NoticeKind.DATE_DECIDED, key="date", now=IN_ROUND, date_change=move)

    letter = told(owner)

    assert letter
    assert letter.subject == "Returned to you (1), Approved (1), New dates (1)"
    assert [line.path.partition("#")[0] for section in letter.sections for line in section.lines] == [
        "/activities/1.1.1/update/",
        "/activities/1.1.2/",
        "/activities/1.1.3/dates/",
    ]
    assert letter.sections[2].lines[0].note == "Planned end, 31 March 2027 to 30 April 2027: agreed"


def test_what_was_sent_again_since_it_came_back_is_not_told(activity: KeyActivity, owner: User) -> None:
    update = make_submitted(activity, by=owner)
    tell(person=owner, kind=NoticeKind.RETURNED, key="returned", now=IN_ROUND, update=update)

    assert told(owner) is None


def test_of_an_activity_that_has_left_the_strategy_nothing_is_told(activity: KeyActivity, owner: User) -> None:
    update = make_approved(activity)
    tell(person=owner, kind=NoticeKind.APPROVED, key="approved", now=IN_ROUND, update=update)
    KeyActivity.objects.filter(pk=activity.pk).update(retired_on=date(2026, 10, 1))

    assert told(owner) is None


def test_the_offices_words_stand_above_what_is_asked(activity: KeyActivity, owner: User) -> None:
    for key in ("chased 1", "chased 2"):
        tell(person=owner, kind=NoticeKind.CHASED, key=key, now=IN_ROUND, message="Please send it today.")

    letter = told(owner)

    assert letter
    assert letter.messages == ("Please send it today.",)
    assert letter.subject == "The performance office asks for 1 update: 2026/27 H1"
    assert not letter.may_be_turned_off


def test_what_the_office_asked_for_and_has_got_is_not_asked_again(activity: KeyActivity, owner: User) -> None:
    tell(person=owner, kind=NoticeKind.CHASED, key="chased 1", now=IN_ROUND, message="Please.")
    make_submitted(activity, by=owner)

    assert told(owner) is None
