"""A shell and an interpreter into which blocks are pasted, one after the other, as a reader of the guide does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO

PATIENCE = 60
END = "--- the block has ended ---"
BASH = ("bash", "--noprofile", "--norc", "-s")
# Each line has a block; what it names is forgotten with its end, as in a file of its own.
ONE_AFTER_THE_OTHER = f"""
import json, sys
for line in sys.stdin:
    exec(compile(json.loads(line), "pasted", "exec"), {{"__name__": "__main__"}})
    print({END!r}, flush=True)
"""
PYTHON = ("python3", "-I", "-c", ONE_AFTER_THE_OTHER)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A process that runs what is written to it, and prints to us."""

    written: IO[str]
    printed: IO[str]

    def _run(self, text: str) -> str:
        self.written.write(text)
        self.written.flush()
        lines: list[str] = []
        for line in self.printed:
            if line.rstrip("\n") == END:
                return "".join(lines).strip()
            lines.append(line)
        raise AssertionError(f"It ended: {''.join(lines)}")


class Shell(Prompt):
    """bash, reading what is pasted from its standard input."""

    def paste(self, block: str, typed: str = "") -> str:
        """What the block prints. `typed` is typed after it, where a line of the block waits for somebody."""
        return self._run(f"{block}\n{typed}\necho; echo '{END}'\n")


class Interpreter(Prompt):
    """Python with nothing installed."""

    def paste(self, block: str) -> str:
        """What the block prints; it ends the interpreter where it fails."""
        return self._run(f"{json.dumps(block)}\n")


@contextmanager
def opened_shell(folder: Path, **variables: str) -> Iterator[Shell]:
    """A shell without anybody's own settings but these variables."""
    with _started(BASH, folder, variables) as process:
        yield Shell(*process)


@contextmanager
def opened_python(folder: Path, **variables: str) -> Iterator[Interpreter]:
    """An interpreter with these variables."""
    with _started(PYTHON, folder, variables) as process:
        yield Interpreter(*process)


@contextmanager
def _started(program: tuple[str, ...], folder: Path, variables: dict[str, str]) -> Iterator[tuple[IO[str], IO[str]]]:
    with Popen(program, stdin=PIPE, stdout=PIPE, text=True, cwd=folder, env=os.environ | variables) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdin, process.stdout
        process.stdin.close()
        process.wait(PATIENCE)
