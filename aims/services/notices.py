"""What a person is to be told: each thing once, gathered into mails by `aims.services.mailing`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Model

from accounts.models import Owner, User
from aims.choices import NoticeKind
from aims.models import (
    BoardAction,
    DateChangeRequest,
    KeyActivity,
    MailPreference,
    Notice,
    ProgressUpdate,
    ReviewPeriod,
)
from aims.selectors.reminders import REMINDERS, preference_of

DECISIONS = (
    NoticeKind.RETURNED,
    NoticeKind.APPROVED,
    NoticeKind.DATE_DECIDED,
    NoticeKind.ACTION_ASKED,
    NoticeKind.ANSWERED,
)


@transaction.atomic
def tell(
    *,
    person: User,
    kind: NoticeKind,
    key: str,
    now: datetime,
    period: ReviewPeriod | None = None,
    update: ProgressUpdate | None = None,
    date_change: DateChangeRequest | None = None,
    owner: Owner | None = None,
    activity: KeyActivity | None = None,
    action: BoardAction | None = None,
    message: str = "",
) -> Notice | None:
    """Note in the caller's transaction that a person is to be told something, and return it where it is new.

    None where `key` was noted for this person before, where the account is closed, and where the person wants no
    mail of this kind. What the office writes cannot be turned off. After the commit call `aims.tasks.wake_mail()`
    where it is to go at once.
    """
    if not person.is_active or not wants(person, kind):
        return None
    about: dict[str, Model | None] = {
        "period": period,
        "update": update,
        "date_change": date_change,
        "owner": owner,
        "activity": activity,
        "action": action,
    }
    notice, is_new = Notice.objects.get_or_create(
        person=person, key=key, defaults={"kind": kind, "message": message, "made_at": now, **about}
    )
    return notice if is_new else None


def wants(person: User, kind: NoticeKind) -> bool:
    """Whether a person gets mail of this kind."""
    preference = preference_of(person)
    if kind in REMINDERS:
        return preference.reminders
    return preference.decisions or kind not in DECISIONS


def choose_mail(*, person: User, reminders: bool, decisions: bool) -> MailPreference:
    """Keep what a person wants by mail; what was made before and is not wanted any more is not sent."""
    wanted = {"reminders": reminders, "decisions": decisions}
    return MailPreference.objects.update_or_create(person=person, defaults=wanted)[0]
