"""A place, an organisation or a role in the round under way, for whoever may see it live."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from aims.choices import Role
from aims.models import Aim, KeyActivity, Objective, ProgressUpdate, ReviewPeriod
from aims.rules.wording import long_date
from aims.selectors.wording import Words, words_in
from reporting.choices import Scope
from reporting.lines.rows import Sums
from reporting.models import Position, Summary
from reporting.querysets import PositionQuerySet
from reporting.selectors.aims import ActivityLine
from reporting.selectors.behind import behind_of
from reporting.selectors.changes import DateMove, date_moves
from reporting.selectors.exceptions import exceptions_among
from reporting.selectors.funding import Moment
from reporting.selectors.money import Money, payers_of
from reporting.selectors.overview import meta_of
from reporting.selectors.periods import previous_period
from reporting.selectors.picture import Picture, blocks_of, picture_of, plain_rows
from reporting.selectors.scope_page import Done, Link, Named, ScopePage, done_of, posts_of
from reporting.selectors.standings import Standing, standings, sums_of
from reporting.selectors.wall import Part, aim_parts
from reporting.summaries.members import members_of


@dataclass(frozen=True, slots=True)
class Round:
    """A round under way as one page tells it; money only where `moment` tells it."""

    period: ReviewPeriod
    words: Words
    moment: Moment
    on: date

    @property
    def day(self) -> date:
        """The day of which it tells."""
        return self.period.position_as_at(self.on)


def live_scope(named: Named, period: ReviewPeriod, moment: Moment, on: date, reviews: Sequence[Link]) -> ScopePage:
    """The page; about twenty queries, however many activities it counts. Who may see it is the caller's to ask."""
    told = Round(period, words_in(period), moment, on)
    positions = Position.objects.filter(period=period, **_counted(named, period))
    marks = standings(positions, told.words)
    rows = Summary.objects.filter(period=period, scope=named.scope, key=named.key)
    summary = rows.select_related("worst").first()
    return ScopePage(
        named=named,
        heading=named.name,
        facts=[f"Position at {long_date(told.day)}", *meta_of(period, None)],
        review="",
        picture=_picture(told, positions, marks, sums_of(summary)) if summary else None,
        moves=_moves(told, marks),
        money=_money(told, positions, summary) if summary and moment.tells_allocations else None,
        posts=posts_of(marks) if named.scope == Scope.ORGANISATION else [],
        contributes=_contributes(named, told) if named.scope == Scope.ORGANISATION else [],
        done=_done(period, positions, marks) if (named.scope, named.key) == (Scope.ROLE, Role.INFLUENCE) else [],
        reviews=reviews,
    )


def _counted(named: Named, period: ReviewPeriod) -> dict[str, object]:
    """The condition on positions that the scope counts."""
    if named.scope == Scope.ROLE:
        return {"role": named.key}
    return {"activity__in": members_of(period, named.scope, named.key)}


def _picture(told: Round, positions: PositionQuerySet, marks: Sequence[Standing], sums: Sums) -> Picture:
    objectives = _objectives(told)
    aims = Aim.objects.filter(strategy=told.period.strategy_id).standing(told.day)
    return picture_of(
        sums,
        marks,
        wall=plain_rows(aim_parts(aims), objectives, marks),
        exceptions=exceptions_among(positions, told.period, told.moment, told.words),
        blocks=blocks_of(objectives, marks),
    )


def _objectives(told: Round) -> dict[str, Part]:
    rows = Objective.objects.filter(strategy=told.period.strategy_id).standing(told.day)
    return {
        each.number: Part(each.number, told.words.statement(each.pk, each.statement), each.get_absolute_url())
        for each in rows
    }


def _moves(told: Round, marks: Sequence[Standing]) -> list[DateMove]:
    numbers = {mark.number for mark in marks}
    moves = date_moves(told.period, previous_period(told.period), told.words)
    return [move for move in moves if move.number in numbers]


def _money(told: Round, positions: PositionQuerySet, summary: Summary) -> Money:
    payers = payers_of(Q(activity__in=positions.values("activity")), told.moment)
    return Money(behind_of(summary, told.period), payers)


def _contributes(named: Named, told: Round) -> list[ActivityLine]:
    """What an organisation contributes to without answering for it, in the words of the round; four queries."""
    keys = _contributed(named.key, told.words)
    rows = Position.objects.filter(period=told.period, activity__in=keys)
    answered = members_of(told.period, Scope.ORGANISATION, named.key)
    return [
        ActivityLine(
            number=mark.number,
            wording=mark.wording,
            url=mark.url,
            post=f"{mark.post}, {mark.organisation}",
            standing=mark if told.moment.is_live else None,
        )
        for mark in standings(rows.exclude(activity__in=answered), told.words)
    ]


def _contributed(slug: str, words: Words) -> Collection[int]:
    """The activities by their key that a body contributed to, whatever has changed for later reviews."""
    now = set(KeyActivity.objects.filter(contributors__slug=slug).values_list("pk", flat=True))
    then = {pk: terms["contributors"] for pk, terms in words.activities.items() if "contributors" in terms}
    return (now - then.keys()) | {pk for pk, slugs in then.items() if slug in slugs}


def _done(period: ReviewPeriod, positions: PositionQuerySet, marks: Sequence[Standing]) -> list[Done]:
    """What was said of each, the last approved where nothing new counts; two queries."""
    counting = dict(positions.filter(update__isnull=False).values_list("activity__number", "update"))
    told = ProgressUpdate.objects.approved().filter(
        activity__in=positions.values("activity"), period__starts__lte=period.starts
    )
    last = {row.activity.number: row for row in told.last_of_each_activity().select_related("activity")}
    new = {row.pk: row for row in ProgressUpdate.objects.filter(pk__in=counting.values())}
    return [_said(mark, new.get(counting.get(mark.number, 0)), last.get(mark.number)) for mark in marks]


def _said(mark: Standing, told: ProgressUpdate | None, last: ProgressUpdate | None) -> Done:
    return done_of(mark, told or last, is_carried=told is None)
