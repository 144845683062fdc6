"""Background work about who asks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.services import drop_old_answers


@shared_task(name="accounts.drop_answers")
def drop_answers_task() -> int:
    """Forget old answers to requests that named themselves; returns how many."""
    return drop_old_answers(now=timezone.now())
