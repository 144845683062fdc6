"""How far a forecast lies from its budget, in a word: never a bare sign or bracket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Word(StrEnum):
    """Which way a variance goes: adverse is more than the budget."""

    ADVERSE = "adverse"
    FAVOURABLE = "favourable"
    NONE = "on budget"


@dataclass(frozen=True, slots=True)
class Variance:
    """The distance in pounds, without a sign; `percent` of the budget to one decimal, None of a budget of nothing."""

    amount: Decimal
    word: Word
    percent: Decimal | None


def variance(budget: Decimal | None, forecast: Decimal | None) -> Variance | None:
    """The forecast outturn against this year's budget; None while one of them is not known."""
    if budget is None or forecast is None:
        return None
    amount = abs(forecast - budget)
    percent = (amount * 100 / budget).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if budget else None
    if not amount:
        return Variance(amount, Word.NONE, percent)
    return Variance(amount, Word.ADVERSE if forecast > budget else Word.FAVOURABLE, percent)
