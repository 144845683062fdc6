"""Attempts on notices and mails: each thing told once, one digest a person and day."""

from aims.choices import MailKind, NoticeKind
from aims.models import Mail, Notice
from tests.constraints.attempts import change, copy, kept
from tests.factories import IN_ROUND, make_user


def make_mail() -> Mail:
    return Mail.objects.create(
        person=make_user(), kind=MailKind.DIGEST, on=IN_ROUND.date(), made_at=IN_ROUND, next_attempt_at=IN_ROUND
    )


def make_notice() -> Notice:
    return Notice.objects.create(person=make_user(), kind=NoticeKind.DUE, key="due-7", made_at=IN_ROUND)


ATTEMPTS = [
    change("mail_kind_known", make_mail, kind="'pigeon'"),
    copy("one_digest_a_person_and_day", make_mail),
    change("mail_sent_or_dropped", make_mail, sent_at="now()", dropped_at="now()"),
    *kept("mail", make_mail),
    change("notice_kind_known", make_notice, kind="'rumour'"),
    copy("each_notice_once", make_notice),
    *kept("notice", make_notice),
]
