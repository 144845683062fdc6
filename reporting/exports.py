"""Writes files for download: CSV after RFC 4180, in UTF-8, in which no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.http import HttpResponse

from reporting.packs.plain import harmless

Cell = str | int | Decimal | date | None


def csv_answer(name: str, headers: Iterable[str], rows: Iterable[Iterable[Cell]]) -> HttpResponse:
    """A table as a file of this name, without its ending: days as ISO 8601, what is not known empty."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8; header=present")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    lines = csv.writer(answer)
    lines.writerow(map(field, headers))
    lines.writerows(map(field, row) for row in rows)
    return answer


def field(cell: Cell) -> str:
    """One cell as a field; numbers stay numbers, negative ones too."""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
