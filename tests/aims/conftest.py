"""One round under way, with one activity, its owner and its approver."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from accounts.choices import UserRole
from accounts.models import Owner, User
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from tests.factories import IN_ROUND, make_activity, make_owner, make_period, make_user


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


@pytest.fixture
def in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views read the clock at their edge: here it stands in the submission window."""
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


@pytest.fixture
def post(period: ReviewPeriod) -> Owner:
    """A post with an approving post."""
    return make_owner(approving_post=make_owner())


@pytest.fixture
def holder(post: Owner) -> User:
    return make_user(holds=post)


@pytest.fixture
def signer(post: Owner) -> User:
    return make_user(UserRole.APPROVER, holds=post.approving_post, name="Ada Approver")


@pytest.fixture
def no_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """`SELECT … FOR UPDATE` becomes a plain `SELECT`."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
