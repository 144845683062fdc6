"""What a funding return must say, and what in it wants a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from funding.rules.money import in_millions

TOO_MUCH = Decimal(10) ** 12
PENNY = Decimal("0.01")
NAMES = {
    "committed": "committed",
    "spend_to_date": "spend to date",
    "budget_this_year": "budget this year",
    "forecast_outturn": "forecast outturn",
    "re_profiled": "re-profiled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The sums of one return in pounds; None is not known, zero is nothing."""

    committed: Decimal | None = None
    spend_to_date: Decimal | None = None
    budget_this_year: Decimal | None = None
    forecast_outturn: Decimal | None = None
    re_profiled: Decimal | None = None

    @property
    def are_empty(self) -> bool:
        """Whether nothing is known at all."""
        return all(getattr(self, field.name) is None for field in fields(self))


def month_of(day: date) -> date:
    """The first day of a day's month, by which a return is known."""
    return day.replace(day=1)


def problems_of(figures: Figures, month: date, on: date) -> dict[str, str]:
    """What keeps a return from being sent, by field name; empty when it can be."""
    found = dict(_sums(figures))
    if month != month_of(month):
        found["month"] = "Give the month by its first day"
    elif month > on:
        found["month"] = "Choose a month that has begun: a return tells what has happened"
    if figures.are_empty:
        found["committed"] = "Enter at least one amount"
    return found


def _sums(figures: Figures) -> Iterator[tuple[str, str]]:
    for name, words in NAMES.items():
        amount: Decimal | None = getattr(figures, name)
        if amount is None:
            continue
        if not amount.is_finite() or amount < 0:
            yield name, f"Enter {words} as pounds, from 0 up"
        elif amount >= TOO_MUCH:
            yield name, f"Enter {words} in pounds: this is more than a trillion"
        elif amount != amount.quantize(PENNY):
            yield name, f"Enter {words} to the penny"


@dataclass(frozen=True, slots=True)
class Around:
    """The spend to date of the nearest months before and after that were returned; None where there is none."""

    before: Decimal | None = None
    after: Decimal | None = None


def warnings_of(figures: Figures, award: Decimal, around: Around = Around()) -> tuple[str, ...]:
    """What is unusual and so needs a reason: spend beyond what is committed or awarded, spend that falls."""
    return (*_beyond(figures, award), *_falling(figures.spend_to_date, around))


def _beyond(figures: Figures, award: Decimal) -> Iterator[str]:
    spent, committed = figures.spend_to_date, figures.committed
    if spent is not None and committed is not None and spent > committed:
        yield f"Spend to date, {_pounds(spent)}, is more than what is committed, {_pounds(committed)}"
    for words, amount in (("Committed", committed), ("Spend to date", spent)):
        if amount is not None and amount > award:
            yield f"{words}, {_pounds(amount)}, is more than the award, {_pounds(award)}"


def _falling(spent: Decimal | None, around: Around) -> Iterator[str]:
    if spent is None:
        return
    if around.before is not None and spent < around.before:
        yield f"Spend to date, {_pounds(spent)}, is less than the {_pounds(around.before)} of the month before"
    if around.after is not None and spent > around.after:
        yield f"Spend to date, {_pounds(spent)}, is more than the {_pounds(around.after)} of the month after"


def _pounds(amount: Decimal) -> str:
    return f"£{in_millions(amount, 2)}m"
