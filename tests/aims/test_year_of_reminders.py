"""A year of hourly ticks over both clock changes: every reminder exactly once, at the right local day and hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.models import KeyActivity, Mail, Notice, ReviewPeriod
from aims.rules.periods import LONDON
from aims.services.mailing import make_reminders
from aims.services.periods import extend_deadline, open_period
from aims.services.sending import Outcome, send_waiting
from tests.aims.test_services_mailing import at
from tests.factories import make_activity, make_approved, make_owner, make_period, make_user
from tests.mail_server import MailServer

pytestmark = [pytest.mark.long, pytest.mark.django_db]

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 365 * 24
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the nights on which the clocks change

Told = list[tuple[date, str]]


class Year:
    """What happens in it: each act at its hour, then the tick; a round is opened, extended and closed twice."""

    def __init__(self) -> None:
        self.office = make_user(UserRole.OFFICE)
        above = make_owner()
        self.usual = make_activity("1.1.1", owner=make_owner(approving_post=above))
        self.extended = make_activity("1.1.2", owner=make_owner(approving_post=above))
        self.prompt = make_activity("1.1.3", owner=make_owner(approving_post=above))
        posts = (self.usual.owner, self.extended.owner, self.prompt.owner)
        self.slow, self.later, self.quick = (make_user(holds=post) for post in posts)
        self.approver = make_user(UserRole.APPROVER, holds=above)
        # Deadlines such that a reminder falls on each night of a clock change, and on the days around it.
        self.spring = make_period(date(2025, 9, 30), PeriodState.SCHEDULED, submission_closes=date(2026, 4, 12))
        self.autumn = make_period(date(2026, 3, 31), PeriodState.SCHEDULED, submission_closes=date(2026, 10, 24))
        self.acts = {
            at(date(2026, 3, 2), 10): lambda now: self.open(self.spring, now),
            at(date(2026, 3, 20), 10): lambda now: self.extend(self.spring, date(2026, 4, 28), now),
            at(date(2026, 3, 30), 10): lambda now: self.send(self.prompt, now),
            at(date(2026, 5, 20), 10): lambda now: self.close(self.spring, now),
            at(date(2026, 10, 1), 10): lambda now: self.open(self.autumn, now),
            at(date(2026, 10, 20), 10): lambda now: self.extend(self.autumn, date(2026, 11, 1), now),
            at(date(2026, 10, 25), 10): lambda now: self.send(self.extended, now),
            at(date(2026, 11, 20), 10): lambda now: self.close(self.autumn, now),
        }

    def open(self, period: ReviewPeriod, now: datetime) -> None:
        open_period(period=period, by=self.office, now=now)

    def extend(self, period: ReviewPeriod, until: date, now: datetime) -> None:
        post = self.extended.owner
        extend_deadline(period=period, owner=post, until=until, reason="Illness", by=self.office, now=now)

    def send(self, activity: KeyActivity, now: datetime) -> None:
        make_approved(activity, self.approver, now)

    def close(self, period: ReviewPeriod, now: datetime) -> None:
        ReviewPeriod.objects.filter(pk=period.pk).update(state=PeriodState.CLOSED, closed_at=now)

    def pass_by(self) -> None:
        """Tick after tick, twice where one has something to tell, and every mail sent in its hour."""
        for hour in range(HOURS):
            now = FIRST + timedelta(hours=hour)
            if act := self.acts.get(now):
                act(now)
            if make_reminders(now=now):
                assert make_reminders(now=now) == 0
                send_waiting(now=now)


def told(person: User) -> Told:
    """The local day on which each reminder was sent to a person, and its name."""
    rows = Notice.objects.filter(person=person, mail__sent_at__isnull=False).order_by("made_at", "pk")
    return [
        (timezone.localdate(sent, LONDON), key.partition(" ")[0])
        for sent, key in rows.values_list("mail__sent_at", "key")
        if sent
    ]


def test_a_year_of_hourly_ticks_tells_each_reminder_once_on_its_day(mail_server: MailServer) -> None:
    year = Year()

    year.pass_by()

    assert told(year.slow) == [
        (date(2026, 3, 2), "kick-off"),
        (SPRING, "due-14"),
        (date(2026, 4, 5), "due-7"),
        (date(2026, 4, 11), "due-1"),
        (date(2026, 4, 13), "overdue-1"),
        (date(2026, 4, 19), "overdue-7"),
        (date(2026, 4, 26), "overdue-14"),
        (date(2026, 5, 3), "overdue-21"),
        (date(2026, 5, 10), "overdue-28"),
        (date(2026, 5, 17), "overdue-35"),
        (date(2026, 10, 1), "kick-off"),
        (date(2026, 10, 10), "due-14"),
        (date(2026, 10, 17), "due-7"),
        (date(2026, 10, 23), "due-1"),
        (AUTUMN, "overdue-1"),
        (date(2026, 10, 31), "overdue-7"),
        (date(2026, 11, 7), "overdue-14"),
        (date(2026, 11, 14), "overdue-21"),
    ]
    assert told(year.later) == [
        (date(2026, 3, 2), "kick-off"),
        (date(2026, 4, 14), "due-14"),
        (date(2026, 4, 21), "due-7"),
        (date(2026, 4, 27), "due-1"),
        (date(2026, 4, 29), "overdue-1"),
        (date(2026, 5, 5), "overdue-7"),
        (date(2026, 5, 12), "overdue-14"),
        (date(2026, 5, 19), "overdue-21"),
        (date(2026, 10, 1), "kick-off"),
        (date(2026, 10, 10), "due-14"),
        (date(2026, 10, 17), "due-7"),
        (AUTUMN, "due-7"),
    ]
    assert told(year.quick)[:2] == [(date(2026, 3, 2), "kick-off"), (SPRING, "due-14")]
    assert [day.month for day, _ in told(year.quick)[2:]] == [10] * 6 + [11] * 2
    assert told(year.approver) == escalations()
    sent_at_eight(mail_server)


def escalations() -> Told:
    """What whoever approves hears: of the usual post, of the extended one and, in autumn, of a third."""
    return [
        (date(2026, 4, 19), "escalated-7"),
        (date(2026, 4, 26), "escalated-14"),
        (date(2026, 5, 3), "escalated-21"),
        (date(2026, 5, 5), "escalated-7"),
        (date(2026, 5, 10), "escalated-28"),
        (date(2026, 5, 12), "escalated-14"),
        (date(2026, 5, 17), "escalated-35"),
        (date(2026, 5, 19), "escalated-21"),
        *[(date(2026, 10, 31), "escalated-7")] * 2,
        *[(date(2026, 11, 7), "escalated-14")] * 2,
        *[(date(2026, 11, 14), "escalated-21")] * 2,
    ]


def sent_at_eight(mail_server: MailServer) -> None:
    """Everything at eight by the clock in London, but for the two openings at ten; no person twice a day."""
    mails = Mail.objects.all()
    assert {mail.sent_at.astimezone(LONDON).hour for mail in mails if mail.sent_at} == {8, 10}
    assert len(mail_server.taken) == mails.filter(sent_at__isnull=False).count() == mails.count()
    assert len({(mail.person_id, mail.on) for mail in mails}) == mails.count()
    assert all(mail.sent_at and timezone.localdate(mail.sent_at, LONDON) == mail.on for mail in mails)
    assert Outcome.DROPPED not in send_waiting(now=FIRST + timedelta(hours=HOURS))
