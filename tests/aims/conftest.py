"""One round under way, with one activity, its owner and its approver."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from tests.factories import make_activity, make_period, make_user


@pytest.fixture
def period(db: None) -> ReviewPeriod:
    """2026/27 H1, open."""
    return make_period()


@pytest.fixture
def following(period: ReviewPeriod) -> ReviewPeriod:
    """2026/27 H2, scheduled."""
    return make_period(date(2026, 10, 1), PeriodState.SCHEDULED)


@pytest.fixture
def activity(period: ReviewPeriod) -> KeyActivity:
    return make_activity("1.1.1")


@pytest.fixture
def owner(activity: KeyActivity) -> User:
    return make_user(holds=activity.owner, name="Olive Owner")


@pytest.fixture
def approver(activity: KeyActivity) -> User:
    return make_user(UserRole.APPROVER, holds=activity.owner.approving_post, name="Ada Approver")


@pytest.fixture
def office(db: None) -> User:
    return make_user(UserRole.OFFICE, name="Otis Office")
