"""`python -m aims.workbooks.read`: a workbook on standard input, its cells as JSON on standard output.

A program of its own, so that the kernel can bound what a hostile file costs. It answers `{"problem": "what to do"}`
for a file that it can name the fault of; whatever else goes wrong ends it with a status that its caller explains.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from aims.workbooks.limits import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_IN_A_CELL,
    MOST_MEMORY,
    MOST_PROCESSOR_SECONDS,
    MOST_ROWS,
)
from aims.workbooks.parcel import FRESH, Unfit, open_parcel

SHEET = "Updates"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
OUT_OF_MEMORY = 3

Cell = list[Any]  # its kind (see `cell_of`) and its value


def main() -> None:
    """Read under the limits, and answer."""
    limit()
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, in vain, for a third of a second
    warnings.simplefilter("ignore")
    try:
        answer = read(sys.stdin.buffer.read(MOST_BYTES + 1))
    except Unfit as unfit:
        answer = {"problem": str(unfit)}
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    json.dump(answer, sys.stdout)


def limit(memory: int = MOST_MEMORY, processor_seconds: int = MOST_PROCESSOR_SECONDS) -> None:
    """Bound memory and processor time for good; no core is dumped, since a file may hold exempt text."""
    with suppress(ValueError):  # macOS knows no such bound; there the sizes of the parts are all that holds
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(content: bytes) -> dict[str, Any]:
    """The cells of the sheet "Updates" that hold something, row by row; raises `Unfit`."""
    parcel = open_parcel(content)
    from openpyxl import load_workbook

    workbook: Any = load_workbook(BytesIO(content), read_only=True, keep_links=False)
    sheet = _sheet(workbook)
    parser = parser_of(workbook, sheet, words_of(parcel))
    rows = dict(_rows(parser))
    merged = [str(area) for area in parser.merged_cells.mergeCell] if parser.merged_cells else []
    return {"rows": rows, "merged": merged, "counts_from_1904": workbook.epoch.year == 1904}


def _sheet(workbook: Any) -> Any:
    named = [sheet for sheet in workbook.worksheets if sheet.title.strip().lower() == SHEET.lower()]
    if len(named) != 1:
        raise Unfit(f"The workbook has no sheet named “{SHEET}”: give the sheet with your answers that name again")
    if named[0].sheet_state != "visible":
        raise Unfit(f"The sheet “{SHEET}” is hidden: right-click the sheets' names, choose Unhide, check it, save")
    return named[0]


def parser_of(workbook: Any, sheet: Any, words: list[str]) -> Any:
    """openpyxl's own, asked directly: its sheets hide rows that come twice, merged cells and cells past a false end."""
    from openpyxl.worksheet._reader import WorkSheetParser

    return WorkSheetParser(
        workbook._archive.open(sheet._worksheet_path),
        words,
        epoch=workbook.epoch,
        date_formats=workbook._date_formats,
        timedelta_formats=workbook._timedelta_formats,
    )


def words_of(parcel: ZipFile) -> list[str]:
    """The shared strings as they are written: openpyxl drops an escape that it should resolve."""
    from openpyxl.xml.functions import iterparse

    found = []
    for name in parcel.namelist():
        if name.lower() == "xl/sharedstrings.xml":
            with parcel.open(name) as stream:
                for _, element in iterparse(stream):
                    if element.tag == f"{MAIN}si":
                        found.append(_text(element))
                        element.clear()
    return found


def _text(element: Any) -> str:
    """The words of a string item, its runs put together, without the readings that Japanese writes above."""
    runs = [element, *element.findall(f"{MAIN}r")]
    return "".join(run.findtext(f"{MAIN}t") or "" for run in runs)


def _rows(parser: Any) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Each row that holds something, by its number."""
    from openpyxl.utils import get_column_letter

    found: dict[int, dict[str, Cell]] = {}
    characters = 0
    for _, cells in parser.parse():
        for cell in cells:
            if cell["value"] is None or cell["value"] == "":
                continue
            row = found.setdefault(cell["row"], {})
            letters = get_column_letter(cell["column"])
            if letters in row:
                raise Unfit(f"The cell {letters}{cell['row']} is there twice: save the file in Excel once more")
            row[letters] = cell_of(cell["data_type"], cell["value"])
            characters += len(str(row[letters][1]))
            _keep_bounds(len(found), characters)
    yield from sorted(found.items())


def _keep_bounds(rows: int, characters: int) -> None:
    if rows > MOST_ROWS + 1:
        raise Unfit(f"The sheet “{SHEET}” has more than {MOST_ROWS} rows: delete those that are not yours, or {FRESH}")
    if characters > MOST_CHARACTERS:
        raise Unfit(f"The sheet “{SHEET}” holds more than two million characters: shorten them, or upload it in parts")


def cell_of(data_type: str, value: Any) -> Cell:
    """`text`, `number`, `day`, `moment`, `truth`, `formula`, `error` or `long`, with what it holds."""
    if data_type in ("f", "e"):
        return ["formula", ""] if data_type == "f" else ["error", str(value)[:20]]
    if isinstance(value, bool):
        return ["truth", value]
    if isinstance(value, int | float):
        return ["number", value]
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return ["day", day.isoformat()]
    if isinstance(value, time | timedelta):
        return ["moment", str(value)]
    text = _unescaped(str(value))
    return ["text", text] if len(text) <= MOST_IN_A_CELL else ["long", len(text)]


def _unescaped(text: str) -> str:
    """The format writes a character that XML has none for as `_x000B_`."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


if __name__ == "__main__":
    main()
