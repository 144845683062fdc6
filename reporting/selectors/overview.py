"""The position on one page: the overview, and the review of any period."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.querysets import Asker
from aims.choices import Mark, PeriodState
from aims.models import Aim, Objective, ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.wording import Words, words_in
from reporting.charts import Chart
from reporting.choices import Headline, Scope
from reporting.lines.rows import Sums
from reporting.models import Position, Review, Summary
from reporting.rules import Counts, Piece, position_pieces
from reporting.selectors.annex import Annex, Link
from reporting.selectors.behind import Behind, Rating, behind_in
from reporting.selectors.changes import Changes, changes_of
from reporting.selectors.chart_tables import ChartName, chart_of
from reporting.selectors.exceptions import BoardException, exceptions_of
from reporting.selectors.funding import funding_total
from reporting.selectors.periods import previous_period, round_name
from reporting.selectors.position_table import Column, PositionTable, position_table
from reporting.selectors.standings import Standing, standings, sums_of
from reporting.selectors.wall import KeyItem, WallRow, aim_parts, aim_rows, key_of, objective_parts

EXCEPTIONS_FIRST = 3
SILENT_FIRST = 4
NUMBER = re.compile(r"(\d+)")
NOTHING_YET = "Nothing has been summed up for this period yet."


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a sentence; numbers are strong, and open the list that they count where there is one."""

    text: str
    is_strong: bool
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Everything that the page of one period shows; `annex` is what only a closed review has."""

    slug: str
    heading: str
    facts: Sequence[str]
    sentence: Sequence[Run]
    headline: Headline | None
    headline_reason: str
    wall: Sequence[WallRow]
    key: Sequence[KeyItem]
    table: PositionTable | None
    exceptions: Sequence[BoardException]
    changes: Changes
    silent: Sequence[Standing]
    funding: Link | None
    behind: Behind | None
    trend: Chart | None
    annex: Annex | None = None

    @property
    def exceptions_shown(self) -> Sequence[BoardException]:
        """Those that stand on the page itself."""
        return self.exceptions[:EXCEPTIONS_FIRST]

    @property
    def silent_shown(self) -> Sequence[Standing]:
        """Those without an update that stand on the page itself."""
        return self.silent[:SILENT_FIRST]


def review_page(period: ReviewPeriod, user: Asker, on: date) -> ReviewPage:
    """The position of a round under way, whom the person may see; some twenty queries, however many activities."""
    words = words_in(period)
    marks = standings(Position.objects.visible_to(user).filter(period=period), words)
    sums = _sums(period, user)
    whole = sums.get("")
    wall, table = _by_aim(period, user, marks, sums, on)
    return ReviewPage(
        slug=period.slug,
        heading=f"Position at {long_date(period.position_as_at(on))}",
        facts=[*meta_of(period, whole.counts if whole else None), *_reopened(period)],
        sentence=sentence_runs(whole.counts) if whole else [Run(NOTHING_YET, False)],
        headline=whole.headline if whole else None,
        headline_reason=whole.headline_reason if whole else "",
        wall=wall,
        key=key_of(marks),
        table=table,
        exceptions=exceptions_of(period, user, words),
        changes=changes_of(period, previous_period(period), marks, words),
        silent=[standing for standing in marks if standing.mark == Mark.NO_UPDATE],
        funding=_funding(period, user),
        behind=behind_in(whole, Scope.STRATEGY, "", period.slug) if whole else None,
        trend=chart_of(period, user, on, ChartName.TREND),
    )


def _reopened(period: ReviewPeriod) -> list[str]:
    """That the round was sealed before, where it was opened again; one query."""
    last = Review.objects.filter(period=period).order_by("-number").first()
    return [f"reopened after it was sealed on {long_date(timezone.localdate(last.sealed_at))}"] if last else []


def _sums(period: ReviewPeriod, user: Asker) -> dict[str, Sums]:
    """The sums of the strategy ("") and of the aims, by key; one query."""
    found = Summary.objects.visible_to(user).filter(period=period, scope__in=[Scope.STRATEGY, Scope.AIM])
    return {summary.key: sums_of(summary) for summary in found.select_related("worst")}


def _by_aim(
    period: ReviewPeriod, user: Asker, marks: Sequence[Standing], sums: Mapping[str, Sums], on: date
) -> tuple[list[WallRow], PositionTable | None]:
    """The wall, and the same aims in figures."""
    day = period.position_as_at(on)
    aims = aim_parts(Aim.objects.visible_to(user).standing(day))
    objectives = objective_parts(Objective.objects.visible_to(user).standing(day))
    wall = aim_rows(aims, objectives, marks, sums)
    if "" not in sums:
        return wall, None
    return wall, position_table(aims, sums, sums[""], _live_lists(period, sums), lambda aim, field: ())


def _live_lists(period: ReviewPeriod, sums: Mapping[str, Sums]) -> Callable[[Column, str], str]:
    """While a round is under way only its money has lists of its own."""
    ratings = {Column.BEHIND_RED: Rating.RED, Column.BEHIND_AMBER: Rating.AMBER}

    def url(column: Column, aim: str) -> str:
        scope = Scope.AIM if aim else Scope.STRATEGY
        return behind_in(sums[aim], scope, aim, period.slug).url_of(ratings[column]) if column in ratings else ""

    return url


def _funding(period: ReviewPeriod, user: Asker) -> Link | None:
    words = funding_total(user, period.closed_at).sentence
    return Link(words, reverse("funding")) if words else None


def meta_of(period: ReviewPeriod, whole: Counts | None) -> list[str]:
    """The line of facts under the heading: which round it is, and how far it has come."""
    if period.state == PeriodState.CLOSED and period.closed_at:
        return [round_name(period), f"closed on {long_date(timezone.localdate(period.closed_at))}"]
    facts = [round_name(period), period.get_state_display().lower()]
    if whole:
        facts.append(f"{whole.updated} of {whole.due} updates received")
    return [*facts, f"closes on {long_date(period.submission_closes)}"]


def sentence_runs(counts: Counts, lists: Callable[[str], str] = lambda name: "") -> list[Run]:
    """The position in words, cut so that its numbers can be set strong; `lists` has the list that a count counts."""
    return [run for piece in position_pieces(counts) for run in _runs(piece, lists)]


def _runs(piece: Piece, lists: Callable[[str], str]) -> Iterator[Run]:
    """The first number of a piece is what it counts."""
    before, *rest = NUMBER.split(piece.text, maxsplit=1)
    if before:
        yield Run(before, False)
    if rest:
        number, after = rest
        yield Run(number, True, lists(piece.of))
        yield from _runs(Piece(after), lists)


def without_update(period: ReviewPeriod, user: Asker, words: Words) -> list[Standing]:
    """All that were due in a period and had no update that counts, in its words; two queries."""
    return standings(Position.objects.visible_to(user).filter(period=period).without_update(), words)
