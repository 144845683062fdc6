"""A million approved updates of 100,000 activities over ten half-years, made by the database itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from aims.choices import PeriodState
from aims.models import ReviewPeriod
from aims.rules import half_years_around
from tests.factories import make_strategy, make_user

ACTIVITIES = 100_000
OBJECTIVES = 500
ROUNDS = 10
ON = date(2026, 10, 12)
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)

# Written past the triggers, which would take hours: only what they guard against is left out, the rows are as usual.
STATEMENTS = (
    """INSERT INTO accounts_organisation (slug, name, kind)
    SELECT 'body-' || n, 'Body ' || n, 'combined_authority' FROM generate_series(0, 19) n""",
    """INSERT INTO accounts_owner (slug, title, organisation_id, is_proposed)
    SELECT 'post-' || b.id || '-' || n, 'Post ' || n, b.id, false
    FROM accounts_organisation b, generate_series(1, 3) n""",
    """INSERT INTO aims_place (slug, name, authority_id)
    SELECT 'place-' || slug, name, id FROM accounts_organisation WHERE slug < 'body-16'""",
    """INSERT INTO aims_aim (strategy_id, number, title, statement)
    SELECT %(strategy)s, n::text, 'Aim ' || n, 'To reach aim ' || n FROM generate_series(1, 10) n""",
    """INSERT INTO aims_objective (strategy_id, aim_id, number, statement)
    SELECT %(strategy)s, a.id, a.number || '.' || n, 'We will do it'
    FROM aims_aim a, generate_series(1, %(objectives)s / 10) n""",
    # Three in five belong to the first organisation, as the combined authority's own do.
    """INSERT INTO aims_keyactivity (strategy_id, objective_id, number, description, role, kind, owner_id, is_proposed)
    SELECT %(strategy)s, o.id, o.number || '.' || n, 'Deliver work',
        (ARRAY['deliver', 'enable', 'influence'])[1 + n %% 3], 'time_bound',
        w.ids[CASE WHEN n %% 5 < 3 THEN 1 + n %% 3 ELSE 1 + (n * 7 + o.id) %% 60 END], false
    FROM aims_objective o, generate_series(1, %(activities)s / %(objectives)s) n,
        (SELECT array_agg(id ORDER BY id) AS ids FROM accounts_owner) w""",
    """INSERT INTO aims_keyactivity_places (keyactivity_id, place_id)
    SELECT a.id, l.id FROM aims_keyactivity a JOIN aims_place l ON (a.id + l.id) %% 7 = 0""",
    """INSERT INTO aims_milestone (activity_id, position, title, baseline_date, evidence)
    SELECT id, 1, 'Open', DATE '2026-06-01' + (id %% 300)::integer, '' FROM aims_keyactivity""",
    """INSERT INTO aims_datechangerequest (activity_id, field, milestone_id, previous_date, proposed_date, reason,
        effect, decision, requested_by_id, requested_at, decided_by_id, decided_at, decision_note)
    SELECT activity_id, 'milestone', id, baseline_date, baseline_date + 60, 'Later', '', 'agreed',
        %(author)s, '2026-05-01', %(approver)s, '2026-05-02', '' FROM aims_milestone WHERE id %% 10 = 0""",
    # One update in each round; in the open one a tenth of the activities is silent, and has told twice before.
    """INSERT INTO aims_progressupdate (activity_id, period_id, stage, version, as_at, role, kind, state, rag,
        forecast_rag, rag_scale, suggestion_reason, narrative, exempt_narrative, cause, cause_detail, impact, action,
        action_owner, action_by, return_to_green, ask, evidence, override_reason, decision_by, decision_on,
        decision_reference, start_reason, is_no_change, author_id, created_at, saved_at, submitted_at, return_note,
        return_notes, saved_from, approved_by_id, approved_at, deferred_until)
    SELECT a.id, p.id, 'approved', 1, p.ends, a.role, 'time_bound', t.state,
        CASE WHEN t.rated THEN t.rag END, CASE WHEN t.rated THEN 'green' END,
        'RAG', '', repeat('Work goes on as it was planned. ', 6), '', 'funding', '', 'Later.', 'More of it.', 'Head',
        p.ends, p.ends, '', 'Seen.', 'Explained.', 'Board', p.ends, '12', 'Late.', false, %(author)s,
        p.ends, p.ends, p.ends + (t.round || ' hours')::interval, '', '{}', '', %(approver)s,
        p.ends + interval '1 day', p.ends + 200
    FROM aims_keyactivity a
    CROSS JOIN generate_series(1, %(rounds)s) AS r (round)
    CROSS JOIN LATERAL (
        SELECT r.round, state, state = 'in_progress' AND a.role <> 'influence' AS rated,
            (ARRAY['green', 'green', 'green', 'amber', 'red'])[1 + (a.id * 3 + r.round) %% 5] AS rag
        FROM (SELECT CASE (a.id * 7 + r.round) %% 20 WHEN 0 THEN 'not_started' WHEN 1 THEN 'deferred'
            WHEN 2 THEN 'complete' ELSE 'in_progress' END AS state) s
    ) t
    JOIN (SELECT id, ends, row_number() OVER (ORDER BY starts) AS round FROM aims_reviewperiod) p
      ON p.round = CASE WHEN r.round = %(rounds)s AND a.id %% 10 = 0 THEN r.round - 1 ELSE r.round END""",
    """INSERT INTO aims_event (kind, at, by_id, audience, activity_id, period_id, update_id, reference, before, after)
    SELECT 'update.approved', approved_at, approved_by_id, 'staff', activity_id, period_id, id, '', '{}',
        '{"rag": "red"}'
    FROM aims_progressupdate""",
    """INSERT INTO reporting_eventposition (event_id, position)
    SELECT id, row_number() OVER (ORDER BY id) FROM aims_event""",
)


def make_million(
    activities: int = ACTIVITIES, objectives: int = OBJECTIVES, rounds: int = ROUNDS
) -> list[ReviewPeriod]:
    """Fill an empty database; returns the periods, the oldest first, all but the last of them closed."""
    strategy = make_strategy()
    people = {"author": make_user().pk, "approver": make_user().pk}
    periods = [make_round(strategy, half) for half in half_years_around(date(2026, 9, 30), back=rounds - 1, ahead=0)]
    sizes = {"activities": activities, "objectives": objectives, "rounds": rounds, "strategy": strategy.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in STATEMENTS:
            cursor.execute(statement, {**sizes, **people})
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    *closed, current = periods
    ReviewPeriod.objects.filter(pk__in=[period.pk for period in closed]).update(state=PeriodState.CLOSED, closed_at=NOW)
    ReviewPeriod.objects.filter(pk=current.pk).update(state=PeriodState.OPEN)
    return list(ReviewPeriod.objects.select_related("strategy").order_by("starts"))


def make_round(strategy: Any, half: Any) -> ReviewPeriod:
    return ReviewPeriod.objects.create(
        strategy=strategy,
        slug=half.slug,
        label=half.label,
        starts=half.starts,
        ends=half.ends,
        submission_opens=half.submission_opens,
        submission_closes=half.submission_closes,
    )
