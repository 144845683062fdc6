"""What a filled-in row says, as the values of an update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from aims.forms.updates import state_and_rag
from aims.models import KeyActivity
from aims.rules import UpdateValues
from aims.services.workbooks import DRAFT, LEAVE, SEND, Entry
from aims.workbooks.cells import Unclear, choice_in, day_in, is_blank, words_in
from aims.workbooks.child import Cell
from aims.workbooks.columns import ANSWERS, STEPS, Answer, Column, Kind, choices_for, fingerprint, plain, told
from aims.workbooks.layout import Layout, Row

RATINGS = ("standing", "forecast")  # which become state, rating and forecast rating together


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows of a sheet; every unclear cell is noted in the layout, none ends the reading."""

    layout: Layout
    counts_from_1904: bool

    def entry(self, row: Row, activity: KeyActivity, opened_with: UpdateValues) -> Entry:
        """The answers of a row; `opened_with` is what the card shows now, and the row is compared with.

        A cell left as it was written keeps the very value, whatever a spreadsheet did to it on the way.
        """
        shown = replace(opened_with, as_at=row.shown_as_at)
        before = told(shown, activity)
        given = self._answers(row, activity, before)
        step = self._step(row, changed=given != before)
        return Entry(row.number, row.version, row.basis, step, _values(given, before, shown))

    def was_left_alone(self, row: Row, activity: KeyActivity) -> bool:
        """Whether a row says what it said when it was downloaded, whatever stands now."""
        aside = Reader(Layout(self.layout.columns), self.counts_from_1904)
        given = aside._answers(row, activity, {})
        return not aside.layout.problems and is_blank(row.cells.get("step")) and fingerprint(given) == row.shown

    def _answers(self, row: Row, activity: KeyActivity, before: Mapping[str, Answer]) -> dict[str, Answer]:
        return {column.field: self._answer(column, row, activity, before.get(column.field, "")) for column in ANSWERS}

    def _answer(self, column: Column, row: Row, activity: KeyActivity, before: Answer) -> Answer:
        cell = row.cells.get(column.field)
        if cell is None or is_blank(cell):
            return ""
        if _is_untouched(cell, before):
            return before
        try:
            return self._read(column, cell, activity)
        except Unclear as unclear:
            self.layout.complain(str(unclear), column.field, row.place)
            return before

    def _read(self, column: Column, cell: Cell, activity: KeyActivity) -> Answer:
        if column.kind is Kind.DAY:
            return day_in(cell, counts_from_1904=self.counts_from_1904)
        if column.kind is Kind.WORDS:
            return words_in(cell, column.most)
        return choice_in(cell, choices_for(column.field, activity))

    def _step(self, row: Row, *, changed: bool) -> str:
        """Empty sends what was changed; what was not is left alone, unless its row asks for it to be sent."""
        asked = SEND if changed else LEAVE
        cell = row.cells.get("step")
        if cell and not is_blank(cell):
            try:
                asked = choice_in(cell, STEPS)
            except Unclear as unclear:
                self.layout.complain(str(unclear), "step", row.place)
        return LEAVE if asked == DRAFT and not changed else asked


def _is_untouched(cell: Cell, before: Answer) -> bool:
    return cell.kind == "text" and isinstance(before, str) and plain(cell.value) == before


def _values(given: Mapping[str, Answer], before: Mapping[str, Answer], shown: UpdateValues) -> UpdateValues:
    changed = [column for column in ANSWERS if given[column.field] != before[column.field]]
    answers = {column.field: _as_stored(column, given[column.field]) for column in changed}
    state, rag = state_and_rag(str(given["standing"]))
    answers |= {"state": state, "rag": rag, "forecast_rag": str(given["forecast"]) if rag else ""}
    return UpdateValues(**{**asdict(shown), **{name: answers[name] for name in answers if name not in RATINGS}})


def _as_stored(column: Column, answer: Answer) -> Any:
    if column.field == "exempt_paragraph":
        return int(str(answer)) if answer else None
    return answer or None if column.kind is Kind.DAY else answer
