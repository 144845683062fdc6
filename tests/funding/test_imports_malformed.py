"""More than sixty malformed finance files: each refused by its cell within two seconds, and nothing kept of it."""

from __future__ import annotations

import resource
import sys

import pytest

from accounts.models import User
from funding.imports import child
from funding.imports.columns import guess, signature_of
from funding.models import FundingImport, FundingReturn, FundingStream, ImportLayout
from funding.services.import_reading import read_import
from funding.services.importing import keep_upload
from tests.factories import IN_ROUND
from tests.funding.finance_files import HEADINGS
from tests.funding.malformed_files import KINDS, Kind

MOST_PROCESSOR_SECONDS = 2.0  # of the reader and of what checks its rows: the clock of a busy machine says less


@pytest.fixture
def layout(finance: User) -> ImportLayout:
    made: ImportLayout = ImportLayout.objects.create(
        name="Ledger",
        signature=signature_of(HEADINGS),
        columns=guess(HEADINGS),
        saved_by=finance,
        saved_at=IN_ROUND,
    )
    return made


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def test_there_are_more_than_sixty_kinds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 90


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_malformed_file_is_refused_by_its_cell(
    kind: Kind, stream: FundingStream, finance: User, layout: ImportLayout
) -> None:
    made: FundingImport = keep_upload(content=kind.content, name="a.csv", by=finance, now=IN_ROUND).imported
    before = processor_seconds()

    read_import(imported=made, now=IN_ROUND)

    assert processor_seconds() - before < MOST_PROCESSOR_SECONDS
    made.refresh_from_db()
    told = [f"{found['cell']}: {found['message']}" if found["cell"] else found["message"] for found in made.problems]
    assert any(kind.told in said for said in told), told
    assert (made.read_at, made.lines.count(), made.stored) == (IN_ROUND, 0, "")
    assert not FundingReturn.objects.exists()


def test_a_reader_that_cannot_stop_is_ended(
    stream: FundingStream, finance: User, layout: ImportLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "from aims.workbooks.read import limit; limit(300 * 2**20, 1)\nwhile True: pass"
    monkeypatch.setattr(child, "COMMAND", (sys.executable, "-c", program))
    made = keep_upload(content=b"x", name="a.csv", by=finance, now=IN_ROUND).imported

    read_import(imported=made, now=IN_ROUND)

    made.refresh_from_db()
    assert made.problems[0]["message"] == child.TOO_MUCH
