"""What an update says, in the words that pages print, and where two updates differ."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from aims.choices import Mark, State
from aims.models import ProgressUpdate
from aims.rules import is_rated
from aims.rules.differences import Pieces, differences
from aims.rules.wording import long_date


@dataclass(frozen=True, slots=True)
class Answer:
    """What an update says to one question; `text` is empty where nothing was said."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs from last time's, in pieces of which the changed ones are marked."""

    field: str
    label: str
    before: Pieces
    after: Pieces


@dataclass(frozen=True, slots=True)
class Comparison:
    """An update beside an earlier one; `same` holds the other answers, unless they are empty."""

    narrative: Change
    changes: tuple[Change, ...]
    same: tuple[Answer, ...]


def mark_of(update: ProgressUpdate) -> Mark:
    """The mark of what an update says."""
    if update.state == State.IN_PROGRESS:
        return Mark(update.rag) if update.rag else Mark.UNRATED
    return Mark(update.state) if update.state else Mark.NO_UPDATE


def answers_of(update: ProgressUpdate) -> list[Answer]:
    """What an update says beside its rating and narrative, in the order of the card.

    Exempt text is among them: only for the update's own parties.
    """
    return [Answer(field, label, read(update)) for field, label, read in QUESTIONS]


def questions_of(update: ProgressUpdate, kept: Collection[str] = ()) -> list[Answer]:
    """All that an update answers, rating and narrative first; with `kept`, those questions too, answered or not."""
    rating = "rag" if is_rated(update.role, update.state or "") else "state"
    first = [
        Answer(rating, "How is delivery now?", str(mark_of(update).label)),
        Answer("narrative", "What has happened", update.narrative),
        Answer("override_reason", "Why the rating is better than the dates suggest", update.override_reason),
    ]
    return [answer for answer in [*first, *answers_of(update)] if answer.text or answer.field in kept]


def compared(before: ProgressUpdate | None, after: ProgressUpdate) -> Comparison:
    """An update beside the last one; without one nothing is marked, since all of it is new."""
    narrative = Answer("narrative", "What has happened", after.narrative)
    if before is None:
        said = tuple(answer for answer in answers_of(after) if answer.text)
        return Comparison(_change(narrative, narrative.text), (), said)
    pairs = list(zip(answers_of(before), answers_of(after), strict=True))
    return Comparison(
        narrative=_change(narrative, before.narrative),
        changes=tuple(_change(now, then.text) for then, now in pairs if then.text != now.text),
        same=tuple(now for then, now in pairs if now.text and then.text == now.text),
    )


def _change(answer: Answer, before: str) -> Change:
    return Change(answer.field, answer.label, *differences(before, answer.text))


def _words(field: str) -> Callable[[ProgressUpdate], str]:
    return lambda update: str(getattr(update, field))


def _choice(field: str) -> Callable[[ProgressUpdate], str]:
    return lambda update: str(getattr(update, f"get_{field}_display")()) if getattr(update, field) else ""


def _day(field: str) -> Callable[[ProgressUpdate], str]:
    def read(update: ProgressUpdate) -> str:
        day: date | None = getattr(update, field)
        return long_date(day) if day else ""

    return read


# Field, label and how to read it, in the order of the card.
QUESTIONS: tuple[tuple[str, str, Callable[[ProgressUpdate], str]], ...] = (
    ("forecast_rag", "Forecast", _choice("forecast_rag")),
    ("cause", "Main cause", _choice("cause")),
    ("cause_detail", "The other cause", _words("cause_detail")),
    ("return_to_green", "Back on track by", _day("return_to_green")),
    ("impact", "What it means for delivery", _words("impact")),
    ("action", "What is being done", _words("action")),
    ("action_owner", "By whom", _words("action_owner")),
    ("action_by", "By when", _day("action_by")),
    ("ask", "Ask of the Board", _words("ask")),
    ("evidence", "Evidence", _words("evidence")),
    ("start_reason", "Why it has not started", _words("start_reason")),
    ("decision_by", "Who decided", _words("decision_by")),
    ("decision_on", "Date of the decision", _day("decision_on")),
    ("decision_reference", "Reference of the decision", _words("decision_reference")),
    ("deferred_until", "Deferred until", _day("deferred_until")),
    ("forecast_end", "Expected end", _day("forecast_end")),
    ("exempt_narrative", "Exempt text", _words("exempt_narrative")),
    ("exempt_paragraph", "Paragraph of Schedule 12A", _choice("exempt_paragraph")),
)
