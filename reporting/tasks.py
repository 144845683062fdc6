"""Background work of aggregation; the names are known to the beat schedule and to the apps below."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reporting.services import check_drift, process_events


@shared_task(name="reporting.aggregate_events")
def aggregate_events_task() -> int:
    """Aggregate what happened since the last time; returns the number of events."""
    return process_events(now=timezone.now())


@shared_task(name="reporting.check_drift")
def check_drift_task() -> int:
    """Find late events, then compare every row with what it is made of; returns the number of rows that drifted."""
    now = timezone.now()
    process_events(now=now, everything=True)
    return check_drift(now=now)
