"""What each objective adds to its scopes: the positions of its activities, counted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import connection

from reporting.choices import Scope
from reporting.locks import ScopeKey
from reporting.summaries.rounds import Round
from reporting.summaries.undone import undone

# Each count as a condition on a position `p`; equal to `reporting.rules.tally`, which a test compares.
CONDITIONS = {
    "activities": "true",
    "due": "p.is_due",
    "updated": "p.is_due AND p.update_id IS NOT NULL",
    "not_started": "p.state = 'not_started'",
    "in_progress": "p.state = 'in_progress'",
    "complete": "p.state = 'complete'",
    "deferred": "p.state = 'deferred'",
    "cancelled": "p.state = 'cancelled'",
    "never_reported": "p.state IS NULL",
    "green": "p.mark = 'green'",
    "amber": "p.mark = 'amber'",
    "red": "p.mark = 'red'",
    "unrated": "p.mark = 'unrated'",
    "no_update": "p.is_due AND p.update_id IS NULL",
    "no_update_rated": "p.update_id IS NULL AND p.state = 'in_progress' AND p.role <> 'influence'",
    "complete_rated": "p.state = 'complete' AND p.role <> 'influence'",
    "forecast_green": "p.mark IN ('green', 'amber', 'red') AND p.forecast_rag = 'green'",
    "forecast_amber": "p.mark IN ('green', 'amber', 'red') AND p.forecast_rag = 'amber'",
    "forecast_red": "p.mark IN ('green', 'amber', 'red') AND p.forecast_rag = 'red'",
    "improved": "p.direction = 'better'",
    "unchanged": "p.direction = 'same'",
    "worsened": "p.direction = 'worse'",
    "newly_complete": "p.is_due AND p.mark = 'complete'",
}
COUNTS = (*CONDITIONS, "overdue_milestones")

# Each sum of money as a condition on the position that it stands behind.
MONEY_BEHIND = {
    "allocated": "true",
    "behind_red": "p.mark = 'red'",
    "behind_amber": "p.mark = 'amber'",
    "rating_not_known": "p.mark = 'no_update'",
}
MONEY = (*MONEY_BEHIND, "not_traced")
SUMS = (*COUNTS, *MONEY)
COLUMNS = (*SUMS, "worst_rank")

# The order of `reporting.rules.worst_member` as one number, the worst the smallest: red, amber, no update, the most
# overdue milestones, then the activity's number (three integers of 10, 10 and 14 bits).
WORST_RANK = """
    ((p.mark <> 'red')::integer::bigint << 56) | ((p.mark <> 'amber')::integer::bigint << 55)
    | ((NOT p.is_due OR p.update_id IS NOT NULL)::integer::bigint << 54)
    | ((1048575 - least(p.overdue_milestones, 1048575))::bigint << 34)
    | (p."order"[1]::bigint << 24) | (p."order"[2]::bigint << 14) | p."order"[3]
"""
TROUBLED = "p.mark IN ('red', 'amber') OR (p.is_due AND p.update_id IS NULL) OR p.overdue_milestones > 0"

FOUND = """
other_owner AS MATERIALIZED (
    SELECT u.activity_id, w.organisation_id FROM ({other_owner}) u JOIN accounts_owner w ON w.slug = u.value #>> '{{}}'
), other_places AS MATERIALIZED (
    {other_places}
), in_force AS MATERIALIZED (
    SELECT l.activity_id, l.objective_id, l.amount, s.code AS stream
    FROM funding_allocation l JOIN funding_fundingstream s ON s.id = l.stream_id
    WHERE s.strategy_id = %(strategy)s
      AND l.allocated_at <= %(known)s AND (l.ended_at IS NULL OR l.ended_at > %(known)s)
), paid AS (
    SELECT activity_id, sum(amount) AS money FROM in_force WHERE activity_id IS NOT NULL GROUP BY activity_id
), base AS MATERIALIZED (
    SELECT p.*, a.objective_id, coalesce(u.organisation_id, w.organisation_id) AS organisation_id, a."order",
        coalesce(m.money, 0) AS money
    FROM {positions} p
    JOIN aims_keyactivity a ON a.id = p.activity_id
    JOIN accounts_owner w ON w.id = a.owner_id
    LEFT JOIN other_owner u ON u.activity_id = p.activity_id
    LEFT JOIN paid m ON m.activity_id = p.activity_id
    WHERE %(whole)s OR a.objective_id = ANY(%(objectives)s::bigint[])
), placed AS (
    SELECT b.*, l.slug AS place
    FROM base b
    JOIN aims_keyactivity_places x ON x.keyactivity_id = b.activity_id
    JOIN aims_place l ON l.id = x.place_id
    WHERE NOT EXISTS (SELECT 1 FROM other_places u WHERE u.activity_id = b.activity_id)
    UNION ALL
    SELECT b.*, l.place
    FROM base b
    JOIN other_places u ON u.activity_id = b.activity_id
    CROSS JOIN LATERAL jsonb_array_elements_text(u.value) AS l (place)
), untraced AS (
    SELECT objective_id, stream, sum(amount) AS money FROM in_force
    WHERE objective_id IS NOT NULL AND (%(whole)s OR objective_id = ANY(%(objectives)s::bigint[]))
    GROUP BY objective_id, stream
), member AS (
    SELECT objective_id, organisation_id, role, {counted} FROM base p GROUP BY objective_id, organisation_id, role
), scoped AS (
    SELECT m.objective_id, 'objective' AS scope, o.number AS key, {columns}
    FROM member m JOIN aims_objective o ON o.id = m.objective_id
    UNION ALL
    SELECT m.objective_id, 'organisation', b.slug, {columns}
    FROM member m JOIN accounts_organisation b ON b.id = m.organisation_id
    UNION ALL
    SELECT m.objective_id, 'role', m.role, {columns} FROM member m
    UNION ALL
    SELECT p.objective_id, 'stream', l.stream, {counted_of_stream}
    FROM base p JOIN in_force l ON l.activity_id = p.activity_id
    GROUP BY p.objective_id, l.stream
    UNION ALL
    SELECT u.objective_id, 'objective', o.number, {only_untraced}
    FROM untraced u JOIN aims_objective o ON o.id = u.objective_id
    GROUP BY u.objective_id, o.number
    UNION ALL
    SELECT u.objective_id, 'stream', u.stream, {only_untraced} FROM untraced u GROUP BY u.objective_id, u.stream
), part AS (
    SELECT objective_id, scope, key, {added} FROM scoped GROUP BY objective_id, scope, key
    UNION ALL
    SELECT p.objective_id, 'place', p.place, {counted} FROM placed p GROUP BY p.objective_id, p.place
)"""
WRITTEN = """, kept AS (
    SELECT * FROM reporting_part
    WHERE period_id = %(period)s AND (%(whole)s OR objective_id = ANY(%(objectives)s::bigint[]))
), differing AS MATERIALIZED (
    SELECT f.*, k.id AS kept_id
    FROM part f FULL JOIN kept k
      ON k.objective_id = f.objective_id AND k.scope = f.scope AND k.key = f.key
    WHERE k.id IS NULL OR f.scope IS NULL OR ({kept_columns}) IS DISTINCT FROM ({found_columns})
), written AS (
    INSERT INTO reporting_part (period_id, objective_id, scope, key, {columns})
    SELECT %(period)s, objective_id, scope, key, {columns} FROM differing WHERE scope IS NOT NULL
    ON CONFLICT (period_id, scope, key, objective_id) DO UPDATE SET {assignments}
    RETURNING objective_id, scope, key
), gone AS (
    DELETE FROM reporting_part WHERE id IN (SELECT kept_id FROM differing WHERE scope IS NULL)
    RETURNING objective_id, scope, key
), touched AS (
    SELECT objective_id, scope, key FROM written UNION ALL SELECT objective_id, scope, key FROM gone
)
SELECT t.scope, t.key, o.number, m.number
FROM touched t JOIN aims_objective o ON o.id = t.objective_id JOIN aims_aim m ON m.id = o.aim_id
"""


class TouchedPart(NamedTuple):
    """A part that changed: its scope, and the numbers of its objective and aim."""

    scope: str
    key: str
    objective: str
    aim: str


def found_in(positions: str) -> str:
    """The statement up to `part`, over an SQL relation of positions; nothing in it comes from outside."""
    untraced = {**dict.fromkeys(COUNTS, "0"), **dict.fromkeys(MONEY, "0::numeric"), "not_traced": "sum(u.money)"}
    return FOUND.format(
        positions=positions,
        counted=_counted("p.money"),
        counted_of_stream=_counted("l.amount"),
        only_untraced=", ".join([*(f"{value} AS {name}" for name, value in untraced.items()), "NULL::bigint"]),
        added=added(""),
        columns=", ".join(COLUMNS),
        other_owner=undone("owner"),
        other_places=undone("places"),
    )


def added(prefix: str) -> str:
    """Every column of a group of parts added up, their names after a prefix; the rank is the worst."""
    return ", ".join(
        [
            *(f"sum({name})::integer AS {prefix}{name}" for name in COUNTS),
            *(f"sum({name}) AS {prefix}{name}" for name in MONEY),
            f"min(worst_rank) AS {prefix}worst_rank",
        ]
    )


def _written() -> str:
    """What keeps the parts that were found, with its lists of columns."""
    return WRITTEN.format(
        columns=", ".join(COLUMNS),
        kept_columns=", ".join(f"k.{name}" for name in COLUMNS),
        found_columns=", ".join(f"f.{name}" for name in COLUMNS),
        assignments=", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS),
    )


def _counted(money: str) -> str:
    """Every column of a group of positions, whose money is the expression's."""
    return ", ".join(
        [
            *(f"(count(*) FILTER (WHERE {condition}))::integer AS {name}" for name, condition in CONDITIONS.items()),
            "sum(p.overdue_milestones)::integer AS overdue_milestones",
            *(
                f"coalesce(sum({money}) FILTER (WHERE {condition}), 0) AS {name}"
                for name, condition in MONEY_BEHIND.items()
            ),
            "0::numeric AS not_traced",
            f"min({WORST_RANK}) FILTER (WHERE {TROUBLED}) AS worst_rank",
        ]
    )


KEPT = "(SELECT * FROM reporting_position WHERE period_id = %(period)s)"
COMPOSED = f"WITH {found_in(KEPT)}{_written()}"


def number_in(worst_rank: int) -> str:
    """The number of the activity that made this rank."""
    return f"{worst_rank >> 24 & 0x3FF}.{worst_rank >> 14 & 0x3FF}.{worst_rank & 0x3FFF}"


def write_parts(round_: Round, objectives: Collection[int] | None = None) -> list[TouchedPart]:
    """Bring the parts of these objectives (None: of all) up to date; returns those that changed."""
    with connection.cursor() as cursor:
        cursor.execute(COMPOSED, given_for(round_, objectives))
        return [TouchedPart(*row) for row in cursor.fetchall()]


def given_for(round_: Round, objectives: Collection[int] | None) -> dict[str, Any]:
    """What the statements take for a round and some objectives (None: all)."""
    return {
        "strategy": round_.period.strategy_id,
        "period": round_.period.pk,
        "ends": round_.period.ends,
        "whole": objectives is None,
        "objectives": sorted(objectives or ()),
        "known": round_.known or "infinity",
        "agreed": round_.asked or "infinity",
    }


def scopes_of(parts: Collection[TouchedPart]) -> set[ScopeKey]:
    """The scopes that these parts are summed into; an objective's part also goes into its aim and the strategy."""
    scopes = {(Scope(part.scope), part.key) for part in parts}
    scopes |= {(Scope.AIM, part.aim) for part in parts if part.scope == Scope.OBJECTIVE}
    return scopes | ({(Scope.STRATEGY, "")} if parts else set())
