"""The lines of the review itself, of the strategy as a whole, of its aims and its objectives."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.selectors import demonstration_exists
from aims.models import Aim, Objective
from reporting.choices import LineKind, Scope
from reporting.lines import Line, keyed
from reporting.lines.rows import AimLine, ObjectiveLine, ReviewLine, StrategyLine
from reporting.models import Review
from reporting.sealing.cover import Cover
from reporting.sealing.sums import sums_by_key, sums_of_nothing
from reporting.sealing.telling import CHUNK, Telling
from reporting.selectors.periods import round_name


def head_line(telling: Telling, cover: Cover) -> Iterator[Line]:
    """The review: its days, its cover, and by which limits it was judged."""
    period, round_ = telling.period, telling.round
    row = ReviewLine(
        slug=period.slug,
        label=period.label,
        name=round_name(period),
        starts=period.starts,
        ends=period.ends,
        as_at=round_.as_at,
        submission_opens=period.submission_opens,
        submission_closes=period.submission_closes,
        closed_at=telling.closed_at,
        number=Review.objects.filter(period=period).count() + 1,
        compared_with=round_.previous.slug if round_.previous else None,
        long_compared_with=round_.year_ago.slug if round_.year_ago else None,
        board_on=cover.board_on,
        director=cover.director,
        recommendations=cover.recommendations,
        thresholds=period.strategy.thresholds,
        is_demonstration=demonstration_exists(),
    )
    yield keyed(LineKind.REVIEW, row)


def strategy_line(telling: Telling) -> Iterator[Line]:
    """The strategy with the sums over everything."""
    strategy = telling.period.strategy
    sums = sums_by_key(telling, Scope.STRATEGY).get("") or sums_of_nothing(strategy.thresholds)
    row = StrategyLine(slug=strategy.slug, title=strategy.title, vision=strategy.vision, sums=sums)
    yield keyed(LineKind.STRATEGY, row)


def aim_lines(telling: Telling) -> Iterator[Line]:
    """Every aim in force on the last day, those without an activity too."""
    sums, nothing = sums_by_key(telling, Scope.AIM), sums_of_nothing(telling.period.strategy.thresholds)
    aims = Aim.objects.filter(strategy=telling.period.strategy_id).standing(telling.round.as_at).order_by("order")
    for aim in aims:
        row = AimLine(
            number=aim.number,
            title=aim.title,
            statement=aim.statement,
            sums=sums.get(aim.number, nothing),
        )
        yield keyed(LineKind.AIM, row)


def objective_lines(telling: Telling) -> Iterator[Line]:
    """Every objective in force on the last day."""
    sums, nothing = sums_by_key(telling, Scope.OBJECTIVE), sums_of_nothing(telling.period.strategy.thresholds)
    rows = Objective.objects.filter(strategy=telling.period.strategy_id).standing(telling.round.as_at)
    told = rows.order_by("order").values_list("pk", "number", "aim__number", "statement")
    for pk, number, aim, statement in told.iterator(chunk_size=CHUNK):
        row = ObjectiveLine(
            number=number,
            aim=aim,
            statement=telling.words.statement(pk, statement),
            sums=sums.get(number, nothing),
        )
        yield keyed(LineKind.OBJECTIVE, row)
