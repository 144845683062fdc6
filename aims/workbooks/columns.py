"""The columns of the sheet: what each asks, how wide it is, and how an update's answers stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from aims.choices import Cause, Mark, Rag
from aims.forms.updates import WORDS, initial_of, standings_of
from aims.models import KeyActivity
from aims.models.progress import SCHEDULE_12A_PARAGRAPHS
from aims.rules import UpdateValues
from aims.services.workbooks import DRAFT, SEND

Answer = str | date


class Kind(StrEnum):
    """What a column's cells take."""

    SHOWN = "shown"  # for reading alone
    KEY = "key"  # hidden: which update the row was made from
    CHOICE = "choice"
    DAY = "day"
    WORDS = "words"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `field` is the name of the answer in `UpdateValues` where there is one of that name."""

    field: str
    heading: str
    kind: Kind
    width: int = 30
    help: str = ""
    most: int = 4000


STEPS = {SEND: "Send for approval", DRAFT: "Save as draft"}
DAY_HELP = "A date, such as 31/01/2027."
BEHIND = "Only where it is at risk or off track."
DECIDED = "Only where it is deferred or cancelled."

COLUMNS = (
    Column("number", "Activity", Kind.SHOWN, 10),
    Column("description", "What it is", Kind.SHOWN, 36),
    Column("last", "Last time", Kind.SHOWN, 44),
    Column("standing", "How is delivery now?", Kind.CHOICE, 22, "Choose from the list."),
    Column("suggestion", "The dates suggest", Kind.SHOWN, 36),
    Column("forecast", "Forecast", Kind.CHOICE, 16, "Empty: as now."),
    Column("narrative", "What has happened", Kind.WORDS, 60, "A sentence is enough. The Board reads this."),
    Column("cause", "Main cause", Kind.CHOICE, 26, BEHIND),
    Column("cause_detail", "What the other cause is", Kind.WORDS, 26, "Only where the main cause is “Other”.", 200),
    Column("return_to_green", "Back on track by", Kind.DAY, 18, f"{BEHIND} {DAY_HELP}"),
    Column("impact", "What it means for delivery", Kind.WORDS, 40, BEHIND),
    Column("action", "What is being done", Kind.WORDS, 40, BEHIND),
    Column("action_owner", "By whom", Kind.WORDS, 24, f"A post or a team. {BEHIND}", 160),
    Column("action_by", "By when", Kind.DAY, 18, f"{BEHIND} {DAY_HELP}"),
    Column(
        "override_reason",
        "Why your rating is better than suggested",
        Kind.WORDS,
        40,
        "Prints wherever the rating shows.",
    ),
    Column(
        "evidence",
        "Evidence",
        Kind.WORDS,
        40,
        "A sentence or a link: for complete, and for a rating better than suggested.",
    ),
    Column("decision_by", "Who decided", Kind.WORDS, 24, f"For example, WMCA Board. {DECIDED}", 160),
    Column("decision_on", "Date of the decision", Kind.DAY, 18, f"{DECIDED} {DAY_HELP}"),
    Column(
        "decision_reference", "Reference of the decision", Kind.WORDS, 24, f"Such as a minute number. {DECIDED}", 80
    ),
    Column("deferred_until", "Deferred until", Kind.DAY, 18, f"Only where it is deferred. {DAY_HELP}"),
    Column("start_reason", "Why it has not started", Kind.WORDS, 40, "Only if its planned start has passed."),
    Column("ask", "What you ask of the Board", Kind.WORDS, 40, "Only where the Board must decide something."),
    Column(
        "forecast_end",
        "When you now expect it to end",
        Kind.DAY,
        18,
        f"Only if it differs from the agreed end. {DAY_HELP}",
    ),
    Column("as_at", "The day that this update speaks of", Kind.DAY, 18, DAY_HELP),
    Column(
        "exempt_narrative",
        "Exempt text",
        Kind.WORDS,
        40,
        "Left out of everything public. Name its paragraph beside it.",
    ),
    Column("exempt_paragraph", "Paragraph of Schedule 12A", Kind.CHOICE, 20, "Only with exempt text."),
    Column(
        "step",
        "Send or save",
        Kind.STEP,
        20,
        "Empty: what you changed is sent for approval, what you did not is left alone.",
    ),
    Column("version", "Version", Kind.KEY),
    Column("basis", "Made from", Kind.KEY),
    Column("shown_as_at", "Day shown", Kind.KEY),
    Column("shown", "As it was", Kind.KEY),
    Column("round", "Round", Kind.KEY),
)
BY_FIELD = {column.field: column for column in COLUMNS}
ANSWERS = tuple(column for column in COLUMNS if column.kind in (Kind.CHOICE, Kind.DAY, Kind.WORDS))

STANDINGS = {mark.value: WORDS.get(mark, mark.label) for mark in Mark if mark != Mark.NO_UPDATE}
PARAGRAPHS = {str(number): label for number, label in SCHEDULE_12A_PARAGRAPHS}
LISTS: dict[str, dict[str, str]] = {
    "standing": STANDINGS,
    "forecast": dict(Rag.choices),
    "cause": dict(Cause.choices),
    "exempt_paragraph": PARAGRAPHS,
    "step": STEPS,
}


def choices_for(field: str, activity: KeyActivity) -> dict[str, str]:
    """The answers that a cell of the activity's row offers, by value."""
    if field == "standing":
        return {mark.value: STANDINGS[mark.value] for mark in standings_of(activity)}
    return LISTS[field]


def told(values: UpdateValues, activity: KeyActivity) -> dict[str, Answer]:
    """What the answer columns hold for an update that says these values, choices by value; "" where it says nothing.

    As on the card, a standing that the activity no longer allows is not shown.
    """
    given = {**asdict(values), **initial_of(values, 0)}
    if given["standing"] not in choices_for("standing", activity):
        given["standing"] = ""
    return {column.field: _plain(given[column.field]) for column in ANSWERS}


def fingerprint(answers: Mapping[str, Answer]) -> str:
    """What tells these answers from others, short enough for a hidden cell."""
    ordered = "\0".join(str(answers[column.field]) for column in ANSWERS)
    return sha256(ordered.encode()).hexdigest()[:20]


def _plain(value: object) -> Answer:
    if value is None:
        return ""
    return value if isinstance(value, date) else plain(str(value))


def plain(text: str) -> str:
    """Words as they are compared: one kind of line end, nothing blank around them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
