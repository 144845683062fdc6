"""CSV files after RFC 4180, in which no cell can become a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from aims.workbooks.write import LIKE_A_FORMULA
from reporting.exports import csv_answer

HEADERS = ("Name", "Count", "£m", "Day")


def test_a_file_is_utf_8_with_the_line_ends_and_quotes_of_rfc_4180() -> None:
    answer = csv_answer("strips-2026-27-h1", HEADERS, [('Say "hé", then', 0, Decimal("-1382.0"), date(2026, 9, 30))])
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="strips-2026-27-h1.csv"'
    assert answer.content.decode() == 'Name,Count,£m,Day\r\n"Say ""hé"", then",0,-1382.0,2026-09-30\r\n'


def test_zero_is_a_value_and_what_is_not_known_is_empty() -> None:
    assert csv_answer("x", ["A", "B", "C"], [(0, None, Decimal(0))]).content.endswith(b"\r\n0,,0\r\n")


@pytest.mark.parametrize("opening", LIKE_A_FORMULA)
def test_no_words_become_a_formula(opening: str) -> None:
    payload = f"{opening}HYPERLINK(1)"
    content = csv_answer("x", [payload], [(payload,)]).content.decode()
    for (cell,) in csv.reader(io.StringIO(content, newline="")):
        assert cell == f"'{payload}"
