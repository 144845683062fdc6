"""The charts of a period, whole or of one aim, objective or activity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse

from accounts.querysets import Asker
from aims.models import ReviewPeriod
from reporting.charts import (
    Chart,
    behind_chart,
    heat_chart,
    milestone_chart,
    movement_chart,
    strip_chart,
    trend_chart,
)
from reporting.selectors.books import book_of, standing_review
from reporting.selectors.chart_tables import tables
from reporting.selectors.chart_tables.between import movement_between
from reporting.selectors.chart_tables.live import Live
from reporting.selectors.chart_tables.sealed import reviews_before, told_of
from reporting.selectors.chart_tables.told import Told, within
from reporting.selectors.periods import shown_period

TREND_REVIEWS, HEAT_REVIEWS, EVERY = 6, 4, 40


class ChartName(StrEnum):
    """A chart as its address names it, in the order of the page."""

    STRIPS = "strips"
    HEAT = "heat"
    MOVEMENT = "movement"
    TREND = "trend"
    MILESTONES = "milestones"
    BEHIND = "behind"


ALL = tuple(ChartName)
_LOOK_BACK = {ChartName.TREND, ChartName.HEAT}


@dataclass(frozen=True, slots=True)
class _Asked:
    """The reviews to draw, oldest first; `part` is a number, empty for the whole strategy."""

    reviews: Sequence[Told]
    part: str
    csv_url: str

    @property
    def now(self) -> Told:
        return self.reviews[-1]


def charts_of(period: ReviewPeriod, user: Asker, on: date, *names: ChartName, part: str = "") -> list[Chart]:
    """The charts asked for, of a period that the person may see; without those that have nothing to show.

    A closed review's are made from its lines and those of the reviews before it: two queries, and what of the lines
    nobody has asked for yet. Of the round under way it is at most eight, whatever there is to draw.
    """
    review = standing_review(period)
    now = within(told_of(review), part) if review else Live(period, user, on, part)
    earlier = reviews_before(period, review, TREND_REVIEWS - 1) if _LOOK_BACK & {*names} else []
    reviews = [*(within(told_of(each), part) for each in earlier), now]
    drawn = (_DRAWN[name](_Asked(reviews, part, _csv_url(period, name, part))) for name in names)
    return [chart for chart in drawn if chart]


def chart_of(period: ReviewPeriod, user: Asker, on: date, name: ChartName, part: str = "") -> Chart | None:
    """One of them."""
    return next(iter(charts_of(period, user, on, name, part=part)), None)


def charts_now(user: Asker, on: date, *names: ChartName, part: str = "") -> list[Chart]:
    """The charts of the period whose position a person sees; none before there is any."""
    period = shown_period(user)
    return charts_of(period, user, on, *names, part=part) if period else []


def movement_since(period: ReviewPeriod, since: str) -> Chart | None:
    """What moved to a closed review from an earlier one, which its period's slug names.

    None where that one does not stand beside it. Two queries, and their books where nobody has asked yet.
    """
    review = standing_review(period)
    earlier = next((each for each in reviews_before(period, review, EVERY) if each.period.slug == since), None)
    if review is None or earlier is None:
        return None
    told, url = told_of(review), _csv_url(period, ChartName.MOVEMENT, "")
    if told_of(earlier).label == told.before:
        return _movement(_Asked([told], "", url))
    table = movement_between(book_of(earlier, exempt=False), book_of(review, exempt=False))
    return movement_chart(table, f"{url}?{urlencode({'since': since})}")


def _csv_url(period: ReviewPeriod, name: ChartName, part: str) -> str:
    return reverse("review-chart-csv", args=[period.slug, f"{name}-{part}" if part else name.value])


def _strips(asked: _Asked) -> Chart | None:
    table = tables.strips_in(asked.now)
    return strip_chart(table, asked.csv_url) if table else None


def _heat(asked: _Asked) -> Chart | None:
    table = tables.heat_in(asked.reviews[-HEAT_REVIEWS:])
    return heat_chart(table, asked.csv_url) if table else None


def _movement(asked: _Asked) -> Chart | None:
    table = tables.movement_in(asked.now)
    return movement_chart(table, asked.csv_url) if table else None


def _trend(asked: _Asked) -> Chart | None:
    table = tables.trend_in(asked.reviews)
    return trend_chart(table, asked.csv_url) if table else None


def _milestones(asked: _Asked) -> Chart | None:
    table = tables.milestones_in(asked.now, asked.part)
    return milestone_chart(table, asked.csv_url) if table else None


def _behind(asked: _Asked) -> Chart | None:
    table = tables.behind_in(asked.now)
    return behind_chart(table, asked.csv_url) if table else None


_DRAWN: dict[ChartName, Callable[[_Asked], Chart | None]] = {
    ChartName.STRIPS: _strips,
    ChartName.HEAT: _heat,
    ChartName.MOVEMENT: _movement,
    ChartName.TREND: _trend,
    ChartName.MILESTONES: _milestones,
    ChartName.BEHIND: _behind,
}
