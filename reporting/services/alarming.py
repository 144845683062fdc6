"""Telling the administrators that a sealed review is not what was sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import NoticeKind
from aims.services.notices import tell
from reporting.sealing.finding import Finding

NAMED = 20


@transaction.atomic
def tell_administrators(*, findings: Sequence[Finding], now: datetime) -> int:
    """Have every administrator mailed what differs, once a day; returns how many. Call `wake_mail` afterwards."""
    message, key = _message(findings), f"seals {timezone.localdate(now)}"
    people = User.objects.filter(role=UserRole.ADMINISTRATOR, is_active=True)
    told = [tell(person=each, kind=NoticeKind.SEAL_BROKEN, key=key, now=now, message=message) for each in people]
    return sum(notice is not None for notice in told)


def _message(findings: Sequence[Finding]) -> str:
    more = [f"and {len(findings) - NAMED} more"] if len(findings) > NAMED else []
    lines = [
        "Somebody or something has altered what was sealed, past every guard of the database:",
        *map(str, findings[:NAMED]),
        *more,
        "Run manage.py verify_seals for all of it. docs/seal.md says what to do next.",
    ]
    return "\n".join(lines)
