"""The pack as open data: a CSV file for each table, CSVW metadata beside them, and what was hashed into the seal."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from reporting.packs.content import Cell, Column, Kind, Paper, Table, Tag
from reporting.packs.data_tables import data_tables, heading_with_unit
from reporting.packs.formats.seal_files import seal_files
from reporting.packs.hashed import HashedLine
from reporting.packs.plain import harmless

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
DATATYPES: dict[Kind, Any] = {
    Kind.COUNT: {"base": "decimal"},
    Kind.MONEY: {"base": "decimal", "dc:description": "Pounds sterling"},
    Kind.DAY: {"base": "date", "format": "yyyy-MM-dd"},
}


def write(paper: Paper, lines: Sequence[HashedLine]) -> bytes:
    """The zip's bytes; `lines` are those of the seal in their order."""
    return zipped(paper, data_files(paper, lines))


def data_files(paper: Paper, lines: Sequence[HashedLine]) -> dict[str, str]:
    """The tables, what describes them and what was hashed, by the names of their files."""
    tables = [table for _, table in data_tables(paper)]
    files = {f"{table.name}.csv": _csv(table) for table in tables}
    files["csv-metadata.json"] = json.dumps(metadata(paper, tables), ensure_ascii=False, indent=2) + "\n"
    return files | seal_files(paper.edition, lines)


def _csv(table: Table) -> str:
    """RFC 4180; no field of words can be taken for a formula."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(heading_with_unit(column)) for column in table.columns])
    writer.writerows([field(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def field(cell: Cell) -> str:
    """A cell as a field: numbers plain, days by ISO 8601, nothing where nothing is known."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | Decimal):
        return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    return harmless(cell.label if isinstance(cell, Tag) else cell)


def metadata(paper: Paper, tables: Iterable[Table]) -> dict[str, Any]:
    """CSVW: what each file and column holds, under which licence, of which seal."""
    licence = {} if paper.edition.is_exempt else {"dc:license": {"@id": LICENCE}}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": paper.full_title,
        "dc:publisher": paper.authority,
        "dc:identifier": paper.edition.seal,
        "dc:issued": timezone.localdate(paper.edition.sealed_at).isoformat(),
        "dc:accessRights": paper.standing,
        **licence,
        "dialect": {"encoding": "utf-8", "lineTerminators": "\r\n", "header": True},
        "tables": [_described(table) for table in tables],
    }


def _described(table: Table) -> dict[str, Any]:
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "tableSchema": {"columns": [_column(column) for column in table.columns]},
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": heading_with_unit(column),
        "datatype": DATATYPES.get(column.kind, "string"),
        "null": "",
    }


def _readme(paper: Paper, files: Iterable[str], more: str) -> str:
    terms = (
        "Not for publication: this file holds exempt text."
        if paper.edition.is_exempt
        else f"© {paper.authority}. Open Government Licence v3.0: {LICENCE}"
    )
    demonstration = "Demonstration data: every figure and word is invented.\n" if paper.is_demonstration else ""
    return f"""{paper.full_title}
{paper.authority}
{demonstration}{paper.standing}
Seal {paper.edition.seal}
{terms}

The CSV files follow RFC 4180 in UTF-8; csv-metadata.json (CSVW) tells what each column holds. An empty field is not
known, 0 is nothing. Where words begin like a formula, an apostrophe stands before them.
{more}
To check the seal, in this folder, with sha256sum, bash and paste:

1. The seal is the hash of seal/seal.txt:
   sha256sum seal/seal.txt
2. Each line's public part has the hash beside it:
   while IFS= read -r line; do printf %s "$line" | sha256sum | cut -c1-64; done < seal/public.jsonl | \\
     diff - seal/public-hashes.txt && echo every public part is as it was sealed
3. Both hashes of a line make the one that the seal holds:
   paste -d '' seal/public-hashes.txt seal/exempt-hashes.txt | \\
     while IFS= read -r both; do printf %s "$both" | sha256sum | cut -c1-64; done | \\
     diff - <(tail -n +2 seal/seal.txt | cut -c1-64) && echo every line is in the seal

Files: {", ".join(sorted(files))}
""".replace("\n", "\r\n")


def zipped(paper: Paper, files: dict[str, str], more: str = "") -> bytes:
    """One paper gives one file: each entry carries the moment of the sealing. `more` is said of them in the README."""
    files = files | {"README.txt": _readme(paper, files, more)}
    at = timezone.localtime(paper.edition.sealed_at)
    moment = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(ZipInfo(name, moment), text.encode(), ZIP_DEFLATED)
    return content.getvalue()
