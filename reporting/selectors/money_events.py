"""What happened to a stream, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from accounts.querysets import Asker
from aims.models import Event
from funding.models import FundingStream
from funding.services.events import reference_of
from reporting.selectors.history import ENTRIES_SHOWN, Entry
from reporting.selectors.money_words import done, of_stream


def stream_history(stream: FundingStream, user: Asker, on: date) -> Sequence[Entry]:
    """The latest events of a stream that the person may read, newest first; one query."""
    rows = Event.objects.visible_to(user, on).filter(reference=reference_of(stream))
    events = rows.select_related("by", "via__organisation", "activity", "objective").order_by("-at", "-id")[
        :ENTRIES_SHOWN
    ]
    return [_entry(event) for event in events]


def _entry(event: Event) -> Entry:
    return Entry(
        who=event.who,
        what=done(event),
        when=event.at,
        detail=of_stream(event),
        status="",
        status_label="",
    )
