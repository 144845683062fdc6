"""Money in the history that everybody reads: the same events, which name the stream."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from aims.choices import Audience, EventKind
from aims.models import Event, KeyActivity, Objective
from aims.services.events import record
from funding.models import FundingStream


def reference_of(stream: FundingStream) -> str:
    """How an event names a stream."""
    return f"funding-streams/{stream.code}"


def record_money(
    kind: EventKind,
    stream: FundingStream,
    *,
    by: User,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **target: KeyActivity | Objective,
) -> Event:
    """Write one event about a stream in the caller's transaction; sums in `before` and `after` are strings of pounds.

    `target` may name the `activity` or the `objective` that the money is for.
    """
    subject: dict[str, Any] = {"reference": reference_of(stream), **target}
    return record(kind, now=now, by=by, audience=Audience.STAFF, before=before, after=after, **subject)
