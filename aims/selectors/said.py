"""What an update says, in the words that pages print."""

from __future__ import annotations

from datetime import date

from aims.choices import Mark, State
from aims.models import ProgressUpdate


def mark_of(update: ProgressUpdate) -> Mark:
    """The mark of what an update says."""
    if update.state == State.IN_PROGRESS:
        return Mark(update.rag) if update.rag else Mark.UNRATED
    return Mark(update.state) if update.state else Mark.NO_UPDATE


def said(update: ProgressUpdate) -> list[tuple[str, str]]:
    """What an update says beside its rating and narrative, in the order of the card; exempt text is left out."""
    answers = [
        ("Forecast", update.get_forecast_rag_display() if update.forecast_rag else ""),
        ("Cause", " – ".join(filter(None, [update.get_cause_display() if update.cause else "", update.cause_detail]))),
        ("Impact", update.impact),
        ("Action", ", ".join(filter(None, [update.action, update.action_owner, _day("by", update.action_by)]))),
        ("Back on track", _day("by", update.return_to_green)),
        ("Ask of the Board", update.ask),
        ("Evidence", update.evidence),
        ("Decision", ", ".join(filter(None, [update.decision_by, _day("on", update.decision_on)]))),
        ("Reference", update.decision_reference),
        ("Deferred", _day("until", update.deferred_until)),
        ("Not started because", update.start_reason),
        ("Expected end", _day("", update.forecast_end)),
    ]
    return [(label, answer) for label, answer in answers if answer]


def _day(word: str, day: date | None) -> str:
    return f"{word} {day:%-d %B %Y}".strip() if day else ""
