"""`manage.py aggregate` and `manage.py close_review`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from aims.choices import PeriodState
from aims.models import Event, ReviewPeriod
from reporting.models import Position, Summary
from tests.factories import make_activity, make_approved, make_period, make_strategy

pytestmark = pytest.mark.django_db
SLUG = "2025-26-h1"


@pytest.fixture
def period() -> ReviewPeriod:
    """An open round with one approved update, nothing aggregated yet."""
    period = make_period(date(2025, 9, 30))
    make_approved(make_activity(), now=datetime(2025, 10, 10, 9, tzinfo=UTC))
    return period


def told(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def test_aggregate_takes_the_events_and_builds_every_opened_period(period: ReviewPeriod) -> None:
    make_period(date(2025, 12, 1), PeriodState.SCHEDULED)

    assert told("aggregate") == f"{SLUG}: 0 rows written\n"

    assert not Event.objects.filter(feed_position=None).exists()
    assert Summary.objects.get(scope="strategy").green == 1


def test_aggregate_makes_the_half_years_around_today_first(db: None) -> None:
    make_strategy()
    told("aggregate")
    today = timezone.localdate()
    assert ReviewPeriod.objects.filter(starts__lte=today, ends__gte=today).exists()


def test_aggregate_writes_what_differs(period: ReviewPeriod) -> None:
    told("aggregate")
    Summary.objects.filter(scope="aim").update(green=9)

    assert told("aggregate", "--period", SLUG) == f"{SLUG}: 1 row written\n"

    assert Summary.objects.get(scope="aim").green == 1


def test_check_names_what_differs_writes_nothing_and_fails(
    period: ReviewPeriod, capsys: pytest.CaptureFixture[str]
) -> None:
    told("aggregate")
    Summary.objects.filter(scope="aim").update(green=9)

    with pytest.raises(SystemExit) as ended:
        call_command("aggregate", "--check")

    assert ended.value.code == 1
    assert capsys.readouterr().out == f"{SLUG}: summary aim 1 differs\n{SLUG}: 1 row differs\n"
    assert Summary.objects.get(scope="aim").green == 9


def test_check_passes_where_nothing_differs(period: ReviewPeriod) -> None:
    told("aggregate")

    assert told("aggregate", "--check") == f"{SLUG}: 0 rows differ\n"


def test_check_of_what_was_never_built_finds_it_missing(period: ReviewPeriod) -> None:
    with pytest.raises(SystemExit):
        told("aggregate", "--check")

    assert not Position.objects.exists()


@pytest.mark.parametrize("command", [["aggregate", "--period"], ["close_review"]])
@pytest.mark.parametrize("reference", ["2031-32-h1", "2025-26-h2", "nonsense"])
def test_a_period_that_was_never_opened_is_one_line_and_status_2(
    period: ReviewPeriod, command: list[str], reference: str
) -> None:
    make_period(date(2025, 12, 1), PeriodState.SCHEDULED)

    with pytest.raises(CommandError, match=f"There is no opened period '{reference}'.") as ended:
        told(*command, reference)

    assert ended.value.returncode == 2


def test_close_review_closes_the_round(period: ReviewPeriod) -> None:
    assert told("close_review", SLUG) == "2025/26 H1 is closed.\n"

    period.refresh_from_db()
    assert period.state == PeriodState.CLOSED
    assert Summary.objects.get(scope="strategy").as_at == period.ends


def test_close_review_says_in_one_line_why_it_cannot(period: ReviewPeriod) -> None:
    told("close_review", SLUG)

    with pytest.raises(CommandError, match="only an open round can be closed") as ended:
        told("close_review", SLUG)

    assert ended.value.returncode == 2
