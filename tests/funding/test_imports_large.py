"""A large file: read with its progress told, taken over whole, stopped when asked, memory bounded throughout.

The measured process does all that the worker does, from the stored bytes to the returns. `make bench` does it with
100,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from accounts.models import User
from aims.choices import EventKind
from aims.models import Event
from aims.workbooks.limits import MEGABYTE
from funding.models import FundingImport, FundingReturn, FundingStream
from funding.services import import_reading
from funding.services.import_reading import read_import
from funding.services.importing import ask_to_take_over, keep_upload, stop_import
from tests.factories import IN_ROUND
from tests.funding.finance_files import csv_of, row
from tests.funding.large_imports import large_import, layout_of, worked_on

ROWS = 5_000
MOST_MEMORY = 300 * MEGABYTE  # of the worker, with Django and all that it loads, and of the reader


@pytest.mark.django_db(transaction=True)
def test_thousands_of_rows_are_read_and_taken_over_whole_in_bounded_memory() -> None:
    made = large_import(ROWS)

    spent = {"read": worked_on(made)}
    assert (made.rows, made.rows_done, made.problems_found, made.lines.count()) == (ROWS, ROWS, 0, ROWS)
    ask_to_take_over(imported=made, reason="", by=made.uploaded_by, now=IN_ROUND)
    spent["taken over"] = worked_on(made)

    assert made.taken_over_at
    assert FundingReturn.objects.filter(source=made).count() == ROWS
    assert Event.objects.filter(kind=EventKind.RETURN_SUBMITTED).count() == ROWS
    assert made.lines.count() == 0
    assert max(found[who] for found in spent.values() for who in ("worker", "reader")) < MOST_MEMORY, spent


@pytest.mark.django_db
def test_progress_is_told_and_a_stop_is_heard_after_each_batch(
    stream: FundingStream, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_reading, "BATCH", 2)
    layout_of(finance)
    rows = [row(month=f"2026-0{month}") for month in range(1, 10)]
    made = keep_upload(content=csv_of(*rows), name="a.csv", by=finance, now=IN_ROUND).imported
    told: list[int] = []

    def sliced(rows: Iterator[object], most: int) -> Iterator[object]:
        """Between two batches somebody looks how far it is, and stops it after the second."""
        told.append(FundingImport.objects.get(pk=made.pk).rows_done)
        if told[-1] == 4:
            stop_import(imported=made, now=IN_ROUND)
        return islice(rows, most)

    monkeypatch.setattr(import_reading, "islice", sliced)
    read_import(imported=made, now=IN_ROUND)

    made.refresh_from_db()
    assert told == [0, 2, 4]
    assert (made.stopped_at, made.read_at, made.rows, made.lines.count()) == (IN_ROUND, None, 9, 0)
