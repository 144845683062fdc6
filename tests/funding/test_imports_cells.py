"""What a cell of a finance file may say; what it may not is in `malformed_files`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aims.workbooks.cells import Unclear
from aims.workbooks.child import Cell
from funding.choices import SumUnit
from funding.imports.cells import amount_in, code_in, month_in
from funding.imports.columns import guess, guess_unit, signature_of
from funding.imports.separated import delimiter_of, records

SEPTEMBER = date(2026, 9, 1)
TODAY = date(2026, 10, 12)


def text(words: str) -> Cell:
    return Cell("text", words)


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        (None, None),
        (text("  "), None),
        (text("n/a"), None),
        (text("N/A"), None),
        (text("not known"), None),
        (text("0"), "0"),
        (text(" 1,234.50 "), "1234.50"),
        (text("£1,234,567"), "1234567"),
        (text("1 234 567"), "1234567"),
        (text("1\u00a0234"), "1234"),
        (text(".5"), "0.50"),
        (text("26.5m"), "26500000"),
        (text("£1.05bn"), "1050000000"),
        (text("999999999999.99"), "999999999999.99"),
        (Cell("number", 1234.5), "1234.50"),
        (Cell("number", 0.1 + 0.2), "0.30"),
        (Cell("number", 1e6), "1000000"),
        (Cell("number", 0), "0"),
    ],
    ids=str,
)
def test_a_sum_is_read_to_the_penny(cell: Cell | None, pounds: str | None) -> None:
    assert amount_in(cell) == (None if pounds is None else Decimal(pounds))


@pytest.mark.parametrize(
    ("words", "unit", "pounds"),
    [("26.5", SumUnit.MILLIONS, 26_500_000), ("1,250", SumUnit.THOUSANDS, 1_250_000), ("n/a", SumUnit.MILLIONS, None)],
)
def test_a_column_in_thousands_or_millions_is_read_as_such(words: str, unit: int, pounds: int | None) -> None:
    assert amount_in(text(words), unit) == pounds


def test_a_unit_is_not_given_twice() -> None:
    with pytest.raises(Unclear, match="without its unit"):
        amount_in(text("26m"), SumUnit.MILLIONS)


@pytest.mark.parametrize(
    "cell",
    [
        *map(text, ("Sep-26", "sep 2026", "Sept 2026", "September 2026", "SEP/26", "Sep '26")),
        *map(text, ("2026-09", "202609", "2026-09-30", "2026-09-30 00:00:00", "2026-09-01T00:00:00")),
        *map(text, ("30/09/2026", "1/9/2026", "30.09.2026", "30-09-2026", "09/2026")),
        Cell("day", "2026-09-30"),
        Cell("number", 46266),
        Cell("number", 202609),
    ],
    ids=str,
)
def test_a_month_is_known_however_it_is_written(cell: Cell) -> None:
    assert month_in(cell, TODAY) == SEPTEMBER


def test_a_workbook_may_count_its_days_from_1904() -> None:
    assert month_in(Cell("number", 46266 - 1462), TODAY, counts_from_1904=True) == SEPTEMBER


def test_a_code_is_known_in_whatever_case() -> None:
    assert code_in(text(" a ")) == "A"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_records_are_read_as_rfc_4180_has_them(delimiter: str, mark: bytes, end: str) -> None:
    lines = [f"Code{delimiter}Note", "", f'A{delimiter}"two{end}lines, ""said"";\t"', f"B{delimiter}=1+1", ""]
    content = mark + end.join(lines).encode()

    assert list(records(content)) == [
        (1, ["Code", "Note"]),
        (3, ["A", f'two{end}lines, "said";\t']),
        (4, ["B", "=1+1"]),
    ]


def test_a_delimiter_within_quotes_divides_nothing() -> None:
    assert delimiter_of('"a,b,c";d\n1,2,3') == ";"


def test_columns_are_guessed_by_their_headings_where_only_one_can_be_meant() -> None:
    headings = (
        "Funding stream",
        "Period",
        "Commitments (£000)",
        "Actual to date",
        "Forecast Q3",
        "Forecast Q4",
        "Notes",
    )

    assert guess(headings) == {
        "stream": "Funding stream",
        "month": "Period",
        "committed": "Commitments (£000)",
        "spend_to_date": "Actual to date",
        "note": "Notes",
    }
    assert guess_unit(headings) == SumUnit.THOUSANDS
    assert guess_unit(("Committed (£m)",)) == SumUnit.MILLIONS
    assert guess_unit(("Committed", "Month")) == SumUnit.POUNDS


def test_a_layout_is_recognised_in_whatever_case_but_not_in_another_order() -> None:
    assert signature_of(["A", "b"]) == signature_of(["a", "B"]) != signature_of(["b", "a"])
