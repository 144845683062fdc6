"""The bounds of the reader's process hold whatever runs in it: the kernel keeps them, not our code."""

from __future__ import annotations

import sys

import pytest

from aims.workbooks import child
from aims.workbooks.child import DAMAGED, TOO_MUCH, read_sheet, sheet_of
from aims.workbooks.limits import MEGABYTE, MOST_MEMORY, MOST_PROCESSOR_SECONDS
from aims.workbooks.parcel import Unfit

UNDER_LIMITS = "from aims.workbooks import read; read.limit()\n"


def reader_that(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(child, "COMMAND", (sys.executable, "-c", program))


def refusal(content: bytes = b"PK\x03\x04") -> str:
    with pytest.raises(Unfit) as unfit:
        read_sheet(content)
    return str(unfit.value)


def test_the_promise_is_two_seconds_and_200_megabytes() -> None:
    assert (MOST_PROCESSOR_SECONDS, MOST_MEMORY) == (2, 200 * MEGABYTE)


def test_a_reader_that_computes_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    reader_that(monkeypatch, f"{UNDER_LIMITS}while True: pass")
    assert refusal() == TOO_MUCH


def test_a_reader_that_cannot_stop_allocating_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    took = "from aims.workbooks.parcel import Unfit\ndef hog(_):\n    return [bytearray(10**7) for _ in range(30)]\n"
    reader_that(monkeypatch, f"from aims.workbooks import read\n{took}read.read = hog\nread.main()")
    assert refusal() == TOO_MUCH


def test_without_its_limit_the_same_reader_would_take_what_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = 'print(\'{"problem": "took 300 MB"}\')'
    reader_that(monkeypatch, f"taken = [bytearray(10**7) for _ in range(30)]\n{answer}")
    assert refusal() == "took 300 MB"


def test_a_reader_that_waits_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_SECONDS", 0.5)
    reader_that(monkeypatch, "import time; time.sleep(600)")
    assert refusal() == TOO_MUCH


def test_a_reader_that_fails_says_that_the_file_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    reader_that(monkeypatch, "raise ValueError('the words of the file')")
    assert refusal() == DAMAGED


def test_the_reader_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of the server")
    reader_that(monkeypatch, "import json, os; print(json.dumps({'problem': ' '.join(os.environ)}))")
    named = refusal().split()
    assert "SECRET_KEY" not in named
    assert "DATABASE_URL" not in named


def test_a_signal_means_that_it_took_too_much() -> None:
    with pytest.raises(Unfit, match="takes too long or too much memory"):
        sheet_of(-24, b"")
