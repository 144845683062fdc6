"""A shell into which blocks are pasted, one after the other, as a reader of the guide does."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

PATIENCE = 60
END = "--- the block has ended ---"


@dataclass(frozen=True, slots=True)
class Shell:
    """bash, reading what is pasted from its standard input, in a folder of its own."""

    process: Popen[str]

    def paste(self, block: str, typed: str = "") -> str:
        """What the block prints. `typed` is typed after it, where a line of the block waits for somebody."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{block}\n{typed}\necho; echo '{END}'\n")
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            if line.rstrip("\n") == END:
                return "".join(printed).strip()
            printed.append(line)
        raise AssertionError(f"The shell ended: {''.join(printed)}")


@contextmanager
def opened_shell(folder: Path) -> Iterator[Shell]:
    """A shell without anybody's own settings."""
    program = ["bash", "--noprofile", "--norc", "-s"]
    with Popen(program, stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True, cwd=folder) as process:
        yield Shell(process)
        if process.stdin:
            process.stdin.close()
        process.wait(PATIENCE)


def run_python(code: str, folder: Path, **variables: str) -> str:
    """What a program prints that is pasted into a file and run with nothing installed."""
    program = ["python3", "-I", "-c", code]
    return subprocess.run(program, cwd=folder, env=variables, capture_output=True, text=True, check=True).stdout
