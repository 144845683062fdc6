"""Cutting into a downloaded workbook: its parts, its cells, its bytes."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from aims.workbooks.cells import letters
from aims.workbooks.columns import COLUMNS
from tests.aims.workbook_files import filled, opened, saved

Make = Callable[[bytes], bytes]
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
TYPES, BOOK, STYLES = "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml"
LETTERS = {column.field: letters(place) for place, column in enumerate(COLUMNS)}
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PROLOGUE = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


def instead(content: bytes) -> Make:
    """Another file altogether."""
    return lambda _: content


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as parcel:
        return {name: parcel.read(name) for name in parcel.namelist()}


def packed(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as parcel:
        for name, part in parts.items():
            parcel.writestr(name, part)
    return file.getvalue()


def with_parts(**added: bytes) -> Make:
    """The download with parts added or replaced; a double underscore stands for a slash, `_dot_` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in added.items()}
    return lambda content: packed(parts_of(content) | named)


def without(name: str) -> Make:
    return lambda content: packed({key: part for key, part in parts_of(content).items() if key != name})


def altered(name: str, change: Callable[[bytes], bytes]) -> Make:
    """The download with one part changed."""
    return lambda content: packed(
        {key: change(part) if key == name else part for key, part in parts_of(content).items()}
    )


def replaced(name: str, old: bytes, new: bytes) -> Make:
    def change(part: bytes) -> bytes:
        assert old in part
        return part.replace(old, new, 1)

    return altered(name, change)


def cell(field: str, markup: str, row: int = 2) -> Make:
    """The download with the markup of one cell: `{at}` stands for its place."""
    at = f"{LETTERS[field]}{row}"
    pattern = re.compile(rf'<c r="{at}"[^>]*?(/>|>.*?</c>)'.encode())

    def change(part: bytes) -> bytes:
        changed, times = pattern.subn(
            markup.format(at=at).encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\"), part
        )
        assert times == 1
        return changed

    return altered(SHEET, change)


def inline(field: str, text: str) -> Make:
    return cell(field, f'<c r="{{at}}" t="inlineStr"><is><t>{text}</t></is></c>')


def typed(field: str, value: Any) -> Make:
    """The download with something typed into one cell of 1.1.1."""
    return lambda content: filled(content, "1.1.1", **{field: value})


def book(change: Callable[[Any], object]) -> Make:
    """The download, changed in a spreadsheet program and saved."""

    def make(content: bytes) -> bytes:
        found = opened(content)
        change(found)
        return saved(found)

    return make


def on_sheet(change: Callable[[Any], object]) -> Make:
    return book(lambda found: change(found["Updates"]))


def put(place: str, value: Any) -> Make:
    return on_sheet(lambda sheet: setattr(sheet[place], "value", value))


def copy_row(sheet: Any, source: int, target: int) -> None:
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(target, column).value = sheet.cell(source, column).value


def hide_the_sheet(book: Any) -> None:
    book["Updates"].sheet_state = "hidden"
    book.active = 1


def at(field: str, row: int = 2) -> str:
    return f"Updates!{LETTERS[field]}{row}"


def flipped(content: bytes) -> bytes:
    """Bytes of the sheet's packed part turned over."""
    start = content.index(SHEET.encode()) + len(SHEET) + 40
    return content[:start] + bytes(255 - byte for byte in content[start : start + 20]) + content[start + 20 :]


def lying(content: bytes) -> bytes:
    """A part that unpacks to more than its table of contents says."""
    file = packed(parts_of(content) | {"xl/media/image1.png": b"\0" * 900_000})
    entry = file.rindex(b"PK\x01\x02", 0, file.rindex(b"xl/media/image1.png"))
    return file[: entry + 24] + struct.pack("<L", 1000) + file[entry + 28 :]


def locked_part(content: bytes) -> bytes:
    """The table of contents says that the first part is encrypted."""
    entry = content.index(b"PK\x01\x02")
    return content[: entry + 8] + b"\x01\x00" + content[entry + 10 :]


def twice(content: bytes) -> bytes:
    """A part that comes under the same name twice, once in capitals."""
    return packed(parts_of(content) | {SHEET.upper(): b"<worksheet/>"})


def huge_sheet(content: bytes) -> bytes:
    return packed(parts_of(content) | {"xl/worksheets/sheet9.xml": PROLOGUE + b" " * 40_000_000})


def heavy_text(content: bytes) -> bytes:
    """A long string that a hundred cells share: small as a file, large as text."""
    parts = parts_of(content)
    last = parts[STRINGS].count(b"<si>")
    shared = b"".join(b'<row r="%d"><c r="G%d" t="s"><v>%d</v></c></row>' % (row, row, last) for row in range(4, 104))
    parts[STRINGS] = parts[STRINGS].replace(b"</sst>", b"<si><t>" + b"word " * 6000 + b"</t></si></sst>")
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", shared + b"</sheetData>")
    return packed(parts)


def many_rows(content: bytes) -> bytes:
    book = opened(content)
    for row in range(4, 700):
        book["Updates"].cell(row, 1).value = f"9.9.{row}"
    return saved(book)


def without_cells(*fields: str) -> Callable[[Any], object]:
    def empty(sheet: Any) -> None:
        for field in fields:
            sheet[f"{LETTERS[field]}2"].value = None

    return empty


def nested_markup(part: bytes) -> bytes:
    return part.replace(b"<sheetData>", b"<sheetData>" + b"<a>" * 300_000 + b"</a>" * 300_000)


def many_styles(part: bytes) -> bytes:
    one = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"><alignment wrapText="1"/></xf>'
    return re.sub(rb"<cellXfs count=\"\d+\">", b'<cellXfs count="90000">' + one * 90_000, part)
