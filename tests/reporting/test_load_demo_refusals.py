"""What `manage.py load_demo` refuses, and that a refusal or a failure leaves nothing behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from aims.choices import PeriodState
from aims.models import Event, KeyActivity, ReviewPeriod
from funding.models import Allocation, FundingReturn, FundingStream
from funding.rules import Figures
from funding.services.allocating import allocate
from funding.services.returning import submit_return
from reporting.demonstration import loading
from tests.factories import IN_ROUND, make_activity, make_period, make_user
from tests.remembered import load_the_strategy, remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy() -> None:
    remembered(load_the_strategy)


def refusal() -> str:
    with pytest.raises(CommandError) as refused:
        call_command("load_demo", verbosity=0)
    assert refused.value.returncode == 2
    return str(refused.value)


def test_a_database_without_the_strategy_is_told_how_to_load_it() -> None:
    assert refusal() == "Load the strategy first: manage.py loaddata organisations strategy funding"


def test_another_strategy_is_refused() -> None:
    make_activity()

    assert "other key activities" in refusal()


def test_accounts_of_its_own_are_refused(strategy: None) -> None:
    make_user()

    assert "accounts of its own" in refusal()
    assert User.objects.count() == 1


def test_money_of_its_own_is_refused(strategy: None) -> None:
    stream, activity, finance = FundingStream.objects.get(code="A"), KeyActivity.objects.first(), make_user()
    assert activity
    allocate(stream=stream, target=activity, amount=Decimal(1), reason="Minute 12.", by=finance, now=IN_ROUND)

    assert "money of its own" in refusal()


def test_a_return_of_its_own_is_refused(strategy: None) -> None:
    stream, figures = FundingStream.objects.get(code="A"), Figures(committed=Decimal(1))
    submit_return(stream=stream, month=date(2026, 9, 1), figures=figures, by=make_user(), now=IN_ROUND)

    assert "money of its own" in refusal()


def test_a_round_that_has_begun_is_refused(strategy: None) -> None:
    make_period(state=PeriodState.OPEN)

    assert "progress of its own" in refusal()


def test_production_is_refused(strategy: None, settings: Settings) -> None:
    settings.MODE = "production"

    assert "known passwords" in refusal()
    assert not User.objects.exists()


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "1066-10-14"])
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="is not a day such as 2026-11-23"):
        call_command("load_demo", "--on", text)


def test_a_failure_on_the_way_leaves_nothing(strategy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**given: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(loading, "close_review", fail)
    with pytest.raises(RuntimeError):
        loading.load_demonstration(on=date(2026, 11, 23), password="none", tell=lambda line: None)

    assert not User.objects.exists()
    assert not Event.objects.exists()
    assert not Allocation.objects.exists()
    assert not FundingReturn.objects.exists()
    assert not ReviewPeriod.objects.exists()
