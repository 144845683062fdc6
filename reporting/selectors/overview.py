"""The position on one page: the overview, and the review of any period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.querysets import Asker
from aims.choices import Mark, PeriodState
from aims.models import Aim, Objective, ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.wording import Words, words_in
from reporting.charts import Chart, trend_chart
from reporting.choices import Headline, Scope
from reporting.models import Position, Summary
from reporting.rules import position_sentence
from reporting.selectors.behind import Behind, behind_of
from reporting.selectors.changes import Changes, changes_of
from reporting.selectors.exceptions import BoardException, exceptions_of
from reporting.selectors.funding import FundingTotal, funding_total
from reporting.selectors.periods import previous_period, round_name
from reporting.selectors.standings import Standing, counts_of, standings
from reporting.selectors.trend import trend_of
from reporting.selectors.wall import KeyItem, WallRow, aim_rows, key_of

EXCEPTIONS_FIRST = 3
SILENT_FIRST = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a sentence; numbers are strong."""

    text: str
    is_strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Everything that the page of one period shows."""

    period: ReviewPeriod
    heading: str
    facts: Sequence[str]
    sentence: Sequence[Run]
    headline: Headline | None
    headline_reason: str
    wall: Sequence[WallRow]
    key: Sequence[KeyItem]
    exceptions: Sequence[BoardException]
    changes: Changes
    silent: Sequence[Standing]
    funding: FundingTotal
    behind: Behind | None
    trend: Chart | None

    @property
    def exceptions_shown(self) -> Sequence[BoardException]:
        """Those that stand on the page itself."""
        return self.exceptions[:EXCEPTIONS_FIRST]

    @property
    def silent_shown(self) -> Sequence[Standing]:
        """Those without an update that stand on the page itself."""
        return self.silent[:SILENT_FIRST]


def review_page(period: ReviewPeriod, user: Asker, on: date) -> ReviewPage:
    """The position of a period that the person may see; some fifteen queries, however many activities there are."""
    words = words_in(period)
    marks = standings(Position.objects.visible_to(user).filter(period=period), words)
    summaries = _summaries(period, user)
    whole = summaries.pop("", None)
    before = previous_period(period)
    return ReviewPage(
        period=period,
        heading=f"Position at {long_date(period.position_as_at(on))}",
        facts=meta_of(period, whole),
        sentence=sentence_runs(whole),
        headline=Headline(whole.headline) if whole else None,
        headline_reason=whole.headline_reason if whole else "",
        wall=_wall(period, user, marks, summaries, on),
        key=key_of(marks),
        exceptions=exceptions_of(period, user, words),
        changes=changes_of(period, before, marks, words),
        silent=[standing for standing in marks if standing.mark == Mark.NO_UPDATE],
        funding=funding_total(user, period.closed_at),
        behind=behind_of(whole, period) if whole else None,
        trend=_trend(period, user),
    )


def _summaries(period: ReviewPeriod, user: Asker) -> dict[str, Summary]:
    """The summaries of the strategy ("") and of the aims, by key."""
    found = Summary.objects.visible_to(user).filter(period=period, scope__in=[Scope.STRATEGY, Scope.AIM])
    return {summary.key: summary for summary in found}


def _wall(
    period: ReviewPeriod, user: Asker, marks: Sequence[Standing], summaries: dict[str, Summary], on: date
) -> list[WallRow]:
    day = period.position_as_at(on)
    return aim_rows(
        Aim.objects.visible_to(user).standing(day),
        Objective.objects.visible_to(user).standing(day),
        marks,
        summaries,
    )


def _trend(period: ReviewPeriod, user: Asker) -> Chart | None:
    table = trend_of(period, user)
    return trend_chart(table, reverse("review-trend", args=[period.slug])) if table else None


def meta_of(period: ReviewPeriod, whole: Summary | None) -> list[str]:
    """The line of facts under the heading: which round it is, and how far it has come."""
    if period.state == PeriodState.CLOSED and period.closed_at:
        return [round_name(period), f"closed on {long_date(timezone.localdate(period.closed_at))}"]
    facts = [round_name(period), period.get_state_display().lower()]
    if whole:
        facts.append(f"{whole.updated} of {whole.due} updates received")
    return [*facts, f"closes on {long_date(period.submission_closes)}"]


def sentence_runs(whole: Summary | None) -> list[Run]:
    """The position in words, cut so that its numbers can be set strong."""
    if whole is None:
        return [Run("Nothing has been summed up for this period yet.", False)]
    parts = re.split(r"(\d+)", position_sentence(counts_of(whole)))
    return [Run(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def without_update(period: ReviewPeriod, user: Asker, words: Words) -> list[Standing]:
    """All that were due in a period and had no update that counts, in its words; two queries."""
    return standings(Position.objects.visible_to(user).filter(period=period).without_update(), words)
