"""What changed for a later review, undone: the value that a field held in the period that is summed up.

The rows of the strategy hold what the review under way tells. A closed period is rebuilt with what it told, and an
earlier day with what was agreed by then: of the changes that begin with a later review, or were applied since, the
earliest knows what it replaced. Nearly always there is none.
"""

from __future__ import annotations

from typing import Literal

STATEMENT = """
        SELECT DISTINCT ON (c.activity_id) c.activity_id, c.before -> '{field}' AS value
        FROM aims_strategychange c JOIN aims_reviewperiod r ON r.id = c.effective_id
        WHERE c.kind = 'changed' AND c.activity_id IS NOT NULL AND c.applied_at IS NOT NULL
          AND r.strategy_id = %(strategy)s AND (r.starts > %(ends)s OR c.applied_at > %(agreed)s)
          AND c.before -> '{field}' IS NOT NULL
        ORDER BY c.activity_id, r.starts, c.id
"""


def undone(field: Literal["role", "owner", "places"]) -> str:
    """The SQL of `activity_id, value` (JSON), one row an activity whose field was another.

    It takes strategy, ends, agreed.
    """
    return STATEMENT.format(field=field)
