"""The one way to write history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

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


class Told(Subject, total=False):
    """What an event tells; `by` is None where the system acts, values that changed stand by field name."""

    now: Required[datetime]
    by: Required[User | None]
    audience: Required[Audience]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def record(kind: EventKind, **told: Unpack[Told]) -> Event:
    """Write one event in the caller's transaction."""
    event = event_of(kind, **told)
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
        via=by.acts_through if by else None,
        audience=audience,
        before=dict(before or {}),
        after=dict(after or {}),
        **subject,
    )
