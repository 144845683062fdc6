"""Computing a period from scratch: the first time, on a new day, and to find what has drifted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from aims.choices import PeriodState
from aims.models import ReviewPeriod
from reporting.choices import Scope
from reporting.locks import period_lock, take_turns
from reporting.models import Summary
from reporting.summaries import round_of, write_parts, write_positions, write_summaries

logger = logging.getLogger(__name__)

UNDER_WAY = (PeriodState.OPEN, PeriodState.CLOSING)


@dataclass(frozen=True, slots=True)
class Drift:
    """How a period's rows differed from what they are made of: how many, and the names of some of them."""

    period: str
    rows: int
    names: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.rows > 0


@transaction.atomic
def rebuild(*, period: ReviewPeriod, on: date, check: bool = False) -> Drift:
    """Compute every row of a period for a day and write those that differ; `check` tells only how they differ.

    A closed period stays at its last day. A check compares with the day of the rows that stand, so that a new day
    is no drift; it writes as a rebuild does and rolls back, so that both can never disagree.
    """
    take_turns([period_lock(period.pk)])
    as_at = _day_of(period, on, check)
    with transaction.atomic():
        drift = build(period, as_at)
        if check:
            transaction.set_rollback(True)
    return drift


def _day_of(period: ReviewPeriod, on: date, check: bool) -> date:
    recorded = recorded_day(period) if check else None
    if recorded:
        return recorded
    closed = period.state == PeriodState.CLOSED
    return period.ends if closed else period.position_as_at(on)


def recorded_day(period: ReviewPeriod) -> date | None:
    """The day that the period's rows speak of; None while it has none."""
    rows = Summary.objects.filter(period=period, scope=Scope.STRATEGY)
    return rows.values_list("as_at", flat=True).first()


def build(period: ReviewPeriod, as_at: date) -> Drift:
    """Write what differs, in the caller's transaction, which holds the period's lock."""
    round_ = round_of(period, as_at)
    with local_settings(work_mem="64MB"):
        # Every input of a position lies in an index in the order of activities: merging costs less than hashing.
        with local_settings(enable_hashjoin="off"):
            positions = write_positions(round_)
        parts = write_parts(round_)
        summaries = write_summaries(round_)
    names = (
        *(f"position {name}" for name in positions.names),
        *(f"part {part.scope} {part.key} of {part.objective}" for part in parts[:100]),
        *(f"summary {name}" for name in summaries.names),
    )
    return Drift(period.slug, positions.rows + len(parts) + summaries.rows, names)


@contextmanager
def local_settings(**values: str) -> Iterator[None]:
    """Settings of PostgreSQL for these statements of a transaction alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [list(values)])
        before = dict(cursor.fetchall())
    _set_locally(values)
    yield
    _set_locally(before)


def _set_locally(values: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS given (name, value)",
            [list(values), list(values.values())],
        )


def rebuild_all(*, on: date, check: bool = False) -> list[Drift]:
    """Rebuild, or check, every period that was ever opened, the oldest first: later ones compare with it."""
    return [rebuild(period=period, on=on, check=check) for period in _opened()]


def _opened() -> Iterator[ReviewPeriod]:
    periods = ReviewPeriod.objects.exclude(state=PeriodState.SCHEDULED)
    yield from periods.select_related("strategy").order_by("strategy_id", "starts")


def check_drift(*, now: datetime) -> int:
    """Recompute everything: report what drifted, repair the rounds under way; returns the number of rows that drifted.

    Closed periods are only reported: their figures were published.
    """
    on = timezone.localdate(now)
    drifts = [(period, rebuild(period=period, on=on, check=True)) for period in _opened()]
    for period, drift in drifts:
        for name in drift.names:
            logger.error("drift in %s: %s", drift.period, name)
        if drift.rows > len(drift.names):
            logger.error("drift in %s: %s rows in all", drift.period, drift.rows)
        if period.state in UNDER_WAY:
            rebuild(period=period, on=on)
    return sum(drift.rows for _, drift in drifts)
