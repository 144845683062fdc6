"""What people's programs really write, read right: round trips, dates in every form, junk that does no harm."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aims.choices import Kind, Rag, Role, State
from aims.models import KeyActivity
from aims.rules import UpdateValues
from aims.services.workbooks import DRAFT, LEAVE, SEND, Entry
from aims.workbooks import read
from aims.workbooks.answers import Reader
from aims.workbooks.child import sheet_of
from aims.workbooks.columns import ANSWERS, STANDINGS
from aims.workbooks.layout import layout_of
from aims.workbooks.parcel import Unfit
from aims.workbooks.write import LIKE_A_FORMULA, Line, Occasion, write_workbook
from tests.aims.workbook_files import PLACES, filled, opened, saved
from tests.aims.workbook_surgery import (
    BOOK,
    LETTERS,
    SHEET,
    STRINGS,
    STYLES,
    altered,
    cell,
    inline,
    on_sheet,
    packed,
    parts_of,
    put,
    replaced,
    typed,
    with_parts,
)

OCCASION = Occasion("2026-27-h1", "2026/27 H1", date(2027, 3, 31), datetime(2026, 10, 12, 9, tzinfo=UTC))
AS_AT = date(2026, 9, 30)
NOTHING = UpdateValues(state="", rag="", forecast_rag="", cause="", as_at=AS_AT)


def activity(number: str = "1.1.1", **fields: Any) -> KeyActivity:
    given = {"number": number, "description": "Deliver it", "role": Role.DELIVER, "kind": Kind.TIME_BOUND}
    return KeyActivity(**given | fields)


def line(values: UpdateValues = NOTHING, number: str = "1.1.1", **fields: Any) -> Line:
    return Line(activity(number, **fields), values, 3, 17, values.as_at or AS_AT, "Not reported before", "")


def written(*lines: Line) -> bytes:
    return write_workbook(lines or (line(), line(number="1.1.2")), OCCASION)


def entries(content: bytes, opened_with: UpdateValues = NOTHING, **fields: Any) -> list[Entry]:
    """What a file says, read as the product reads it but in this process; it must have no problem."""
    sheet = sheet_of(0, as_answer(content))
    layout = layout_of(sheet)
    reader = Reader(layout, sheet.counts_from_1904)
    found = [reader.entry(row, activity(row.number, **fields), opened_with) for row in layout.rows]
    assert [str(problem) for problem in layout.problems] == []
    return found


def as_answer(content: bytes) -> bytes:
    return json.dumps(read.read(content)).encode()


def said(content: bytes) -> UpdateValues:
    return entries(content)[0].values


@pytest.fixture(autouse=True)
def _quiet_openpyxl(recwarn: pytest.WarningsRecorder) -> None:
    """The reader's own process hears no warnings; here they would be errors."""
    warnings.simplefilter("ignore")


def test_a_fresh_download_changes_nothing() -> None:
    assert [entry.step for entry in entries(written())] == [LEAVE, LEAVE]


def saved_again(content: bytes) -> bytes:
    """As another program saves it: openpyxl writes everything anew."""
    return saved(opened(content))


def with_inline_strings(content: bytes) -> bytes:
    """As programs write that keep no table of strings: every text in its own cell."""
    parts = parts_of(content)
    texts = re.findall(rb"<si>(.*?)</si>", parts.pop(STRINGS), re.DOTALL)

    def in_place(found: re.Match[bytes]) -> bytes:
        return b'%s t="inlineStr"><is>%s</is></c>' % (found[1], texts[int(found[2])])

    parts[SHEET] = re.sub(rb'(<c r="[A-Z]+\d+"[^>]*?) t="s"><v>(\d+)</v></c>', in_place, parts[SHEET])
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = re.sub(rb"<[^<>]*sharedStrings[^<>]*/>", b"", parts[name])
    del parts["xl/worksheets/sheet2.xml"]
    return packed(parts)


FULL = UpdateValues(
    state=State.IN_PROGRESS,
    rag=Rag.RED,
    forecast_rag=Rag.AMBER,
    narrative="=1+1 is what it says.\nAnd a second line.",
    exempt_narrative="The bid – 4 of 5 “ok” & <more>",
    exempt_paragraph=3,
    cause="other",
    cause_detail="+44 121",
    impact="-5 %",
    action="@home",
    action_owner="Head of procurement",
    action_by=date(2027, 1, 31),
    return_to_green=date(2027, 3, 31),
    ask="＝SUM(A1)",
    evidence="https://example.org/?a=1&b=2",
    override_reason="Snake_case x0001 is text",
    decision_by="WMCA Board",
    decision_on=date(2026, 9, 11),
    decision_reference="12",
    deferred_until=date(2028, 2, 29),
    start_reason="'quoted",
    forecast_end=date(2030, 12, 31),
    as_at=AS_AT,
)


def test_words_that_look_like_an_escape_are_no_escape() -> None:
    assert said(written(line(replace(NOTHING, narrative="_x0001_ is text")))).narrative == "_x0001_ is text"


@pytest.mark.parametrize("passed_through", [bytes, saved_again, with_inline_strings])
def test_every_answer_comes_back_as_it_was_written(passed_through: Callable[[bytes], bytes]) -> None:
    content = passed_through(written(line(FULL)))

    assert said(content) == FULL
    assert entries(content, opened_with=FULL)[0].step == LEAVE


NO_CHARACTER = st.characters(exclude_categories=["Cs", "Cc"])
WORDS = st.text(NO_CHARACTER | st.sampled_from("\n\t=+-@＝'\"<&_x0"), max_size=60)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31)) | st.none()
FREE = ("narrative", "impact", "action", "ask", "evidence", "override_reason", "start_reason", "exempt_narrative")
DATED = ("action_by", "return_to_green", "decision_on", "deferred_until", "forecast_end")
ANYTHING = st.builds(
    replace,
    st.just(NOTHING),
    rag=st.sampled_from(Rag.values),
    state=st.just(State.IN_PROGRESS),
    forecast_rag=st.sampled_from(["", *Rag.values]),
    exempt_paragraph=st.none() | st.integers(1, 7),
    **dict.fromkeys(FREE, WORDS),
    **dict.fromkeys(DATED, DAYS),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=ANYTHING)
def test_whatever_is_written_is_read(values: UpdateValues) -> None:
    content = written(line(values))

    tidy = {name: getattr(values, name).strip() for name in FREE}
    assert said(content) == replace(values, **tidy)
    assert entries(content, opened_with=values)[0] == Entry("1.1.1", 3, 17, LEAVE, values)


BODIES = (
    *(
        "1+1",
        "SUM(A1:A9)",
        "cmd|'/c calc'!A0",
        'HYPERLINK("http://example.org","x")',
        "WEBSERVICE(A1)",
        "1",
        "A1",
        "",
        " ",
    ),
    *("DDE(a;b;c)", "IMPORTXML(A1)", "rundll32", "(1)", "1=1", "+1", "-1", "@SUM(1)", "'x", '"x"', "{1}"),
)
PAYLOADS = [f"{prefix}{body}" for prefix in LIKE_A_FORMULA for body in BODIES]


def test_no_words_become_a_formula_however_they_begin() -> None:
    assert len(PAYLOADS) >= 200
    lines = [line(replace(NOTHING, narrative=text), f"1.1.{n}") for n, text in enumerate(PAYLOADS, start=1)]
    content = written(*lines)

    assert b"<f" not in parts_of(content)[SHEET].replace(b"<fo", b"").replace(b"<formula", b"")
    assert [entry.values.narrative for entry in entries(content)] == [text.strip() for text in PAYLOADS]
    again = entries(saved_again(content))
    assert [entry.values.narrative for entry in again] == [text.strip() for text in PAYLOADS]


def test_a_cell_that_looks_like_a_formula_stays_text_when_it_is_typed_in_again() -> None:
    book = opened(written(line(replace(NOTHING, narrative="=1+1", impact="Plain"), description="@mention")))
    quoted = {
        name: book["Updates"].cell(2, PLACES[name]).quotePrefix for name in ("narrative", "impact", "description")
    }
    assert quoted == {"narrative": True, "impact": False, "description": True}


def serial(day: date, first: date) -> int:
    return (day - first).days


JANUARY = date(2027, 1, 31)
MOMENT = datetime.fromisoformat("2027-01-31T14:30:00")  # a spreadsheet knows no zone
DATES: dict[str, Callable[[bytes], bytes]] = {
    "in words": typed("action_by", "31 January 2027"),
    "in short words": typed("action_by", "31 Jan 2027"),
    "in figures": typed("action_by", "31/01/2027"),
    "in figures with dashes": typed("action_by", "31-01-2027"),
    "as computers write it": typed("action_by", "2027-01-31"),
    "with blanks around it": typed("action_by", "  31 January 2027\n"),
    "real": typed("action_by", JANUARY),
    "real with a time": typed("action_by", MOMENT),
    "serial number": cell("action_by", f'<c r="{{at}}"><v>{serial(JANUARY, date(1899, 12, 30))}</v></c>'),
    "serial number with a time": cell(
        "action_by", f'<c r="{{at}}"><v>{serial(JANUARY, date(1899, 12, 30))}.75</v></c>'
    ),
    "in iso form": cell("action_by", '<c r="{at}" t="d"><v>2027-01-31</v></c>'),
    "in iso form with a time": cell("action_by", '<c r="{at}" t="d"><v>2027-01-31T00:00:00</v></c>'),
    "counted from 1904": lambda content: replaced(BOOK, b"<workbookPr ", b'<workbookPr date1904="1" ')(
        cell("action_by", f'<c r="{{at}}"><v>{serial(JANUARY, date(1904, 1, 1))}</v></c>')(content)
    ),
}


@pytest.mark.parametrize("form", DATES)
def test_a_date_is_taken_in_every_clear_form(form: str) -> None:
    assert said(DATES[form](written())).action_by == JANUARY


def test_real_dates_of_a_book_that_counts_from_1904_are_read_right() -> None:
    content = written(line(replace(NOTHING, action_by=JANUARY)))
    shift = serial(JANUARY, date(1904, 1, 1))
    moved = altered(SHEET, lambda part: part.replace(str(shift + 1462).encode(), str(shift).encode()))(content)
    assert said(replaced(BOOK, b"<workbookPr ", b'<workbookPr date1904="1" ')(moved)).action_by == JANUARY


@pytest.mark.parametrize(
    ("typed_in", "standing"),
    [("On track", "green"), ("on TRACK ", "green"), ("Green", "green"), ("amber", "amber"), ("Complete", "complete")],
)
def test_a_choice_is_taken_by_its_words_in_any_case(typed_in: str, standing: str) -> None:
    values = said(typed("standing", typed_in)(written()))
    assert (values.rag or values.state) == standing


@pytest.mark.parametrize(("typed_in", "kept"), [(12, "12"), (12.5, "12.5"), ("=12", None), ("012", "012")])
def test_a_number_is_taken_as_the_words_that_it_shows(typed_in: Any, kept: str | None) -> None:
    content = typed("decision_reference", typed_in)(written())
    if kept is None:
        with pytest.raises(AssertionError, match="Replace the formula"):
            said(content)
    else:
        assert said(content).decision_reference == kept


def test_rich_text_is_read_as_its_words() -> None:
    runs = '<is><r><rPr><b/></rPr><t>Three</t></r><r><t xml:space="preserve"> pilots</t></r></is>'
    assert said(cell("narrative", f'<c r="{{at}}" t="inlineStr">{runs}</c>')(written())).narrative == "Three pilots"


@pytest.mark.parametrize(
    ("escaped", "kept"), [("a_x000B_b", "a\nb"), ("a_x000D__x000A_b", "a\nb"), ("a_x0009_b", "a\tb")]
)
def test_line_ends_of_every_kind_become_one(escaped: str, kept: str) -> None:
    assert said(inline("narrative", escaped)(written())).narrative == kept


def ending_at(place: bytes) -> Callable[[bytes], bytes]:
    """The sheet says that it ends there."""
    return altered(SHEET, lambda part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:%s"' % place, part))


HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "sheets of one's own": on_sheet(lambda sheet: sheet.parent.create_sheet("Notes").append(["=1+1"])),
    "columns of one's own": put("AH1", "My notes"),
    "columns in another order": on_sheet(lambda sheet: sheet.move_range("AA1:AA3", cols=10)),
    "an end that is far away": ending_at(b"XFD1048576"),
    "an end that is too near": ending_at(b"B1"),
    "empty rows below": replaced(SHEET, b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="1"/></row></sheetData>'),
    "a pivot cache of nonsense": with_parts(xl__pivotCache__pivotCacheDefinition1_dot_xml=b"<not"),
    "a picture": with_parts(xl__media__image1_dot_png=b"\x89PNG" + bytes(range(200))),
    "a thousand styles": altered(
        STYLES, lambda part: part.replace(b"<cellXfs ", b"<!-- " + b"x" * 9000 + b" --><cellXfs ")
    ),
    "spaces in a heading": put("G1", "  what has happened "),
}


@pytest.mark.parametrize("junk", HARMLESS)
def test_what_programs_leave_in_a_file_does_no_harm(junk: str) -> None:
    content = HARMLESS[junk](filled(written(), "1.1.1", standing="On track", narrative="Goes on.", cause=None))
    values = said(content)
    assert (values.rag, values.narrative) == ("green", "Goes on.")


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ({}, LEAVE),
        ({"narrative": "Goes on."}, SEND),
        ({"step": "Send for approval"}, SEND),
        ({"step": "Save as draft"}, LEAVE),
        ({"narrative": "Goes on.", "step": "Save as draft"}, DRAFT),
        ({"narrative": "Goes on.", "step": "send for approval"}, SEND),
    ],
)
def test_what_was_changed_is_sent_unless_its_row_says_otherwise(answers: dict[str, str], step: str) -> None:
    assert entries(filled(written(), "1.1.1", **answers))[0].step == step


def test_an_answer_that_is_deleted_is_taken_away() -> None:
    content = filled(written(line(FULL)), "1.1.1", cause_detail=None, action_by=None, exempt_paragraph=None)
    values = entries(content, opened_with=FULL)[0].values
    assert (values.cause_detail, values.action_by, values.exempt_paragraph) == ("", None, None)
    assert values.narrative == FULL.narrative


def test_a_standing_that_the_activity_no_longer_allows_is_not_shown() -> None:
    stood = replace(NOTHING, state=State.COMPLETE)
    content = written(line(stood, kind=Kind.CONTINUING))
    assert opened(content)["Updates"].cell(2, PLACES["standing"]).value is None
    assert entries(content, opened_with=stood, kind=Kind.CONTINUING)[0].step == LEAVE


def test_every_answer_cell_is_open_validated_and_says_what_it_wants() -> None:
    sheet = opened(written(line(FULL)))["Updates"]
    rules = sheet.data_validations.dataValidation
    for column in ANSWERS:
        place = f"{LETTERS[column.field]}2"
        rule = next(rule for rule in rules if place in rule.sqref)
        assert rule.prompt
        assert not sheet[place].protection.locked
    assert sheet["A2"].protection.locked
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "C2"
    assert sheet[f"{LETTERS['action_by']}2"].is_date


def test_the_choices_of_a_row_are_those_of_its_activity() -> None:
    influence = line(number="1.1.2", role=Role.INFLUENCE, kind=Kind.CONTINUING)
    rules = opened(written(line(), influence))["Updates"].data_validations.dataValidation
    lists = {str(rule.sqref): rule.formula1 for rule in rules if rule.type == "list"}
    assert "On track" in lists["D2"]
    assert lists["D3"] == f'"Not started,{STANDINGS["unrated"]},Deferred,Cancelled"'


def test_the_keys_of_a_row_are_hidden() -> None:
    dimensions: Any = opened(written())["Updates"].column_dimensions.values()
    hidden = {column for found in dimensions if found.hidden for column in range(found.min, found.max + 1)}
    assert hidden == {PLACES[name] for name in ("version", "basis", "shown_as_at", "shown", "round")}


def test_the_reader_says_what_it_refuses() -> None:
    with pytest.raises(Unfit, match="The file is empty"):
        read.read(b"")
