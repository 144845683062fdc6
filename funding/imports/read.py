"""`python -m funding.imports.read`: a finance file on standard input, its rows as lines of JSON on standard output.

A program of its own, so that the kernel can bound what a hostile file costs. The first line tells how many rows there
are about, and how days are counted; then each row that holds something is a line of its place and its cells by column
letters; the last one is `{"end": …}` with the areas of merged cells, or `{"problem": "what to do"}`.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from aims.workbooks.parcel import OLD_CONTAINER, PACKED, TEXT, Unfit, another_kind, open_parcel
from aims.workbooks.read import OUT_OF_MEMORY, Cell, cell_of, limit, parser_of, words_of
from funding.imports.limits import (
    FRESH,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_MEMORY,
    MOST_PROCESSOR_SECONDS,
    MOST_ROWS,
    TERMS,
)
from funding.imports.separated import MARK, UTF_16, records

ROW = b"<row"
PIECE = 1024 * 1024


def main() -> None:
    """Read under the limits, and answer."""
    limit(MOST_MEMORY, MOST_PROCESSOR_SECONDS)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, in vain, for a third of a second
    warnings.simplefilter("ignore")
    try:
        for line in read(sys.stdin.buffer.read(MOST_BYTES + 1)):
            sys.stdout.write(json.dumps(line) + "\n")
    except Unfit as unfit:
        sys.stdout.write(json.dumps({"problem": str(unfit)}) + "\n")
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def read(content: bytes) -> Iterator[Any]:
    """The lines to answer with; raises `Unfit`."""
    if content.startswith(PACKED):
        yield from _workbook(content)
        return
    if len(content) > MOST_BYTES:
        raise Unfit(f"The file is larger than 10 MB: {FRESH}, for fewer months")
    if not content.strip():
        raise Unfit(f"The file is empty: {FRESH}")
    told = another_kind(_first_line(content), TERMS)
    if told != TEXT and not content.startswith((MARK, *UTF_16)):
        raise Unfit(told)
    yield from _separated(content)


def _first_line(content: bytes) -> bytes:
    """By what text is known: what its other lines hold is told by line and cell."""
    if content.startswith(OLD_CONTAINER) or b"\0" in content[:64]:
        return content
    return content.lstrip().split(b"\n", 1)[0]


def _separated(content: bytes) -> Iterator[Any]:
    from openpyxl.utils import get_column_letter

    yield {"rows": max(0, sum(1 for _ in records(content)) - 1), "counts_from_1904": False}
    for number, (place, fields) in enumerate(records(content)):
        _keep_bounds(number, len(fields))
        yield place, {get_column_letter(at): ["text", said] for at, said in enumerate(fields, start=1) if said.strip()}
    yield {"end": []}


def _workbook(content: bytes) -> Iterator[Any]:
    parcel = open_parcel(content, TERMS)
    from openpyxl import load_workbook

    workbook: Any = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    sheet = _sheet(workbook)
    parser = parser_of(workbook, sheet, words_of(parcel))
    yield {"rows": _about(parcel, sheet), "counts_from_1904": workbook.epoch.year == 1904}
    yield from _rows(parser)
    yield {"end": [str(area) for area in parser.merged_cells.mergeCell] if parser.merged_cells else []}


def _sheet(workbook: Any) -> Any:
    """The one sheet that people see: which of several is meant, nobody can tell."""
    shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise Unfit("The workbook shows no sheet: right-click the sheets' names, choose Unhide, save")
    if len(shown) > 1:
        raise Unfit("The workbook has several sheets: delete or hide all but the one with the returns, save")
    return shown[0]


def _about(parcel: ZipFile, sheet: Any) -> int | None:
    """How many rows the sheet seems to have; only its progress is told by it."""
    found, tail = 0, b""
    with parcel.open(sheet._worksheet_path) as stream:
        while piece := stream.read(PIECE):
            found += (tail + piece).count(ROW)
            tail = piece[-len(ROW) + 1 :]
    return max(0, found - 1) if found else None


def _rows(parser: Any) -> Iterator[tuple[int, dict[str, Cell]]]:
    from openpyxl.utils import get_column_letter

    last = number = 0
    for place, cells in parser.parse():
        said = [cell for cell in cells if cell["value"] is not None and cell["value"] != ""]
        if not said:
            continue
        if place <= last:
            raise Unfit(f"Row {place} does not follow the one before it: save the file in Excel once more")
        _keep_bounds(number, max(cell["column"] for cell in said))
        row = {get_column_letter(cell["column"]): cell_of(cell["data_type"], cell["value"]) for cell in said}
        if len(row) < len(said):
            raise Unfit(f"A cell of row {place} is there twice: save the file in Excel once more")
        last, number = place, number + 1
        yield place, row


def _keep_bounds(number: int, columns: int) -> None:
    """`number` counts the rows before this one, the headings among them."""
    if number > MOST_ROWS:
        raise Unfit(f"The file has more than {MOST_ROWS:,} rows: {FRESH}, for fewer months")
    if columns > MOST_COLUMNS:
        raise Unfit(f"The file has more than {MOST_COLUMNS} columns: {FRESH}, with those of the returns alone")


if __name__ == "__main__":
    main()
