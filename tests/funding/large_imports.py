"""A large file of the finance system, and the job on it done in a process of its own, so that its memory is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from itertools import islice, product
from pathlib import Path
from string import ascii_uppercase

from accounts.choices import UserRole
from accounts.models import User
from funding.imports.columns import guess, signature_of
from funding.models import FundingImport, FundingStream, ImportLayout
from funding.services.importing import keep_upload
from tests.factories import IN_ROUND, make_stream, make_user
from tests.funding.finance_files import HEADINGS, csv_of
from tests.worker import own_database_url

MEASURED = """
import json, pathlib, re, resource, sys, time
import django
django.setup()
from funding.tasks import work_on_import_task

started = time.monotonic()
work_on_import_task(int(sys.argv[1]))
# What getrusage tells of the process itself would be its parent's, before it became another program.
own = int(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"worker": own * 1024, "reader": children * 1024, "seconds": time.monotonic() - started}))
"""


def codes() -> list[str]:
    """Every code that a stream can have."""
    return [*ascii_uppercase, *("".join(pair) for pair in product(ascii_uppercase, repeat=2))]


def large_file(rows: int) -> bytes:
    """So many rows, a row a stream and month."""
    months = [date(year, month, 1) for year in range(2010, 2026) for month in range(1, 13)]
    told = (
        (code, f"{month:%Y-%m}", 900, at, 450, 440, 0, "On course.")
        for at, month in enumerate(months)
        for code in codes()
    )
    return csv_of(*islice(told, rows))


def layout_of(by: User) -> ImportLayout:
    """The columns of the large file, named before."""
    given = {"name": "Ledger", "columns": guess(HEADINGS), "saved_by": by, "saved_at": IN_ROUND}
    made: ImportLayout = ImportLayout.objects.create(signature=signature_of(HEADINGS), **given)
    return made


def large_import(rows: int) -> FundingImport:
    """The upload of a large file, with every stream that it names."""
    finance = make_user(UserRole.FINANCE)
    given = {"strategy": make_stream().strategy, "name": "Stream", "award": 1000}
    FundingStream.objects.bulk_create(FundingStream(code=code, **given) for code in codes()[1:])
    layout_of(finance)
    return keep_upload(content=large_file(rows), name="large.csv", by=finance, now=IN_ROUND).imported


def worked_on(imported: FundingImport) -> dict[str, float]:
    """What a process of its own spent that did what was to be done: bytes of memory at the most, and seconds."""
    command = [sys.executable, "-c", MEASURED, str(imported.pk)]
    environment = {**os.environ, "DATABASE_URL": own_database_url(), "DJANGO_SETTINGS_MODULE": "wmca_tracker.settings"}
    ended = subprocess.run(command, env=environment, cwd=Path.cwd(), stdout=subprocess.PIPE, check=True)
    imported.refresh_from_db()
    answer: dict[str, float] = json.loads(ended.stdout)
    return answer
