"""Mail and a real mail server: taken, refused, away, slow, and killed halfway."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail as outbox
from pytest_django import Settings

from accounts.models import User
from aims.choices import MailKind, NoticeKind
from aims.models import KeyActivity, Mail
from aims.services import sending
from aims.services.mailing import gather, make_reminders
from aims.services.notices import choose_mail, tell
from aims.services.sending import LONGEST_PAUSE, MOST_ATTEMPTS, Outcome, send_waiting
from tests.aims.test_services_mailing import at
from tests.factories import IN_ROUND, make_submitted, make_user
from tests.mail_server import MailServer, part_of

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 28)  # a week before the deadline
NOW = at(DAY)
URL = "https://tracker.example"


def make_mail(person: User, kind: MailKind = MailKind.CHASE, now: datetime = NOW) -> Mail:
    """A mail that waits, with one message of the office."""
    mail = Mail.objects.create(person=person, kind=kind, on=DAY, made_at=now, next_attempt_at=now)
    notice = tell(person=person, kind=NoticeKind.CHASED, key=f"chased {mail.pk}", now=now, message="Please.")
    assert notice
    notice.mail = mail
    notice.save()
    return mail


def test_a_reminder_arrives_in_plain_text_and_in_html(
    owner: User, activity: KeyActivity, mail_server: MailServer
) -> None:
    make_reminders(now=NOW)

    assert send_waiting(now=NOW) == {Outcome.SENT: 1}
    (message,) = mail_server.taken
    link = f"{URL}/activities/1.1.1/update/"
    assert message["To"] == owner.email
    assert message["Subject"] == "1 update due by 4 November 2026: 2026/27 H1"
    assert message.get_content_type() == "multipart/alternative"
    assert link in part_of(message, "plain")
    assert f'<a href="{link}">1.1.1 {activity.description}</a>' in part_of(message, "html")
    assert "There are 7 days left." in part_of(message, "plain")
    assert (Mail.objects.get().sent_at, Mail.objects.get().attempts) == (NOW, 1)


def test_its_headers_name_it_and_stop_what_answers_by_itself(owner: User, mail_server: MailServer) -> None:
    make_reminders(now=NOW)
    send_waiting(now=NOW)

    (message,) = mail_server.taken
    assert message["Message-ID"] == f"<strategy-tracker-mail-{Mail.objects.get().pk}@tracker.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Unsubscribe"] == f"<{URL}/my/mail/>"


def test_the_offices_message_offers_no_way_to_turn_it_off(owner: User, mail_server: MailServer) -> None:
    make_mail(owner)
    send_waiting(now=NOW)

    (message,) = mail_server.taken
    assert message["List-Unsubscribe"] is None
    assert "cannot be turned off" in part_of(message, "plain")


def test_what_a_person_is_called_stays_text(activity: KeyActivity, mail_server: MailServer) -> None:
    make_user(holds=activity.owner, name='<b onload="x">\r\nBcc: other@example.org')
    make_reminders(now=NOW)
    send_waiting(now=NOW)

    (message,) = mail_server.taken
    assert message["Bcc"] is None
    assert "<b" not in part_of(message, "html").partition("<body>")[2].replace("<blockquote", "")
    assert "src=" not in part_of(message, "html")


def test_a_mail_that_is_sent_is_not_sent_again(owner: User, mail_server: MailServer) -> None:
    make_reminders(now=NOW)

    assert [send_waiting(now=NOW + timedelta(minutes=minute)) for minute in range(3)] == [{Outcome.SENT: 1}, {}, {}]


def test_what_is_done_by_then_is_not_asked_for(owner: User, activity: KeyActivity, mail_server: MailServer) -> None:
    make_reminders(now=NOW)
    make_submitted(activity, by=owner)

    assert send_waiting(now=NOW) == {Outcome.DROPPED: 1}
    assert mail_server.taken == []
    assert (Mail.objects.get().dropped_at, Mail.objects.get().problem) == (NOW, "")


@pytest.mark.parametrize("change", ["closed", "turned off"])
def test_who_left_or_turned_reminders_off_meanwhile_gets_none(
    owner: User, mail_server: MailServer, change: str
) -> None:
    make_reminders(now=NOW)
    if change == "closed":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    else:
        choose_mail(person=owner, reminders=False, decisions=True)

    assert send_waiting(now=NOW) == {Outcome.DROPPED: 1}
    assert mail_server.taken == []


def test_reminders_wait_for_the_morning_and_decisions_do_not(owner: User, mail_server: MailServer) -> None:
    make_reminders(now=at(DAY, 19))
    make_mail(owner)

    assert send_waiting(now=at(DAY, 20)) == {Outcome.SENT: 1}
    assert send_waiting(now=at(DAY + timedelta(days=1), 3)) == {}
    make_reminders(now=at(DAY + timedelta(days=1)))
    assert send_waiting(now=at(DAY + timedelta(days=1))) == {Outcome.SENT: 1}


def test_a_refused_recipient_is_kept_as_a_problem_and_holds_nobody_up(
    activity: KeyActivity, owner: User, mail_server: MailServer
) -> None:
    other = make_user(holds=activity.owner)
    make_mail(owner)
    make_mail(other)
    mail_server.refuses[owner.email] = "550 No such mailbox"

    assert send_waiting(now=NOW) == {Outcome.REFUSED: 1, Outcome.SENT: 1}
    assert mail_server.addresses() == [other.email]
    refused = Mail.objects.get(person=owner)
    assert (refused.problem, refused.dropped_at, refused.sent_at) == ("550 No such mailbox", NOW, None)
    assert send_waiting(now=NOW + timedelta(hours=3)) == {}


def test_a_mailbox_that_is_busy_is_tried_again(activity: KeyActivity, owner: User, mail_server: MailServer) -> None:
    other = make_user(holds=activity.owner)
    make_mail(owner)
    make_mail(other)
    mail_server.refuses[owner.email] = "450 Try later"

    assert send_waiting(now=NOW) == {Outcome.DELAYED: 1, Outcome.SENT: 1}
    mail_server.refuses.clear()
    assert send_waiting(now=NOW + timedelta(seconds=30)) == {}
    assert send_waiting(now=NOW + timedelta(minutes=1)) == {Outcome.SENT: 1}
    assert Mail.objects.get(person=owner).problem == ""


def test_a_message_that_the_server_will_not_have_is_not_sent_for_ever(owner: User, mail_server: MailServer) -> None:
    make_mail(owner)
    mail_server.answer = "554 This looks like spam"

    assert send_waiting(now=NOW) == {Outcome.REFUSED: 1}
    assert Mail.objects.get().problem == "554 This looks like spam"


def test_an_address_that_no_header_can_hold_is_a_problem_of_that_person_alone(
    activity: KeyActivity, owner: User, mail_server: MailServer
) -> None:
    other = make_user(holds=activity.owner)
    make_mail(owner)
    make_mail(other)
    User.objects.filter(pk=owner.pk).update(email="x@example.org\nbcc: y@example.org")

    assert send_waiting(now=NOW) == {Outcome.REFUSED: 1, Outcome.SENT: 1}
    assert mail_server.addresses() == [other.email]


def test_a_server_that_is_away_delays_all_with_a_pause_that_doubles(
    activity: KeyActivity, owner: User, mail_server: MailServer
) -> None:
    mails = [make_mail(owner), make_mail(make_user(holds=activity.owner))]
    mail_server.stop()
    pauses, now = [], NOW
    for _ in range(8):
        assert send_waiting(now=now) == {Outcome.DELAYED: 2}
        assert send_waiting(now=now + timedelta(seconds=30)) == {}
        following = max(Mail.objects.values_list("next_attempt_at", flat=True))
        pauses.append(round((following - now) / timedelta(minutes=1)))
        now = following
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE]
    assert "away" in Mail.objects.get(pk=mails[0].pk).problem

    mail_server.start()
    assert send_waiting(now=now) == {Outcome.SENT: 2}
    assert len({message["Message-ID"] for message in mail_server.taken}) == 2


def test_after_some_days_without_a_server_a_mail_is_given_up(owner: User, mail_server: MailServer) -> None:
    mail = make_mail(owner)
    Mail.objects.filter(pk=mail.pk).update(attempts=MOST_ATTEMPTS - 1)
    mail_server.stop()

    assert send_waiting(now=NOW) == {Outcome.REFUSED: 1}
    assert send_waiting(now=NOW + timedelta(days=1)) == {}


def test_the_mail_at_which_the_server_hung_up_goes_behind_the_others(
    activity: KeyActivity, owner: User, mail_server: MailServer
) -> None:
    other = make_user(holds=activity.owner)
    make_mail(owner)
    make_mail(other)
    mail_server.refuses[owner.email] = "421 Good bye"
    send_waiting(now=NOW)

    send_waiting(now=NOW + timedelta(minutes=2))
    assert mail_server.addresses() == [other.email]


def test_killed_between_the_server_and_the_database_it_comes_again_under_the_same_name(
    owner: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mail(owner)
    send = sending._hand_over

    class Killed(Exception):
        pass

    def killed(*given: object) -> object:
        send(*given)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(sending, "_hand_over", killed)
    with pytest.raises(Killed):
        send_waiting(now=NOW)
    monkeypatch.setattr(sending, "_hand_over", send)
    assert Mail.objects.get().sent_at is None

    assert send_waiting(now=NOW) == {Outcome.SENT: 1}
    first, second = mail_server.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_a_run_leaves_the_rest_to_the_next(
    activity: KeyActivity, owner: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (owner, make_user(holds=activity.owner)):
        make_mail(person)
    mail_server.delay = 0.3
    monkeypatch.setattr(sending, "RUN", 0.2)

    assert [send_waiting(now=NOW), send_waiting(now=NOW)] == [{Outcome.SENT: 1}, {Outcome.SENT: 1}]


def test_a_server_that_never_answers_costs_the_timeout_and_no_more(
    owner: User, mail_server: MailServer, settings: Settings
) -> None:
    make_mail(owner)
    mail_server.delay, settings.EMAIL_TIMEOUT = 1.5, 1

    assert send_waiting(now=NOW) == {Outcome.DELAYED: 1}


def test_nobody_who_was_invented_is_written_to_by_a_real_server(owner: User, mail_server: MailServer) -> None:
    User.objects.filter(pk=owner.pk).update(is_demonstration=True)
    make_reminders(now=NOW)

    assert send_waiting(now=NOW) == {Outcome.DROPPED: 1}
    assert mail_server.taken == []


def test_without_a_server_mails_lie_in_a_folder(owner: User, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    make_reminders(now=NOW)

    assert send_waiting(now=NOW) == {Outcome.SENT: 1}
    (file,) = tmp_path.iterdir()
    assert "/activities/1.1.1/update/" in file.read_text(encoding="utf-8")
    send_waiting(now=NOW)
    assert len(list(tmp_path.iterdir())) == 1


def test_decisions_gathered_are_sent_after_their_quarter_of_an_hour(
    owner: User, activity: KeyActivity, mail_server: MailServer
) -> None:
    update = make_submitted(activity, by=owner)
    type(update).objects.filter(pk=update.pk).update(stage="draft", returned_by=make_user())
    tell(person=owner, kind=NoticeKind.RETURNED, key="returned 1", now=IN_ROUND, update=update)
    later = IN_ROUND + timedelta(minutes=15)
    gather(now=later)

    assert send_waiting(now=later) == {Outcome.SENT: 1}
    assert mail_server.taken[0]["Subject"] == "Returned to you (1)"
    assert outbox.outbox == []
