"""Children that end when they should not, or do not when they should."""

import signal
import sys
import time
from pathlib import Path

import pytest

from wmca_tracker.local import LocalProblem, supervision
from wmca_tracker.local.children import Child, stop_together
from wmca_tracker.local.supervision import Supervisor, describe

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def python(code: str, log: Path) -> Child:
    return Child("child", [sys.executable, "-c", code], log, stop_signals=((signal.SIGTERM, 0.3),))


def test_a_child_that_keeps_ending_is_given_up_with_a_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "PAUSE", 0.01)
    monkeypatch.setattr(supervision, "MOST_DEATHS", 2)
    said: list[str] = []
    supervisor = Supervisor(lambda name, state: said.append(f"{name} {state}"))
    child = python("raise SystemExit(3)", tmp_path / "log")
    supervisor.run(child, child.start)

    with pytest.raises(LocalProblem, match="child ended 2 times in a row; its last words are in"):
        supervisor.watch()
    assert said[0] == "child ended (exit 3); starting it again in 0.5 s"


def test_a_child_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    child = python(STUBBORN, tmp_path / "log")
    child.start()
    while "up" not in child.last_words():
        time.sleep(0.05)

    stop_together([child])

    assert child.exit_status == -signal.SIGKILL


def test_a_signal_is_told_by_its_name() -> None:
    assert describe(-9) == "SIGKILL"
