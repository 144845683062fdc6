"""What is written about requests, whoever sent them."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import AnsweredRequest

KEPT = timedelta(hours=24)


def drop_old_answers(*, now: datetime) -> int:
    """Forget what was answered more than a day ago, since figures and words lie in it; returns how many answers."""
    dropped, _ = AnsweredRequest.objects.filter(at__lt=now - KEPT).delete()
    return dropped
