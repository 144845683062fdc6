"""Positions and sums as at an instant, into the caller's memory: the statements that aggregation keeps, read only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from aims.rules import Thresholds
from reporting import rules
from reporting.choices import Direction, Headline, Scope
from reporting.lines.rows import Sums
from reporting.locks import ScopeKey
from reporting.models import Position
from reporting.summaries import parts, positions
from reporting.summaries.rounds import Round
from reporting.summaries.sums import HEADLINE_COUNTS, ruled

FIELDS = (
    "activity_id",
    "update_id",
    "is_due",
    "role",
    "state",
    "rag",
    "forecast_rag",
    "mark",
    "previous_mark",
    "direction",
    "long_direction",
    "overdue_milestones",
)
BESIDE_COUNTS = ("improved", "unchanged", "worsened", "newly_complete", *parts.MONEY)
SELECT_POSITIONS = "SELECT {fields} FROM found"
SELECT_SUMS = """, level AS (
    SELECT scope AS "to", key AS "of", p.* FROM part p
    UNION ALL
    SELECT 'aim', m.number, p.*
    FROM part p JOIN aims_objective o ON o.id = p.objective_id JOIN aims_aim m ON m.id = o.aim_id
    WHERE p.scope = 'objective'
    UNION ALL
    SELECT 'strategy', '', p.* FROM part p WHERE p.scope = 'objective'
)
SELECT "to", "of", min(worst_rank) AS rank, {added} FROM level GROUP BY "to", "of"
"""
POSITIONS = f"WITH {positions.THEN} {SELECT_POSITIONS.format(fields=', '.join(FIELDS))}"
SUMS = f"WITH {positions.THEN}, {parts.found_in('found')}{SELECT_SUMS.format(added=parts.added('sum_'))}"


@dataclass(frozen=True, slots=True)
class Within:
    """The activities and the objectives, by primary key, to which an answer is narrowed."""

    activities: Collection[int]
    objectives: Collection[int]


def positions_then(round_: Round, within: Within | None = None) -> list[Position]:
    """The positions that stood, as rows that are never saved; one query."""
    rows = _read(POSITIONS, positions.given_for(round_, _activities(within)))
    return [Position(period=round_.period, **row) for row in rows]


def sums_then(round_: Round, thresholds: Thresholds, within: Within | None = None) -> dict[ScopeKey, Sums]:
    """The sums that stood, by scope and key; three queries.

    Narrowed, only the scopes that lie within the activities and objectives named are whole.
    """
    objectives = within.objectives if within else None
    given = positions.given_for(round_, _activities(within)) | parts.given_for(round_, objectives)
    rows = _read(SUMS, given)
    worst = {(Scope(row["to"]), row["of"]): row["rank"] for row in rows}
    return {scope: _sums(row, worst[scope]) for scope, row in ruled(round_, rows, thresholds)}


def _activities(within: Within | None) -> Collection[int] | None:
    return within.activities if within else None


def _read(statement: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _sums(row: dict[str, Any], worst_rank: int | None) -> Sums:
    return Sums(
        counts=rules.Counts(**{name: row[name] for name in HEADLINE_COUNTS}),
        **{name: row[name] for name in BESIDE_COUNTS},
        headline=Headline(row["headline"]),
        headline_reason=row["headline_reason"],
        score=row["score"],
        direction=Direction(row["direction"]),
        worst=None if worst_rank is None else parts.number_in(worst_rank),
    )
