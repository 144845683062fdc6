"""What each field of a funding return means, for readers and writers of the API."""

from __future__ import annotations

from typing import Any, Final

MEANINGS: Final = {
    "id": "Its own number; a correction is another return.",
    "stream": "The funding stream, by its code.",
    "month": "The month that it tells of, by its first day.",
    "revision": "The approved return with the highest revision of its month counts.",
    "stage": "How far it has come; only an approved one counts.",
    "reported_by": "The organisation whose program sent it; null where a person did.",
    "committed": "What is committed, in pounds and pence; null where it is not known.",
    "spend_to_date": "What was spent from the start to the month's end; null: not known.",
    "budget_this_year": "The budget of the financial year; null where it is not known.",
    "forecast_outturn": "What the year is expected to cost; null where it is not known.",
    "re_profiled": "What was moved to later years; null where it is not known.",
    "rating": "How finance rates the stream; null where it does not.",
    "note": "What a reader of the figures should know.",
    "warning_reason": "Why a figure is unusual: spend that falls, or is more than what is committed or awarded.",
    "return_note": "What has to change; null unless it was given back.",
    "submitted_at": "When it was sent for approval.",
    "approved_at": "When somebody else signed it off; null until then.",
}
WORDS: dict[str, dict[str, Any]] = {name: {"help_text": meaning} for name, meaning in MEANINGS.items()}
