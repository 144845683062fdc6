"""From what people are to be told to mails: one digest a person and day, decisions together, the office at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import User
from aims.choices import MailKind, NoticeKind
from aims.models import Mail, Notice
from aims.querysets import MailQuerySet
from aims.rules import is_decent_hour
from aims.selectors.overdue import PlannedOfAction, planned_of_actions
from aims.selectors.reminders import PlannedReminder, planned_reminders
from aims.services.notices import DECISIONS

REMINDING = (7301, 1)  # the advisory lock of whoever makes reminders
AT_ONCE = {NoticeKind.CHASED: MailKind.CHASE, NoticeKind.SEAL_BROKEN: MailKind.ALARM}
GATHERED_FOR = timedelta(minutes=15)
STALE = timedelta(days=7)  # news that no worker has gathered for so long is none


def make_reminders(*, now: datetime) -> int:
    """Put the reminders of the day into one digest a person, and return how many there are; at night none."""
    on = timezone.localdate(now)
    if not is_decent_hour(now) or not (_planned(on) or _unsent_digests().filter(on__lt=on).exists()):
        return 0
    return _remind(on, now)


@transaction.atomic
def _remind(on: date, now: datetime) -> int:
    """Look again when the turn has come, and write; what was not sent yesterday becomes the mail of today."""
    _take_turns()
    waiting = {mail.person_id: mail for mail in _unsent_digests().select_for_update(skip_locked=True)}
    Mail.objects.filter(pk__in=[mail.pk for mail in waiting.values()]).update(on=on)
    being_sent = set(_unsent_digests().exclude(person__in=waiting).values_list("person", flat=True))
    planned = [each for each in _planned(on) if each.person.pk not in being_sent]
    for person, theirs in groupby(planned, key=lambda each: each.person):
        mail = waiting.get(person.pk) or _mail_to(person, MailKind.DIGEST, on, now)
        Notice.objects.bulk_create(_notice(each, mail, now) for each in theirs)
    return len(planned)


def _planned(on: date) -> list[PlannedReminder | PlannedOfAction]:
    """All that the digests of a day are to say, each person's together."""
    return sorted([*planned_reminders(on), *planned_of_actions(on)], key=lambda each: each.person.email)


def _unsent_digests() -> MailQuerySet:
    return Mail.objects.waiting().filter(kind=MailKind.DIGEST)


def _take_turns() -> None:
    """Of two beats at once the second waits, and finds nothing left to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", REMINDING)


def _notice(planned: PlannedReminder | PlannedOfAction, mail: Mail, now: datetime) -> Notice:
    if isinstance(planned, PlannedOfAction):
        said = {"kind": NoticeKind.ACTION_OVERDUE, "action": planned.action}
        return Notice(person=planned.person, key=planned.key, made_at=now, mail=mail, **said)
    return Notice(
        person=planned.person,
        kind=planned.reminder.kind,
        key=planned.key,
        period=planned.period,
        owner=planned.post.owner,
        made_at=now,
        mail=mail,
    )


def _mail_to(person: User, kind: MailKind, on: date, now: datetime) -> Mail:
    return Mail.objects.create(person=person, kind=kind, on=on, made_at=now, next_attempt_at=now)


@transaction.atomic
def gather(*, now: datetime) -> int:
    """Put what the office asks, and alarms, into mails at once, decisions a quarter of an hour after the first.

    Returns how many mails were made.
    """
    on = timezone.localdate(now)
    fresh = Notice.objects.filter(mail__isnull=True, made_at__gt=now - STALE)
    ripe = fresh.filter(kind__in=DECISIONS).order_by().values("person").annotate(first=Min("made_at"))
    decided = Q(kind__in=DECISIONS, person__in=ripe.filter(first__lte=now - GATHERED_FOR).values("person"))
    at_once = Q(kind__in=AT_ONCE)
    rows = fresh.filter(decided | at_once).select_for_update(skip_locked=True, of=("self",)).select_related("person")
    told = sorted(rows, key=lambda notice: (notice.person_id, _mail_kind(notice)))
    made = 0
    for (_, kind), notices in groupby(told, key=lambda notice: (notice.person_id, _mail_kind(notice))):
        theirs = list(notices)
        mail = _mail_to(theirs[0].person, kind, on, now)
        Notice.objects.filter(pk__in=[notice.pk for notice in theirs]).update(mail=mail)
        made += 1
    return made


def _mail_kind(notice: Notice) -> MailKind:
    return AT_ONCE.get(NoticeKind(notice.kind), MailKind.DECISIONS)
