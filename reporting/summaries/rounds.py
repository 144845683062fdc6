"""A period as aggregation sees it: its day, and the reviews that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from aims.choices import PeriodState
from aims.models import ReviewPeriod

YearAgo = Literal["previous", "before it"]


@dataclass(frozen=True, slots=True)
class Round:
    """One period on one day. `previous` is the last closed period before it, `year_ago` the closed one half a year
    earlier than that; `earlier` are the ids of all periods before it, whose updates carry forward. `year_ago_is` tells
    whether the previous period's rows hold the marks of a year ago as their own or as those before them. With
    `asked`, it is told as at that instant; else as the strategy stands, and one that was sealed (`known_of`) as was
    known then.
    """

    period: ReviewPeriod
    as_at: date
    previous: ReviewPeriod | None
    year_ago: ReviewPeriod | None
    earlier: tuple[int, ...]
    year_ago_is: YearAgo | None
    sealed: datetime | None = None
    asked: datetime | None = None

    @property
    def known(self) -> datetime | None:
        """What was recorded later is left out, but for updates; None: nothing is."""
        return min(filter(None, (self.asked, self.sealed)), default=self.period.closed_at)


def round_of(period: ReviewPeriod, as_at: date, asked: datetime | None = None) -> Round:
    """The round of a period, or with `asked` as it was at that instant; two queries."""
    before = list(ReviewPeriod.objects.filter(strategy=period.strategy_id, ends__lt=period.starts).order_by("-ends"))
    closed = [other for other in before if other.state == PeriodState.CLOSED]
    a_year_before = period.starts.replace(year=period.starts.year - 1)
    year_ago = next((other for other in closed if other.starts <= a_year_before <= other.ends), None)
    return Round(
        period=period,
        as_at=as_at,
        previous=closed[0] if closed else None,
        year_ago=year_ago,
        earlier=tuple(other.pk for other in before),
        year_ago_is=_kept_by_previous(closed, year_ago),
        sealed=_first_sealed_at(period),
        asked=asked,
    )


def known_of(period: ReviewPeriod) -> datetime | None:
    """Until when dates, money and actions are known in a period's review; None while it was never closed. One query.

    Its first closing, also where it was opened again: only the updates of the activities named are told anew.
    """
    return _first_sealed_at(period) or period.closed_at


def _first_sealed_at(period: ReviewPeriod) -> datetime | None:
    return period.reviews.order_by("number").values_list("sealed_at", flat=True).first()


def _kept_by_previous(closed: list[ReviewPeriod], year_ago: ReviewPeriod | None) -> YearAgo | None:
    """Where the marks of a year ago stand among the previous period's rows, which keep those before them."""
    names: tuple[YearAgo, ...] = ("previous", "before it")
    return next((name for name, other in zip(names, closed, strict=False) if other == year_ago), None)
