"""A stream of £1,000, an activity that it may pay for, and two people of finance."""

from __future__ import annotations

import pytest

from accounts.choices import UserRole
from accounts.models import User
from aims.models import KeyActivity
from funding.models import FundingStream
from tests.factories import make_activity, make_stream, make_user


@pytest.fixture
def activity(db: None) -> KeyActivity:
    return make_activity("1.1.1")


@pytest.fixture
def stream(activity: KeyActivity) -> FundingStream:
    return make_stream(strategy=activity.strategy)


@pytest.fixture
def finance(db: None) -> User:
    return make_user(UserRole.FINANCE, name="Fay Finance")


@pytest.fixture
def treasurer(db: None) -> User:
    return make_user(UserRole.FINANCE, name="Theo Treasurer")
