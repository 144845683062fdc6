"""Which activities a place or an organisation counts in a period: with the places and the owner of that time."""

from __future__ import annotations

from typing import Any

from django.db import connection

from aims.models import ReviewPeriod
from reporting.choices import Scope
from reporting.summaries.undone import undone

OF_PLACE = """
WITH other AS MATERIALIZED ({other})
SELECT p.activity_id FROM reporting_position p LEFT JOIN other u ON u.activity_id = p.activity_id
WHERE p.period_id = %(period)s AND CASE
    WHEN u.activity_id IS NOT NULL THEN u.value @> to_jsonb(%(key)s::text)
    ELSE EXISTS (
        SELECT 1 FROM aims_keyactivity_places x JOIN aims_place l ON l.id = x.place_id
        WHERE x.keyactivity_id = p.activity_id AND l.slug = %(key)s
    ) END
"""
OF_ORGANISATION = """
WITH other AS MATERIALIZED ({other})
SELECT p.activity_id FROM reporting_position p
JOIN aims_keyactivity a ON a.id = p.activity_id
LEFT JOIN other u ON u.activity_id = p.activity_id
JOIN accounts_owner w
  ON CASE WHEN u.activity_id IS NULL THEN w.id = a.owner_id ELSE w.slug = u.value #>> '{{}}' END
JOIN accounts_organisation b ON b.id = w.organisation_id
WHERE p.period_id = %(period)s AND b.slug = %(key)s
"""


def members_of(period: ReviewPeriod, scope: Scope, key: str) -> list[int]:
    """The activities, by primary key, that `scope` (a place or an organisation) sums up; one query."""
    of_place = scope == Scope.PLACE
    statement = OF_PLACE.format(other=undone("places")) if of_place else OF_ORGANISATION.format(other=undone("owner"))
    given: dict[str, Any] = {
        "period": period.pk,
        "strategy": period.strategy_id,
        "ends": period.ends,
        "agreed": "infinity",
        "key": key,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]
