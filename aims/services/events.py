"""The one way to write history."""

from __future__ import annotations

from collections.abc import Mapping
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
    return Event.objects.create(
        kind=kind,
        at=now,
        by=by,
        audience=audience,
        before=dict(before or {}),
        after=dict(after or {}),
        **subject,
    )
