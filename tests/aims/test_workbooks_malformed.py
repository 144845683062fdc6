"""Whatever is uploaded: a clear message with its cell, nothing changed, never an error page, within the limits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from aims.models import KeyActivity, ProgressUpdate, Workbook
from aims.workbooks import child
from aims.workbooks.limits import MEGABYTE
from tests.aims.malformed_workbooks import KINDS, Kind
from tests.aims.over_http import signed_in
from tests.factories import IN_ROUND, make_activity

pytestmark = pytest.mark.django_db

MEASURED = """
import atexit, pathlib, resource
from aims.workbooks import read

def tell():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    used = resource.getrusage(resource.RUSAGE_SELF)
    pathlib.Path({told!r}).write_text(f"{{peak}} {{used.ru_utime + used.ru_stime}}")

atexit.register(tell)
read.main()
"""


@pytest.fixture(autouse=True)
def _in_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: IN_ROUND)


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Lets the reader write its own peak of resident kilobytes and its processor seconds, unless the kernel ends it."""
    told = tmp_path / "cost"
    monkeypatch.setattr(child, "COMMAND", (sys.executable, "-c", MEASURED.format(told=str(told))))
    return told


DOWNLOADED: list[bytes] = []


def downloaded(client: Client) -> bytes:
    """The workbook of 1.1.1 and 1.1.2, the same in every test; downloaded once."""
    if not DOWNLOADED:
        DOWNLOADED.append(client.get("/my/workbook/download/").content)
    return DOWNLOADED[0]


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 100


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_malformed_file_ends_in_a_clear_message(
    kind: Kind, owner: User, activity: KeyActivity, measure: Path
) -> None:
    make_activity("1.1.2", owner=activity.owner)
    make_activity("2.1.1")
    client = signed_in(owner)
    file = kind.make(downloaded(client))

    answer = client.post("/my/workbook/", {"sheet": SimpleUploadedFile("updates.xlsx", file)})

    assert kind.told in answer.content.decode()
    assert answer.status_code == 422
    assert not ProgressUpdate.objects.exists()
    assert not Workbook.objects.exists()
    if measure.exists():
        peak, seconds = measure.read_text().split()
        assert int(peak) * 1024 < 200 * MEGABYTE
        assert float(seconds) < 2.5
