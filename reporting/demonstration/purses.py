"""What the demonstration tells of the streams' money, as written in `content/funding.toml`; I is not allocated at all.

`given` holds "<half-year> <£m> <number>": what a stream gives, counted from the first round, to an activity or an
objective; another amount takes the place of the one before, 0 ends it. `returned` holds what was spent before the
first return and a year's budget, both in £m, by what share a year ends beyond its budget, and finance's note.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from aims.choices import Rag
from funding.rules import Figures
from funding.rules.money import MILLION
from funding.rules.returns import month_of
from reporting.demonstration.stories import CONTENT

MONTHS: Final = 18
SETTLED: Final = 17  # days after a month's end by which its return is sent and decided
THOUSAND: Final = Decimal(1000)
COMMITTED_AHEAD: Final = Decimal("0.45")  # of a year's budget
NOTED_FROM: Final = Decimal("0.5")  # of a year


@dataclass(frozen=True, slots=True)
class Gift:
    """What a stream gives to one activity or objective in one half-year, in pounds; nothing ends it."""

    half: int
    amount: Decimal
    number: str


@dataclass(frozen=True, slots=True)
class Course:
    """How a stream is spent, in pounds; `tilt` is the share by which a year ends beyond its budget."""

    spent_before: Decimal
    budget: Decimal
    tilt: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Purse:
    """All that is told of one stream; `course` is None where nothing is returned."""

    code: str
    over_programming: Decimal
    gifts: tuple[Gift, ...]
    course: Course | None


@dataclass(frozen=True, slots=True)
class Month:
    """What finance returns of one month."""

    first: date
    figures: Figures
    rating: Rag
    note: str

    @property
    def last(self) -> date:
        """The month's last day."""
        return month_of(self.first + timedelta(days=31)) - timedelta(days=1)


def read_purses() -> list[Purse]:
    """Every stream that has money in the demonstration."""
    entries = tomllib.loads((CONTENT / "funding.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return [_purse(code, entry) for code, entry in entries.items()]


def months_of(code: str, course: Course, on: date) -> Iterator[Month]:
    """The months whose returns are settled on a day, the oldest first, each with its figures."""
    rng = Random(f"returns {code}")
    spent = course.spent_before
    for first in _months_before(on):
        spent += course.budget / 12 * (1 + course.tilt) * rng.randint(82, 110) / 100
        yield _month(first, spent, course)


def _months_before(on: date) -> list[date]:
    months = [month_of(month_of(on - timedelta(days=SETTLED)) - timedelta(days=1))]
    while len(months) < MONTHS:
        months.insert(0, month_of(months[0] - timedelta(days=1)))
    return months


def _month(first: date, spent: Decimal, course: Course) -> Month:
    share = Decimal((first.month - 4) % 12 + 1) / 12
    tilt = course.tilt * share
    forecast = _rounded(course.budget * (1 + tilt))
    figures = Figures(
        committed=_rounded(spent + course.budget * COMMITTED_AHEAD),
        spend_to_date=_rounded(spent),
        budget_this_year=course.budget,
        forecast_outturn=forecast,
        re_profiled=max(course.budget - forecast, Decimal(0)),
    )
    return Month(first, figures, _rating(tilt), course.note if share > NOTED_FROM else "")


def _rating(tilt: Decimal) -> Rag:
    if tilt > Decimal("0.05"):
        return Rag.RED
    return Rag.AMBER if abs(tilt) > Decimal("0.025") else Rag.GREEN


def _purse(code: str, entry: dict[str, Any]) -> Purse:
    over_programming = Decimal(entry.get("over_programming", 0)) * MILLION
    return Purse(code, over_programming, tuple(map(_gift, entry["given"])), _course(entry.get("returned")))


def _gift(line: str) -> Gift:
    half, millions, number = line.split()
    return Gift(int(half), Decimal(millions) * MILLION, number)


def _course(said: list[Any] | None) -> Course | None:
    if said is None:
        return None
    spent_before, budget, tilt, note = said
    return Course(Decimal(spent_before) * MILLION, Decimal(budget) * MILLION, tilt, note)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1)) // THOUSAND * THOUSAND
