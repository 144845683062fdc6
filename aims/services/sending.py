"""Handing mails to the mail server.

A mail is tried until the server takes it, and known as sent only then: its row is locked while it is sent, and
`sent_at` is written in that transaction. Where the process dies between the two it is sent again, with the same
Message-ID: at least once, never silently not at all.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from aims.choices import MailKind
from aims.models import Mail
from aims.querysets import MailQuerySet
from aims.rules import is_decent_hour
from aims.selectors.letters import Letter, letter_of
from aims.services.composing import message_of

logger = logging.getLogger(__name__)

SENDING = (7301, 2)  # the advisory lock of whoever sends
RUN = 45.0  # seconds; a run leaves the rest to the next, so that aggregation gets its turn in the worker
MOST_ATTEMPTS = 80  # some three days
LONGEST_PAUSE = 60  # minutes
REFUSED_FOR_GOOD = 500
PROBLEM_LENGTH = 500


class Outcome(StrEnum):
    """What became of a mail in one run."""

    SENT = "sent"
    DROPPED = "dropped, since nothing was left to say"
    REFUSED = "refused for good"
    DELAYED = "to be tried again"


def send_waiting(*, now: datetime) -> Counter[Outcome]:
    """Send what waits, for less than a minute, and return how many came to what.

    One process sends at a time; a second one ends at once. A server that is away costs one attempt and delays all.
    """
    tally: Counter[Outcome] = Counter()
    server: BaseEmailBackend = get_connection()
    ends = time.monotonic() + RUN
    try:
        while time.monotonic() < ends:
            outcomes = _send_next(server, now)
            if not outcomes:
                break
            tally.update(outcomes)
    finally:
        _hang_up(server)
    return tally


def _hang_up(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError as error:
        logger.info("the mail server had gone before the end (%s)", error)


@transaction.atomic
def _send_next(server: BaseEmailBackend, now: datetime) -> list[Outcome]:
    """Send the mail whose turn it is, and tell what came of it and of those that share its fate; empty: none waits."""
    if not _is_my_turn():
        return []
    mail = _ready(now).select_for_update(skip_locked=True, of=("self",)).select_related("person").first()
    if mail is None:
        return []
    letter = None if _is_for_show(mail) else letter_of(mail, timezone.localdate(now))
    if letter is None:
        Mail.objects.filter(pk=mail.pk).update(dropped_at=now, problem="")
        return [Outcome.DROPPED]
    return _hand_over(mail, letter, server, now)


def _is_my_turn() -> bool:
    """Whether nobody else sends just now: a slow server would else take every process of the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", SENDING)
        return bool(cursor.fetchone()[0])


def _ready(now: datetime) -> MailQuerySet:
    """Reminders go out on their day and in decent hours, all else at any time."""
    waiting = Mail.objects.to_send(now)
    if is_decent_hour(now):
        return waiting.exclude(~Q(on=timezone.localdate(now)), kind=MailKind.DIGEST)
    return waiting.exclude(kind=MailKind.DIGEST)


def _is_for_show(mail: Mail) -> bool:
    """Whether a real mail server would be asked to reach somebody who was invented."""
    return mail.person.is_demonstration and settings.MAIL is not None


def _hand_over(mail: Mail, letter: Letter, server: BaseEmailBackend, now: datetime) -> list[Outcome]:
    try:
        message_of(mail, letter, server).send()
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        code, words = _answer(error)
        return [_put_off(mail, f"{code} {words}", now, for_good=code >= REFUSED_FOR_GOOD)]
    except ValueError as error:  # an address or a name that no header can hold
        return [_put_off(mail, str(error), now, for_good=True)]
    except OSError as error:  # every error of smtplib's is one
        return _put_all_off(mail, error, now)
    Mail.objects.filter(pk=mail.pk).update(sent_at=now, attempts=mail.attempts + 1, problem="")
    return [Outcome.SENT]


def _put_all_off(failed: Mail, error: OSError, now: datetime) -> list[Outcome]:
    """The server is away: all that are ready wait, the failed one behind them lest it be the cause."""
    logger.warning("mail waits: the server is away or will not have us (%s)", error)
    ready = _ready(now).select_for_update(skip_locked=True, of=("self",))
    outcomes = []
    for mail in ready:
        began = now + timedelta(seconds=1) if mail.pk == failed.pk else now
        outcomes.append(_put_off(mail, f"The mail server is away: {error}", began))
    return outcomes


def _answer(error: SMTPRecipientsRefused | SMTPDataError) -> tuple[int, str]:
    """The server's code and words; there is one recipient."""
    if isinstance(error, SMTPDataError):
        code, words = error.smtp_code, error.smtp_error
    else:
        code, words = next(iter(error.recipients.values()))
    return code, words.decode(errors="replace") if isinstance(words, bytes) else words


def _put_off(mail: Mail, problem: str, now: datetime, *, for_good: bool = False) -> Outcome:
    """Keep the problem and try again after a pause that doubles, but not for ever."""
    attempts = mail.attempts + 1
    pause = timedelta(minutes=min(2 ** (attempts - 1), LONGEST_PAUSE))
    given_up = for_good or attempts >= MOST_ATTEMPTS
    Mail.objects.filter(pk=mail.pk).update(
        attempts=attempts,
        problem=problem[:PROBLEM_LENGTH],
        next_attempt_at=now + pause,
        dropped_at=now if given_up else None,
    )
    return Outcome.REFUSED if given_up else Outcome.DELAYED
