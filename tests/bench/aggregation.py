"""How long it takes to sum a million updates, and to sum one more."""

from __future__ import annotations

import statistics

from django.db import connection

from aims.choices import Audience, EventKind
from aims.models import Event, KeyActivity, ProgressUpdate, ReviewPeriod
from reporting.services import process_events, rebuild
from tests.bench.figures import Figure, Findings, in_turns, median_seconds, seconds, tell
from tests.bench.million import ACTIVITIES, NOW, ON, make_million

LIMIT_TO_PLAIN = 3.0
LIMIT_OF_ONE = 50.0
EVENTS = 30

PLAIN = """
SELECT DISTINCT ON (activity_id) activity_id, period_id, state, rag, forecast_rag, deferred_until
FROM aims_progressupdate WHERE stage = 'approved'
ORDER BY activity_id, as_at DESC, submitted_at DESC
"""
COUNTED = f"SELECT count(state), count(rag), count(deferred_until) FROM ({PLAIN}) AS latest"


def measure(findings: Findings) -> None:
    tell("making a million updates …")
    *closed, current = make_million()
    findings.add("aggregation: plain DISTINCT ON, rows read", Figure(median_seconds(read_plain), "s"))
    for period in closed:
        rebuild(period=period, on=ON)
    vacuum()
    first = seconds(lambda: rebuild(period=current, on=ON))
    vacuum()
    plain, again = in_turns(count_plain, lambda: rebuild(period=current, on=ON))
    findings.add("aggregation: plain DISTINCT ON", Figure(plain, "s"))
    findings.add("aggregation: first build of a round", Figure(first, "s", ratio=first / plain))
    findings.add("aggregation: full rebuild", Figure(again, "s", LIMIT_TO_PLAIN, again / plain))
    measure_one(findings, current)


def count_plain() -> None:
    """The query alone: its rows are counted in the database."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        assert cursor.fetchone()[0] == ACTIVITIES


def read_plain() -> None:
    """The query and its rows, as a program would have to read them to go on from there."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        assert len(cursor.fetchall()) == ACTIVITIES


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure_one(findings: Findings, period: ReviewPeriod) -> None:
    """One approval at a time, taken by the service as the worker takes it."""
    took = []
    for activity in KeyActivity.objects.order_by("pk")[:: ACTIVITIES // EVENTS]:
        approve_another(activity, period)
        took.append(1000 * seconds(lambda: process_events(now=NOW)))
    middle = statistics.median(took)
    findings.add("aggregation: one event, median", Figure(middle, "ms", LIMIT_OF_ONE, middle / LIMIT_OF_ONE))
    findings.add("aggregation: one event, slowest", Figure(max(took), "ms"))


def approve_another(activity: KeyActivity, period: ReviewPeriod) -> None:
    """A later update than the one that counts, with its event."""
    update = ProgressUpdate.objects.filter(activity=activity).latest("as_at", "submitted_at")
    update.pk, update.period = None, period
    update.rag = update.rag and {"green": "red", "amber": "green", "red": "amber"}[update.rag]
    update.submitted_at = update.approved_at = NOW
    update.as_at = period.ends
    update.save(force_insert=True)
    Event.objects.create(
        kind=EventKind.UPDATE_APPROVED, at=NOW, audience=Audience.STAFF, activity=activity, period=period, update=update
    )
