"""The worked examples of docs/rules.md about money, computed, and their sentences found on the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.choices import UserRole
from aims.choices import Rag
from aims.models import KeyActivity, Objective
from funding.rules import Around, Figures, Word, variance, warnings_of
from funding.services.allocating import allocate
from reporting.models import Summary
from reporting.services.rebuilding import rebuild
from tests.factories import (
    IN_ROUND,
    make_activity,
    make_approved,
    make_objective,
    make_period,
    make_stream,
    make_user,
)
from tests.reporting.conftest import behind

PAGE = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
MILLION = Decimal(1_000_000)


def test_the_warnings_of_the_page() -> None:
    figures = Figures(committed=30 * MILLION, spend_to_date=31 * MILLION)
    found = warnings_of(figures, 50 * MILLION, Around(before=32 * MILLION))

    assert len(found) == 2
    assert all(f"> {warning}\n" in PAGE for warning in found)


@pytest.mark.parametrize(
    ("forecast", "word", "amount", "percent"),
    [("124.5", Word.ADVERSE, "4.5", "3.8"), ("118", Word.FAVOURABLE, "2.0", "1.7")],
)
def test_the_variances_of_the_page(forecast: str, word: Word, amount: str, percent: str) -> None:
    found = variance(120 * MILLION, Decimal(forecast) * MILLION)

    assert found
    assert (found.word, found.amount, found.percent) == (word, Decimal(amount) * MILLION, Decimal(percent))
    assert f"£{amount}m {word}, {percent} %" in " ".join(PAGE.split())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_the_second", "red", "amber"), [(Rag.AMBER, "40", "25"), (Rag.RED, "65", "0")], ids=["at risk", "off track"]
)
def test_the_money_behind_the_ratings_of_the_page(of_the_second: Rag, red: str, amber: str) -> None:
    period, finance = make_period(), make_user(UserRole.FINANCE)
    activities = [make_activity(f"1.1.{number}") for number in (1, 2, 3, 4)]
    objective = make_objective(period.strategy, "1.2")
    make_approved(activities[0], **behind(Rag.RED))
    make_approved(activities[1], **behind(of_the_second))
    make_approved(activities[3])
    stream = make_stream(award=100 * MILLION)
    targets: list[KeyActivity | Objective] = [*activities, objective]
    for target, millions in zip(targets, (40, 25, 10, 5, 8), strict=True):
        amount = millions * MILLION
        allocate(stream=stream, target=target, amount=amount, reason="Minute 12.", by=finance, now=IN_ROUND)
    rebuild(period=period, on=date(2026, 10, 12))
    stream.refresh_from_db()

    for scope, key in (("stream", "A"), ("strategy", ""), ("aim", "1")):
        found = Summary.objects.get(scope=scope, key=key)
        told = (found.allocated, found.behind_red, found.behind_amber, found.rating_not_known, found.not_traced)
        assert told == tuple(Decimal(sum_) * MILLION for sum_ in ("80", red, amber, "10", "8"))
    assert stream.unallocated == 12 * MILLION
