"""The money behind the ratings of some part of the work: sums that are never added, each with its list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse

from aims.choices import Mark
from aims.models import ReviewPeriod
from funding.rules import in_millions
from reporting.choices import Scope
from reporting.lines.rows import Sums
from reporting.models import Summary

NOTHING = Decimal(0)


class Rating(StrEnum):
    """What a list of money is about; money to an objective is not traced to any activity's rating."""

    RED = "red"
    AMBER = "amber"
    NOT_KNOWN = "not-known"
    NOT_TRACED = "not-traced"

    @property
    def label(self) -> str:
        """As the figure's own words."""
        return {"red": "Behind Red", "amber": "Behind Amber", "not-known": "Rating not known"}.get(self, "Not traced")

    @property
    def mark(self) -> Mark | None:
        """The mark of the activities that the money is for; None for objectives."""
        return {"red": Mark.RED, "amber": Mark.AMBER, "not-known": Mark.NO_UPDATE}.get(self)


@dataclass(frozen=True, slots=True)
class BehindFigure:
    """One of the sums; `url` leads to the list that it counts, empty where it counts nothing."""

    label: str
    amount: Decimal
    url: str

    @property
    def value(self) -> str:
        """ "£26.0m"."""
        return f"£{in_millions(self.amount)}m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands behind the ratings of some work, in pounds; `allocated` is to activities, `not_traced` beside it.

    Scope, key and the review's slug name the work; they are empty where no list can be given. A closed review has
    `lists` of its own.
    """

    allocated: Decimal = NOTHING
    red: Decimal = NOTHING
    amber: Decimal = NOTHING
    not_known: Decimal = NOTHING
    not_traced: Decimal = NOTHING
    scope: str = ""
    key: str = ""
    review: str = ""
    lists: Mapping[Rating, str] = field(default_factory=dict)

    @property
    def has_money(self) -> bool:
        """Whether anything is allocated at all."""
        return bool(self.allocated or self.not_traced)

    @property
    def figures(self) -> Sequence[BehindFigure]:
        """The four sums in their order."""
        return [self._figure(rating, self.of(rating)) for rating in Rating]

    @property
    def rated_figures(self) -> Sequence[BehindFigure]:
        """Without what is not traced, which a place, a body or a role cannot have."""
        return self.figures[:3]

    def of(self, rating: Rating) -> Decimal:
        """The sum that a list of this rating adds up to."""
        sums = {Rating.RED: self.red, Rating.AMBER: self.amber, Rating.NOT_KNOWN: self.not_known}
        return sums.get(rating, self.not_traced)

    def url_of(self, rating: Rating) -> str:
        """The list that one of the sums counts; empty where it counts nothing, or no list can be given."""
        if not self.of(rating):
            return ""
        if self.lists:
            return self.lists.get(rating, "")
        asked = {"scope": self.scope, "key": self.key, "rating": rating.value, "review": self.review}
        return f"{reverse('funding-behind')}?{urlencode(asked)}" if self.scope and self.review else ""

    def _figure(self, rating: Rating, amount: Decimal) -> BehindFigure:
        return BehindFigure(rating.label, amount, self.url_of(rating))


def behind_of(summary: Summary, period: ReviewPeriod) -> Behind:
    """The money of one summary of a period."""
    return behind_in(summary, summary.scope, summary.key, period.slug)


def behind_in(
    sums: Summary | Sums, scope: str, key: str, review: str, lists: Mapping[Rating, str] | None = None
) -> Behind:
    """The money of what a scope's sums count, live or sealed."""
    return Behind(
        allocated=sums.allocated,
        red=sums.behind_red,
        amber=sums.behind_amber,
        not_known=sums.rating_not_known,
        not_traced=sums.not_traced,
        scope=scope,
        key=key,
        review=review,
        lists=lists or {},
    )


def added_up(each: Iterable[Behind]) -> Behind:
    """All streams as one: each allocation is of one stream, so that none is counted twice."""
    rows = list(each)
    return Behind(
        allocated=sum((row.allocated for row in rows), NOTHING),
        red=sum((row.red for row in rows), NOTHING),
        amber=sum((row.amber for row in rows), NOTHING),
        not_known=sum((row.not_known for row in rows), NOTHING),
        not_traced=sum((row.not_traced for row in rows), NOTHING),
        scope=Scope.STRATEGY,
        review=next((row.review for row in rows if row.review), ""),
    )
