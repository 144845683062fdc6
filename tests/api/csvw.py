"""Checks a CSV against the CSVW that describes it, after W3C's Metadata Vocabulary for Tabular Data.

It knows what our descriptions use, and refuses what they must not: names, titles, datatypes, formats, required values,
separators and primary keys.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")  # a variable of RFC 6570 that begins with no "_"
OF_A_TABLE = {"@context", "url", "dialect", "tableSchema"}
OF_A_SCHEMA = {"columns", "primaryKey", "aboutUrl"}
OF_A_COLUMN = {"name", "titles", "datatype", "separator", "required"}


def is_stamp(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def is_address(text: str) -> bool:
    return bool(urlsplit(text).scheme)


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text)) and Decimal(text).is_finite()


READS: dict[str, Callable[[str], Any]] = {
    "string": lambda text: True,
    "boolean": lambda text: text in ("true", "false"),
    "integer": lambda text: re.fullmatch(r"[-+]?[0-9]+", text),
    "decimal": is_number,
    "date": date.fromisoformat,
    "dateTimeStamp": is_stamp,
    "anyURI": is_address,
    "json": lambda text: json.loads(text) is not None,
}


def faults(described: dict[str, Any], text: str) -> Iterator[str]:
    """What is wrong with a description, or with the CSV by it; nothing where all is well."""
    schema = described["tableSchema"]
    columns = schema["columns"]
    yield from _unknown(described, OF_A_TABLE)
    yield from _unknown(schema, OF_A_SCHEMA)
    for column in columns:
        yield from _unknown(column, OF_A_COLUMN)
        if not NAME.fullmatch(column["name"]):
            yield f"the name {column['name']}"
    heads, *rows = csv.reader(StringIO(text, newline=""), strict=True)
    if heads != [column["titles"] for column in columns]:
        yield f"the header {heads}"
    for number, row in enumerate(rows, 1):
        for column, field in zip(columns, row, strict=True):
            yield from (f"row {number}: {fault}" for fault in _of_field(column, field))
    yield from _of_key(schema, [dict(zip(heads, row, strict=True)) for row in rows])


def _unknown(told: dict[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"{name} is not of CSVW" for name in told if name not in known and not name.startswith("dc:"))


def _of_field(column: dict[str, Any], field: str) -> Iterator[str]:
    if not field:
        if column["required"]:
            yield f"{column['name']} is empty"
        return
    datatype = column["datatype"] if isinstance(column["datatype"], dict) else {"base": column["datatype"]}
    for value in field.split(column["separator"]) if "separator" in column else [field]:
        if not READS[datatype["base"]](value) or not re.fullmatch(datatype.get("format", r"(?s:.*)"), value):
            yield f"{column['name']} is no {datatype}: {value}"


def _of_key(schema: dict[str, Any], rows: list[dict[str, str]]) -> Iterator[str]:
    key = schema.get("primaryKey")
    if key and len({row[key] for row in rows}) < len(rows):
        yield f"{key} is not unique"
