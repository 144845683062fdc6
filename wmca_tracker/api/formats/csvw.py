"""What a list's CSV holds, as CSV on the Web tells it (W3C, Metadata Vocabulary for Tabular Data)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from reporting.packs.formats.data import LICENCE
from reporting.packs.paper import AUTHORITY
from wmca_tracker.api.formats.columns import Column

CSVW_TYPE: Final = "application/csvm+json"
OWN_ADDRESS: Final = "url"
POUNDS: Final = "Pounds sterling"


def metadata(
    *, address: str, title: str, description: str, columns: Sequence[Column], key: str, is_open: bool
) -> dict[str, Any]:
    """The description of the CSV at `address`; `key` names the column that tells items apart.

    `is_open` says that the file holds only what anyone may read, and so is under the open licence.
    """
    names = [column.name for column in columns]
    schema: dict[str, Any] = {"columns": list(map(_described, columns))}
    if key in names:
        schema["primaryKey"] = key
    if OWN_ADDRESS in names:
        schema["aboutUrl"] = f"{{+{OWN_ADDRESS}}}"
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": title,
        "dc:description": description,
        "dc:publisher": AUTHORITY,
        **({"dc:license": {"@id": LICENCE}} if is_open else {}),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": schema,
    }


def _described(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "titles": column.name, "datatype": _datatype(column)}
    if column.description:
        told["dc:description"] = column.description
    if column.separator:
        told["separator"] = column.separator
    return told | {"required": column.is_required}


def _datatype(column: Column) -> Any:
    if column.values:
        return {"base": column.datatype, "format": "|".join(map(re.escape, column.values))}
    return column.datatype
