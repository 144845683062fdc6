"""Items as CSV after RFC 4180, in UTF-8 without a byte order mark, a batch at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from wmca_tracker.api.formats.columns import Column


def csv_of(columns: Sequence[Column], batches: Iterable[Iterable[Mapping[str, Any]]]) -> Iterator[bytes]:
    """The header, then each batch of items."""
    yield _lines([[column.name for column in columns]])
    for batch in batches:
        yield _lines([column.field(item) for column in columns] for item in batch)


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
