"""What a finance file of 100,000 rows costs: time beside a plain write of as many rows, and memory."""

from __future__ import annotations

from django.db import connection

from aims.workbooks.limits import MEGABYTE
from funding.models import FundingImport, FundingReturn
from funding.services.importing import ask_to_take_over
from tests.bench.figures import Figure, Findings, seconds, tell
from tests.factories import IN_ROUND
from tests.funding.large_imports import large_import, worked_on

ROWS = 100_000
MOST_MEMORY = 300.0

# The same rows again, as the next revision: what PostgreSQL itself takes to write them with all their guards.
PLAIN = """
INSERT INTO funding_fundingreturn (stream_id, month, revision, committed, spend_to_date, budget_this_year,
    forecast_outturn, re_profiled, note, warning_reason, submitted_by_id, submitted_at, returned_by_id, returned_at,
    return_note)
SELECT stream_id, month, 2, committed, spend_to_date, budget_this_year, forecast_outturn, re_profiled, note,
    warning_reason, submitted_by_id, submitted_at, submitted_by_id, submitted_at, 'Written plainly.'
FROM funding_fundingreturn
"""


def measure(findings: Findings) -> None:
    tell(f"importing {ROWS:,} rows …")
    imported = large_import(ROWS)
    read = worked_on(imported)
    ask_to_take_over(imported=imported, reason="", by=imported.uploaded_by, now=IN_ROUND)
    taken = worked_on(imported)
    check(imported)
    plain = seconds(write_plainly)
    findings.add("import: 100,000 rows written plainly", Figure(plain, "s"))
    findings.add("import: 100,000 rows read and checked", Figure(read["seconds"], "s", ratio=read["seconds"] / plain))
    findings.add("import: 100,000 rows taken over", Figure(taken["seconds"], "s", ratio=taken["seconds"] / plain))
    for who in ("worker", "reader"):
        peak = max(read[who], taken[who]) / MEGABYTE
        findings.add(f"import: most memory of the {who}", Figure(peak, "MB", MOST_MEMORY))


def check(imported: FundingImport) -> None:
    assert imported.taken_over_at
    assert FundingReturn.objects.filter(source=imported).count() == ROWS


def write_plainly() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
