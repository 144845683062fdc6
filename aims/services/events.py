"""The one way to write history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from accounts.models import Owner, User
from aims.choices import Audience, EventKind
from aims.models import (
    DateChangeRequest,
    Event,
    KeyActivity,
    Milestone,
    Objective,
    ProgressUpdate,
    ReviewPeriod,
)


class Subject(TypedDict, total=False):
    """What an event is about."""

    objective: Objective
    activity: KeyActivity
    period: ReviewPeriod
    update: ProgressUpdate
    milestone: Milestone
    date_change: DateChangeRequest
    owner: Owner
    person: User
    reference: str


def record(
    kind: EventKind,
    *,
    now: datetime,
    by: User | None,
    audience: Audience,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **subject: Unpack[Subject],
) -> Event:
    """Write one event in the caller's transaction; `by` is None where the system acts."""
    event = event_of(kind, now=now, by=by, audience=audience, before=before, after=after, **subject)
    event.save(force_insert=True)
    return event


def record_all(events: Iterable[Event]) -> None:
    """Write many events of `event_of` at once in the caller's transaction, in their order."""
    Event.objects.bulk_create(events, batch_size=500)


def event_of(
    kind: EventKind,
    *,
    now: datetime,
    by: User | None,
    audience: Audience,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **subject: Unpack[Subject],
) -> Event:
    """One event that is still to be written."""
    return Event(
        kind=kind,
        at=now,
        by=by,
        audience=audience,
        before=dict(before or {}),
        after=dict(after or {}),
        **subject,
    )
