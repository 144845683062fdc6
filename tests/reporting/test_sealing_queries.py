"""Composing the lines of a review asks the database no more for more activities."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aims.models import ReviewPeriod
from reporting.models import Position
from reporting.sealing import Cover, lines_of
from reporting.services import rebuild
from tests.reporting.random_history import ON, RandomHistory

pytestmark = pytest.mark.django_db


def test_no_more_is_asked_of_the_database_for_more_activities() -> None:
    history = RandomHistory(7, activities=60)
    period = history.periods[2]
    rebuild(period=period, on=ON)
    whole = asked_for(period)
    Position.objects.filter(period=period, activity__in=history.activities[10:]).delete()

    assert asked_for(period) == whole
    assert whole < 60


def asked_for(period: ReviewPeriod) -> int:
    assert period.closed_at
    with CaptureQueriesContext(connection) as asked:
        assert list(lines_of(period, Cover(), period.closed_at))
    return len(asked)
