"""The money beside one part of the strategy: which streams pay for it, and what stands behind its ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from aims.models import KeyActivity
from funding.models import FundingReturn
from funding.rules import Variance, variance
from reporting.selectors.behind import Behind
from reporting.selectors.funding import Moment, allocations_at, returns_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """What one stream gives; `variance` is its own, a flag beside the rating and no part of it."""

    code: str
    name: str
    url: str
    amount: Decimal
    variance: Variance | None


@dataclass(frozen=True, slots=True)
class Money:
    """The money of one part of the strategy, in pounds; `payers` by amount, the largest first."""

    behind: Behind
    payers: Sequence[Payer]

    @property
    def total(self) -> Decimal:
        """All that is allocated to it, each allocation once."""
        return sum((payer.amount for payer in self.payers), Decimal(0))


def money_of_activity(activity: KeyActivity, moment: Moment) -> Money:
    """Who pays for an activity; two queries."""
    payers = payers_of(Q(activity=activity), moment)
    return Money(Behind(allocated=sum((payer.amount for payer in payers), Decimal(0))), payers)


def within_aim(number: str) -> Q:
    """The allocations to an aim's activities, and to its objectives."""
    return Q(activity__objective__aim__number=number) | Q(objective__aim__number=number)


def within_objective(number: str) -> Q:
    """The allocations to an objective's activities, and to itself."""
    return Q(activity__objective__number=number) | Q(objective__number=number)


def payers_of(within: Q, moment: Moment) -> list[Payer]:
    """Who pays for what the condition on allocations chooses; two queries."""
    rows = allocations_at(moment).filter(within).select_related("stream").order_by("stream__code")
    given: dict[int, Decimal] = defaultdict(Decimal)
    streams = {}
    for row in rows:
        given[row.stream_id] += row.amount
        streams[row.stream_id] = row.stream
    said = {each.stream_id: each for each in returns_at(moment).filter(stream__in=streams).latest_of_each_stream()}
    payers = [
        Payer(
            code=stream.code,
            name=stream.name,
            url=stream.get_absolute_url(),
            amount=given[pk],
            variance=_variance(said.get(pk)),
        )
        for pk, stream in streams.items()
    ]
    return sorted(payers, key=lambda payer: payer.amount, reverse=True)


def _variance(said: FundingReturn | None) -> Variance | None:
    return variance(said.budget_this_year, said.forecast_outturn) if said else None
