"""Where each activity stands in a period, computed and kept in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from aims.models import ReviewPeriod
from reporting.summaries.rounds import Round
from reporting.summaries.undone import undone

NAMED = 100

# Equal to `aims.rules` (is_due, mark_for, days_overdue) and `reporting.rules.direction`, which a test compares.
# OFFSET 0 keeps the planner from writing one step's CASE into the next, which would evaluate it many times over.
# What was recorded after a period closed never moves it: date changes and milestones count as they were known then.
FOUND = """
other_role AS MATERIALIZED (
    {other_role}
), changed_since AS MATERIALIZED (
    SELECT activity_id, bool_or(kind = 'added') AS joined, bool_or(kind = 'retired') AS retired
    FROM aims_strategychange
    WHERE applied_at > %(agreed)s AND activity_id IS NOT NULL
    GROUP BY activity_id
), standing AS (
    SELECT a.id, coalesce(u.value #>> '{{}}', a.role) AS role
    FROM aims_keyactivity a
    LEFT JOIN other_role u ON u.activity_id = a.id
    LEFT JOIN changed_since n ON n.activity_id = a.id
    WHERE a.strategy_id = %(strategy)s AND n.joined IS NOT TRUE
      AND (added_on IS NULL OR added_on <= %(as_at)s)
      AND (retired_on IS NULL OR retired_on > %(as_at)s OR n.retired)
      AND (%(whole)s OR id = ANY(%(activities)s::bigint[]))
), counting AS (
    SELECT DISTINCT ON (activity_id) activity_id, id, state, rag, forecast_rag, role
    FROM aims_progressupdate
    WHERE stage = 'approved' {approved_by_then} AND period_id = %(period)s
      AND (%(whole)s OR activity_id = ANY(%(activities)s::bigint[]))
    ORDER BY activity_id, as_at DESC, submitted_at DESC, id DESC
), before AS (
    SELECT DISTINCT ON (activity_id) activity_id, state, rag, forecast_rag, deferred_until
    FROM aims_progressupdate
    WHERE stage = 'approved' {approved_by_then} AND period_id = ANY(%(earlier)s::bigint[])
      AND (%(whole)s OR activity_id = ANY(%(activities)s::bigint[]))
    ORDER BY activity_id, as_at DESC, submitted_at DESC, id DESC
), revision AS (
    SELECT DISTINCT ON (milestone_id) milestone_id, proposed_date
    FROM aims_datechangerequest
    WHERE decision = 'agreed' AND milestone_id IS NOT NULL AND decided_at <= %(known)s
      AND (%(whole)s OR activity_id = ANY(%(activities)s::bigint[]))
    ORDER BY milestone_id, decided_at DESC, id DESC
), late_news AS (
    SELECT milestone_id, bool_or(kind = 'milestone.added') AS added,
        bool_or(kind = 'milestone.completed') AS completed, bool_or(kind = 'baseline.set') AS dated
    FROM aims_event
    WHERE %(looks_back)s AND at > %(known)s AND kind IN ('milestone.added', 'milestone.completed', 'baseline.set')
      AND milestone_id IS NOT NULL AND (%(whole)s OR activity_id = ANY(%(activities)s::bigint[]))
    GROUP BY milestone_id
), overdue AS (
    SELECT m.activity_id, count(*)::integer AS milestones
    FROM aims_milestone m
    LEFT JOIN revision r ON r.milestone_id = m.id
    LEFT JOIN late_news n ON n.milestone_id = m.id
    WHERE (m.retired_on IS NULL OR m.retired_on > %(as_at)s)
      AND coalesce(r.proposed_date, CASE WHEN n.dated THEN NULL ELSE m.baseline_date END) < %(as_at)s
      AND (m.completed_on IS NULL OR m.completed_on > %(as_at)s OR n.completed)
      AND n.added IS NOT TRUE
      AND (%(whole)s OR m.activity_id = ANY(%(activities)s::bigint[]))
    GROUP BY m.activity_id
), rebaselined AS (
    SELECT activity_id, max((decided_at AT TIME ZONE 'Europe/London')::date) AS last_on
    FROM aims_datechangerequest
    WHERE decision = 'agreed' AND decided_at <= %(known)s
      AND (decided_at AT TIME ZONE 'Europe/London')::date <= %(ends)s
      AND (%(whole)s OR activity_id = ANY(%(activities)s::bigint[]))
    GROUP BY activity_id
), known AS (
    SELECT a.id AS activity_id, c.id AS update_id, coalesce(c.role, a.role) AS role,
        CASE WHEN c.id IS NULL THEN b.state ELSE c.state END AS state,
        CASE WHEN c.id IS NULL THEN b.rag ELSE c.rag END AS rag,
        CASE WHEN c.id IS NULL THEN b.forecast_rag ELSE c.forecast_rag END AS forecast_rag,
        CASE WHEN b.state IN ('complete', 'cancelled') THEN false
             WHEN b.state = 'deferred' THEN coalesce(b.deferred_until <= %(as_at)s, false)
             ELSE true END AS is_due,
        coalesce(o.milestones, 0) AS overdue_milestones,
        p.mark AS previous_mark,
        CASE %(year_ago_is)s WHEN 'previous' THEN p.mark WHEN 'before it' THEN p.previous_mark END AS long_mark,
        coalesce(r.last_on > %(previous_ends)s, false) AS moved_since_previous,
        coalesce(r.last_on > %(year_ago_ends)s, false) AS moved_since_year_ago
    FROM standing a
    LEFT JOIN counting c ON c.activity_id = a.id
    LEFT JOIN before b ON b.activity_id = a.id
    LEFT JOIN overdue o ON o.activity_id = a.id
    LEFT JOIN rebaselined r ON r.activity_id = a.id
    LEFT JOIN reporting_position p ON p.activity_id = a.id AND p.period_id = %(previous)s
    OFFSET 0
), marked AS (
    SELECT *, CASE
        WHEN state IS NULL OR (is_due AND update_id IS NULL) THEN 'no_update'
        WHEN state <> 'in_progress' THEN state
        WHEN rag IS NOT NULL AND role IN ('deliver', 'enable') THEN rag
        ELSE 'unrated' END AS mark
    FROM known OFFSET 0
), ranked AS (
    SELECT *,
        CASE mark WHEN 'red' THEN 1 WHEN 'amber' THEN 2 WHEN 'green' THEN 3 WHEN 'complete' THEN 4 END AS rank,
        CASE WHEN moved_since_previous THEN NULL
             WHEN previous_mark = 'red' THEN 1 WHEN previous_mark = 'amber' THEN 2
             WHEN previous_mark = 'green' THEN 3 WHEN previous_mark = 'complete' THEN 4 END AS previous_rank,
        CASE WHEN moved_since_year_ago THEN NULL
             WHEN long_mark = 'red' THEN 1 WHEN long_mark = 'amber' THEN 2
             WHEN long_mark = 'green' THEN 3 WHEN long_mark = 'complete' THEN 4 END AS long_rank
    FROM marked OFFSET 0
), found AS (
    SELECT activity_id, update_id, is_due, role, state, rag, forecast_rag, mark, previous_mark,
        CASE WHEN rank > previous_rank THEN 'better' WHEN rank < previous_rank THEN 'worse'
             WHEN rank = previous_rank THEN 'same' ELSE 'not_comparable' END AS direction,
        CASE WHEN rank > long_rank THEN 'better' WHEN rank < long_rank THEN 'worse'
             WHEN rank = long_rank THEN 'same' ELSE 'not_comparable' END AS long_direction,
        overdue_milestones
    FROM ranked
)"""
WRITTEN = """, kept AS (
    SELECT * FROM reporting_position
    WHERE period_id = %(period)s AND (%(whole)s OR activity_id = ANY(%(activities)s::bigint[]))
), differing AS MATERIALIZED (
    SELECT f.*, k.id AS kept_id
    FROM found f FULL JOIN kept k ON k.activity_id = f.activity_id
    WHERE k.id IS NULL OR f.activity_id IS NULL OR
        (k.update_id, k.is_due, k.role, k.state, k.rag, k.forecast_rag, k.mark, k.previous_mark, k.direction,
         k.long_direction, k.overdue_milestones)
        IS DISTINCT FROM
        (f.update_id, f.is_due, f.role, f.state, f.rag, f.forecast_rag, f.mark, f.previous_mark, f.direction,
         f.long_direction, f.overdue_milestones)
), written AS (
    INSERT INTO reporting_position (period_id, activity_id, update_id, is_due, role, state, rag, forecast_rag,
        mark, previous_mark, direction, long_direction, overdue_milestones)
    SELECT %(period)s, activity_id, update_id, is_due, role, state, rag, forecast_rag, mark, previous_mark, direction,
        long_direction, overdue_milestones
    FROM differing WHERE activity_id IS NOT NULL
    ON CONFLICT (period_id, activity_id) DO UPDATE SET
        update_id = EXCLUDED.update_id, is_due = EXCLUDED.is_due, role = EXCLUDED.role, state = EXCLUDED.state,
        rag = EXCLUDED.rag, forecast_rag = EXCLUDED.forecast_rag, mark = EXCLUDED.mark,
        previous_mark = EXCLUDED.previous_mark, direction = EXCLUDED.direction,
        long_direction = EXCLUDED.long_direction, overdue_milestones = EXCLUDED.overdue_milestones
    RETURNING activity_id
), gone AS (
    DELETE FROM reporting_position WHERE id IN (SELECT kept_id FROM differing WHERE activity_id IS NULL)
    RETURNING activity_id
), touched AS (
    SELECT activity_id FROM written UNION ALL SELECT activity_id FROM gone
)
SELECT (SELECT count(*) FROM touched),
    ARRAY(SELECT a.number FROM (SELECT activity_id FROM touched LIMIT %(named)s) t
          JOIN aims_keyactivity a ON a.id = t.activity_id ORDER BY a."order")
"""
COMPOSED = f"WITH {FOUND.format(other_role=undone('role'), approved_by_then='')}{WRITTEN}"

# The same, read only and as at an instant; what a closing or the present does not need costs it nothing.
THEN = FOUND.format(other_role=undone("role"), approved_by_then="AND approved_at <= %(agreed)s")


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were added, changed or removed, and the names of some of them (of activities: up to 100)."""

    rows: int
    names: tuple[str, ...]


def write_positions(round_: Round, activities: Collection[int] | None = None) -> Written:
    """Bring the positions of these activities (None: of all) up to date; only rows that differ are touched."""
    with connection.cursor() as cursor:
        cursor.execute(COMPOSED, given_for(round_, activities))
        rows, names = cursor.fetchone()
    return Written(rows, tuple(names))


def given_for(round_: Round, activities: Collection[int] | None) -> dict[str, Any]:
    """What the statements take for a round and some activities (None: all)."""
    period = round_.period
    return {
        "strategy": period.strategy_id,
        "period": period.pk,
        "ends": period.ends,
        "as_at": round_.as_at,
        "looks_back": round_.known is not None,
        "known": round_.known or "infinity",
        "agreed": round_.asked or "infinity",
        "earlier": list(round_.earlier),
        "previous": _key(round_.previous),
        "previous_ends": _ends(round_.previous),
        "year_ago_is": round_.year_ago_is,
        "year_ago_ends": _ends(round_.year_ago),
        "whole": activities is None,
        "activities": sorted(activities or ()),
        "named": NAMED,
    }


def _key(period: ReviewPeriod | None) -> int | None:
    return period.pk if period else None


def _ends(period: ReviewPeriod | None) -> date | None:
    return period.ends if period else None
