"""CSV as RFC 4180 has it: UTF-8, with or without a byte order mark; commas, semicolons or tabs between the fields."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from aims.workbooks.parcel import Unfit
from funding.imports.limits import FRESH, MOST_IN_A_CELL

MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",;\t"
AS_UTF_8 = "in Excel choose Save As, CSV UTF-8 (Comma delimited)"


def records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each record that holds something, by its number as a spreadsheet counts rows; raises `Unfit`."""
    text = _text(content)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    limit_of_others = csv.field_size_limit(MOST_IN_A_CELL)
    try:
        for place, fields in enumerate(reader, start=1):
            if any(field.strip() for field in fields):
                yield place, fields
    except csv.Error as error:
        raise Unfit(_broken(reader.line_num, str(error))) from error
    finally:
        csv.field_size_limit(limit_of_others)


def delimiter_of(text: str) -> str:
    """What stands most often between the fields of the first line that holds something, outside of quotes."""
    start = text.lstrip("\r\n")[:MOST_IN_A_CELL]
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for character in start:
        quoted ^= character == '"'
        if character in "\r\n" and not quoted:
            break
        if character in counts and not quoted:
            counts[character] += 1
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def _text(content: bytes) -> str:
    if content.startswith(UTF_16):
        raise Unfit(f"The file is written in UTF-16 (“Unicode text”): {AS_UTF_8}")
    plain = content.removeprefix(MARK)
    if b"\0" in plain:
        line = plain[: plain.index(b"\0")].count(b"\n") + 1
        raise Unfit(f"Line {line} holds a character that is no text: {FRESH}")
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError as error:
        line = plain[: error.start].count(b"\n") + 1
        raise Unfit(f"Line {line} is written in another encoding than UTF-8: {AS_UTF_8}") from error


def _broken(line: int, told: str) -> str:
    if "field larger" in told:
        return f"Line {line} holds more than {MOST_IN_A_CELL:,} characters in one field: is a quotation mark left open?"
    return f"A quotation mark in or before line {line} is not closed, or stands inside a field: {FRESH}"
