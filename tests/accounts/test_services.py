"""What was answered to requests that named themselves is forgotten after a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from accounts.models import AnsweredRequest
from accounts.services import drop_old_answers
from accounts.tasks import drop_answers_task
from tests.constraints.keys import make_answer
from tests.factories import IN_ROUND

pytestmark = pytest.mark.django_db


def test_answers_are_kept_for_a_day_and_then_forgotten() -> None:
    kept = make_answer()

    assert drop_old_answers(now=kept.at + timedelta(hours=24)) == 0
    assert drop_old_answers(now=kept.at + timedelta(hours=24, seconds=1)) == 1
    assert not AnsweredRequest.objects.exists()


def test_the_nightly_task_forgets_them_and_leaves_what_is_new() -> None:
    old, new = make_answer(), make_answer()
    AnsweredRequest.objects.filter(pk=old.pk).update(at=IN_ROUND - timedelta(days=10_000))
    AnsweredRequest.objects.filter(pk=new.pk).update(at=IN_ROUND + timedelta(days=10_000))

    assert drop_answers_task() == 1
    assert list(AnsweredRequest.objects.all()) == [new]
    assert drop_answers_task.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
