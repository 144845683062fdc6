"""Who runs the local services now: a lock that ends with its holder, and a note of how to reach them."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

LOCK = "lock"
NOTE = "services.json"
PAUSE = 0.1


@dataclass(frozen=True)
class Running:
    """What a second process needs; `command` tells what the holder is doing."""

    pid: int
    command: str
    mode: str
    database_url: str
    redis_url: str
    redis_cache_url: str
    port: str = ""


@contextmanager
def held_lock(var: Path, patience: float = 0.0) -> Iterator[bool]:
    """Whether the lock is ours; the kernel frees it with our last breath, so that it is never stale."""
    descriptor = os.open(var / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _locked(descriptor, patience)
    finally:
        os.close(descriptor)


def is_held(var: Path) -> bool:
    try:
        descriptor = os.open(var / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _locked(descriptor, 0.0)
    finally:
        os.close(descriptor)


def running(var: Path) -> Running | None:
    """The note of the lock's holder; a note that nobody holds the lock for is an old one."""
    if not is_held(var):
        return None
    try:
        return Running(**json.loads((var / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_note(var: Path, note: Running) -> None:
    unfinished = var / f"{NOTE}.new"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(note), file)
    unfinished.rename(var / NOTE)


def remove_note(var: Path) -> None:
    (var / NOTE).unlink(missing_ok=True)


def _locked(descriptor: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(PAUSE)
        else:
            return True
