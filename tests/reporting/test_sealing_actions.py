"""What the Board asked for comes back in the next review, until it was told there as done."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from aims.choices import PeriodState
from aims.models import ActionReport, BoardAction
from tests.factories import make_period
from tests.reporting.sealed import (
    BETWEEN,
    FIRST_CLOSED,
    FIRST_ROUND,
    SECOND_CLOSED,
    Sealed,
    close,
    make_sealed,
)

pytestmark = pytest.mark.django_db


def asked(sealed: Sealed, text: str, *reports: tuple[datetime, bool]) -> None:
    """An action of a review that lies before all others, and what was reported on it."""
    by = sealed.people.office
    period, numbers = sealed.action.period, BoardAction.objects.count() + 1
    earlier = type(period).objects.filter(starts__lt=period.starts).first() or make_period(
        date(2025, 9, 30), PeriodState.CLOSED
    )
    action = BoardAction.objects.create(
        period=earlier, number=numbers, text=text, owner=sealed.post, due_on=date(2026, 1, 31), at=FIRST_ROUND, by=by
    )
    for at, is_done in reports:
        ActionReport.objects.create(action=action, text="Reported.", is_done=is_done, at=at, by=by)


def test_what_is_open_comes_back_and_so_does_what_was_done_since() -> None:
    sealed = make_sealed(close_second=False)
    asked(sealed, "Told as done last time.", (FIRST_ROUND, True))
    asked(sealed, "Done, and taken back at once.", (FIRST_ROUND, True), (FIRST_CLOSED, False))
    asked(sealed, "Done, and taken back since.", (FIRST_ROUND, True), (BETWEEN, False))
    asked(sealed, "Done since.", (FIRST_ROUND, False), (BETWEEN, True))
    asked(sealed, "Never heard of.")
    close(sealed, sealed.second, SECOND_CLOSED)

    assert [(line.text, line.is_done) for line in sealed.book.actions] == [
        ("Done, and taken back at once.", False),
        ("Done, and taken back since.", False),
        ("Done since.", True),
        ("Never heard of.", False),
        ("Tell us what the new depot will cost.", False),
    ]
