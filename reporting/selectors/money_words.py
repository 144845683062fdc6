"""What an event did to money, in words: the amount, the stream or what it is for, the reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from aims.choices import EventKind
from aims.models import Event
from aims.rules.wording import long_date
from funding.choices import AmountKind
from funding.rules import in_millions

ALLOCATIONS = (EventKind.ALLOCATED, EventKind.ALLOCATION_ENDED)


def done(event: Event) -> str:
    """What was done: "sent a funding return for approval, November 2026"."""
    words, month = EventKind(event.kind).label, event.after.get("month")
    return f"{words}, {date.fromisoformat(month):%B %Y}" if month else words


def of_stream(event: Event) -> str:
    """For the stream's own page: "£26.0m for 1.1.1. Minute 12."."""
    return _sentences(_moved(event), _reason(event))


def of_target(event: Event) -> str:
    """For the page of what an allocation is for: "£26.0m of stream A. Minute 12."."""
    return _sentences(f"{_amount(event)} of stream {event.reference.rpartition('/')[2]}", _reason(event))


def _sentences(*parts: str) -> str:
    said = [part.rstrip(".") for part in parts if part]
    return f"{'. '.join(said)}." if said else ""


def _moved(event: Event) -> str:
    if event.kind in ALLOCATIONS:
        target = event.activity or event.objective
        return f"{_amount(event)} for {target.number}" if target else _amount(event)
    if event.kind == EventKind.AWARD_CHANGED:
        return "; ".join(_change(event, kind) for kind in AmountKind if kind.value in event.after)
    return ""


def _amount(event: Event) -> str:
    before, after = (Decimal(values.get("amount") or 0) for values in (event.before, event.after))
    if before and after:
        return f"£{in_millions(after)}m (before: £{in_millions(before)}m)"
    return f"£{in_millions(after or before)}m"


def _change(event: Event, kind: AmountKind) -> str:
    before, after = (Decimal(values[kind.value]) for values in (event.before, event.after))
    day = long_date(date.fromisoformat(event.after["dated"]))
    return f"{kind.label} £{in_millions(after)}m (before: £{in_millions(before)}m) from {day} on"


def _reason(event: Event) -> str:
    return str(event.after.get("reason") or event.after.get("note") or "")
