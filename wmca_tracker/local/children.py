"""Child processes that end with us: each in a process group of its own, stopped group by group."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wmca_tracker.local.accounts import Account

PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A program to keep running. `stop_signals` are tried in turn, with the seconds that each may take."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path = Path("/")
    account: Account | None = None
    standard_input: str | None = None
    stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 8.0),)
    orphan_signal: signal.Signals = signal.SIGTERM
    is_service: bool = False  # others lean on it, so it ends after them
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL if self.standard_input is None else subprocess.PIPE,
                stdout=log,
                stderr=log,
                process_group=0,
                preexec_fn=ending_with_parent(self.orphan_signal),
                **(self.account.as_process_options() if self.account else {}),
            )
        if self.process.stdin:
            with self.process.stdin as channel:
                channel.write((self.standard_input or "").encode())

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_status(self) -> int | None:
        return self.process.returncode if self.process else None

    def send(self, number: signal.Signals) -> None:
        if self.process and self.running:
            self.process.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within the time."""
        if self.process is None:
            return True
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end_group(self) -> None:
        """Kill what is left of the group, the child's own children included."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, lines: int = 8) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def stop_together(children: Sequence[Child]) -> None:
    """Stop them at the same time: politely, then less so, then by SIGKILL."""
    rounds = max((len(child.stop_signals) for child in children), default=0)
    for step in range(rounds):
        turns = [(child, child.stop_signals[step]) for child in children if step < len(child.stop_signals)]
        for child, (number, _) in turns:
            child.send(number)
        deadline = time.monotonic() + max(seconds for _, (_, seconds) in turns)
        for child in children:
            child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        child.end_group()


def ending_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child does before its program starts, so that the kernel ends it where we are killed (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    library, parent = ctypes.CDLL(None), os.getpid()

    def prepare() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return prepare
