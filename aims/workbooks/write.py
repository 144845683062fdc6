"""A person's updates as a workbook to fill in: validated cells, opened with what their cards open with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from aims.models import KeyActivity
from aims.rules import UpdateValues
from aims.rules.wording import long_date
from aims.workbooks.cells import letters
from aims.workbooks.columns import ANSWERS, COLUMNS, LISTS, Answer, Column, Kind, choices_for, fingerprint, told
from aims.workbooks.read import SHEET

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
# A spreadsheet takes what begins like this for a formula when the cell is typed in again, or saved as CSV.
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_OF_A_MESSAGE = 255
STEP_COLUMN = letters([column.field for column in COLUMNS].index("step"))

INSTRUCTIONS = (
    "How to fill in this workbook",
    f"1. Answer in the white cells of the sheet “{SHEET}”. Grey cells are for reading and cannot be changed.",
    "2. Where it is on track, “How is delivery now?” and one sentence are enough. Each cell says what it "
    "wants when you select it; most answers are asked for only at risk, off track, complete, deferred or cancelled.",
    f"3. What you changed is sent for approval. To keep a row as a draft, choose so in column {STEP_COLUMN}, “Send or "
    "save”. To send a draft in which nothing has to change, choose “Send for approval” there. Rows that you leave as "
    "they are stay as they are.",
    "4. Save the workbook as .xlsx and upload it where you downloaded it. You see what would change before it does.",
    "Rows that you do not need can be deleted. Formulas and merged cells are not taken: paste answers as values.",
    "If somebody saves one of these updates meanwhile, the upload names its row and changes nothing.",
)
EXEMPT = "This file may hold exempt text (Schedule 12A): keep it where nobody else can open it."


@dataclass(frozen=True, slots=True)
class Line:
    """One activity's row as it is written; `basis` is the last approved update's key, 0 where there is none."""

    activity: KeyActivity
    values: UpdateValues
    version: int
    basis: int
    as_at: date
    last: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """The round that a workbook is for."""

    slug: str
    label: str
    forecast_day: date
    made_at: datetime


def write_workbook(lines: Sequence[Line], occasion: Occasion) -> bytes:
    """The workbook's bytes; its words can become no formula, whoever wrote them."""
    import xlsxwriter

    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        title = f"Updates for {occasion.label}"
        workbook.set_properties({"title": title, "created": occasion.made_at.replace(tzinfo=None)})
        looks = Looks(workbook)
        _updates(workbook.add_worksheet(SHEET), looks, lines, occasion)
        _instructions(workbook.add_worksheet("Instructions"), looks, title)
    return file.getvalue()


class Looks:
    """The formats of the sheet, each also in a form whose cell stays words when it is typed in again."""

    ANSWERED = {"locked": False, "border": 1, "border_color": "#b1b4b6"}
    READ = {"bg_color": "#f3f2f1", "border": 1, "border_color": "#b1b4b6", "num_format": "@"}

    def __init__(self, workbook: Any) -> None:
        wrapped = {"text_wrap": True, "valign": "top", "align": "left"}
        kinds = {
            Kind.SHOWN: self.READ,
            Kind.KEY: self.READ,
            Kind.DAY: {**self.ANSWERED, "num_format": "d mmmm yyyy"},
            Kind.WORDS: {**self.ANSWERED, "num_format": "@"},
            Kind.CHOICE: self.ANSWERED,
            Kind.STEP: self.ANSWERED,
        }
        self.plain = {kind: workbook.add_format({**wrapped, **given}) for kind, given in kinds.items()}
        self.quoted = {
            kind: workbook.add_format({**wrapped, **given, "quote_prefix": True}) for kind, given in kinds.items()
        }
        self.heading = workbook.add_format(
            {**wrapped, "bold": True, "font_color": "#ffffff", "bg_color": "#3c1053", "border": 1}
        )
        self.title = workbook.add_format({"bold": True, "font_size": 16})
        self.prose = workbook.add_format(wrapped)


def _updates(sheet: Any, looks: Looks, lines: Sequence[Line], occasion: Occasion) -> None:
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width, None, {"hidden": column.kind is Kind.KEY})
        sheet.write_string(0, place, column.heading, looks.heading)
    for row, line in enumerate(lines, start=1):
        cells = _cells(line, occasion)
        for place, column in enumerate(COLUMNS):
            _write(sheet, looks, row, place, column, cells.get(column.field, ""))
    last = max(len(lines), 1)
    _validate(sheet, lines, occasion)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{letters(len(COLUMNS) - 1)}{last + 1}"})
    sheet.protect("", {"format_columns": True, "format_rows": True, "delete_rows": True, "autofilter": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cells(line: Line, occasion: Occasion) -> dict[str, Answer]:
    """What stands in each cell of a row, choices in their words."""
    answers = told(line.values, line.activity)
    named = {name: LISTS[name][str(value)] if name in LISTS and value else value for name, value in answers.items()}
    return named | {
        "number": line.activity.number,
        "description": line.activity.description,
        "last": line.last,
        "suggestion": line.suggestion,
        "version": str(line.version),
        "basis": str(line.basis),
        "shown_as_at": line.as_at.isoformat(),
        "shown": fingerprint(answers),
        "round": occasion.slug,
    }


def _write(sheet: Any, looks: Looks, row: int, place: int, column: Column, answer: Answer) -> None:
    if isinstance(answer, date):
        sheet.write_datetime(row, place, answer, looks.plain[column.kind])
    elif answer:
        looks_of = looks.quoted if answer.startswith(LIKE_A_FORMULA) else looks.plain
        sheet.write_string(row, place, answer, looks_of[column.kind])
    else:
        sheet.write_blank(row, place, None, looks.plain[column.kind])


def _validate(sheet: Any, lines: Sequence[Line], occasion: Occasion) -> None:
    """Let each answer cell take only what it can mean, and say so when it is selected."""
    for place, column in enumerate(COLUMNS):
        if column in ANSWERS or column.kind is Kind.STEP:
            for first, last, activity in _stretches(column, lines):
                sheet.data_validation(first, place, last, place, _rule(column, activity, occasion))


def _stretches(column: Column, lines: Sequence[Line]) -> Iterable[tuple[int, int, KeyActivity]]:
    """The rows that one rule serves; how delivery is depends on the activity."""
    if not lines:
        return []
    if column.field == "standing":
        return [(row, row, line.activity) for row, line in enumerate(lines, start=1)]
    return [(1, len(lines), lines[0].activity)]


def _rule(column: Column, activity: KeyActivity, occasion: Occasion) -> dict[str, Any]:
    help_text = column.help
    if column.field == "forecast":
        help_text = f"How it will stand at {long_date(occasion.forecast_day)}. {column.help}"
    said = {"input_title": column.heading[:32], "input_message": help_text[:MOST_OF_A_MESSAGE]}
    if column.kind is Kind.DAY:
        wrong = "Enter a date such as 31/01/2027."
        return said | {
            "validate": "date",
            "criteria": "between",
            "minimum": EARLIEST,
            "maximum": LATEST,
            "error_message": wrong,
        }
    if column.kind is Kind.WORDS:
        wrong = f"Shorten this to {column.most} characters."
        return said | {"validate": "length", "criteria": "<=", "value": column.most, "error_message": wrong}
    source = list(choices_for(column.field, activity).values())
    return said | {"validate": "list", "source": source, "error_message": "Choose from the list."}


def _instructions(sheet: Any, looks: Looks, title: str) -> None:
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, title, looks.title)
    for row, sentence in enumerate((*INSTRUCTIONS, EXEMPT), start=2):
        sheet.write_string(row, 0, sentence, looks.title if row == 2 else looks.prose)
    sheet.protect()
