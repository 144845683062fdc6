"""A file of 100,000 rows: read with its progress told, taken over whole, stopped when asked, memory bounded throughout.

The measured process does all that the worker does, from the stored bytes to the returns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase

import pytest

from accounts.choices import UserRole
from accounts.models import User
from aims.choices import EventKind
from aims.models import Event
from aims.workbooks.limits import MEGABYTE
from funding.imports.columns import guess, signature_of
from funding.models import FundingImport, FundingReturn, FundingStream, ImportLayout
from funding.services import import_reading
from funding.services.import_reading import read_import
from funding.services.importing import ask_to_take_over, keep_upload, stop_import
from tests.factories import IN_ROUND, make_stream, make_user
from tests.funding.finance_files import HEADINGS, csv_of, row
from tests.worker import own_database_url

ROWS = 100_000
MOST_MEMORY = 300 * MEGABYTE  # of the worker, with Django and all that it loads, and of the reader
MEASURED = """
import json, resource, sys, time
import django
django.setup()
from django.utils import timezone
from funding.models import FundingImport
from funding.tasks import work_on_import_task

started = time.monotonic()
work_on_import_task(int(sys.argv[1]))
peak = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"worker": peak[0], "reader": peak[1], "seconds": time.monotonic() - started}))
"""


def codes() -> list[str]:
    return [*ascii_uppercase, *("".join(pair) for pair in product(ascii_uppercase, repeat=2))]


def large_file() -> bytes:
    months = [date(year, month, 1) for year in range(2010, 2026) for month in range(1, 13)]
    rows = (
        (code, f"{month:%Y-%m}", 900, at, 450, 440, 0, "On course.")
        for at, month in enumerate(months)
        for code in codes()
    )
    return csv_of(*islice(rows, ROWS))


def layout_of(by: User) -> ImportLayout:
    given = {"name": "Ledger", "columns": guess(HEADINGS), "saved_by": by, "saved_at": IN_ROUND}
    made: ImportLayout = ImportLayout.objects.create(signature=signature_of(HEADINGS), **given)
    return made


def worked_on(imported: FundingImport) -> dict[str, float]:
    """What a process of its own spent that did what was to be done for the import."""
    command = [sys.executable, "-c", MEASURED, str(imported.pk)]
    environment = {**os.environ, "DATABASE_URL": own_database_url(), "DJANGO_SETTINGS_MODULE": "wmca_tracker.settings"}
    ended = subprocess.run(command, env=environment, cwd=Path.cwd(), stdout=subprocess.PIPE, check=True)
    imported.refresh_from_db()
    answer: dict[str, float] = json.loads(ended.stdout)
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_are_read_and_taken_over_within_bounds() -> None:
    finance = make_user(UserRole.FINANCE)
    strategy = make_stream().strategy
    given = {"strategy": strategy, "name": "Stream", "award": 1000}
    FundingStream.objects.bulk_create(FundingStream(code=code, **given) for code in codes()[1:])
    layout_of(finance)
    made = keep_upload(content=large_file(), name="large.csv", by=finance, now=IN_ROUND).imported

    spent = {"read": worked_on(made)}
    assert (made.rows, made.rows_done, made.problems_found, made.lines.count()) == (ROWS, ROWS, 0, ROWS)
    ask_to_take_over(imported=made, reason="", by=finance, now=IN_ROUND)
    spent["taken over"] = worked_on(made)

    assert made.taken_over_at
    assert FundingReturn.objects.filter(source=made).count() == ROWS
    assert Event.objects.filter(kind=EventKind.RETURN_SUBMITTED).count() == ROWS
    assert made.lines.count() == 0
    peaks = [found[who] * 1024 for found in spent.values() for who in ("worker", "reader")]
    assert max(peaks) < MOST_MEMORY, spent
    assert max(found["seconds"] for found in spent.values()) < 540, spent


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
