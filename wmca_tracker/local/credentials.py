"""Secrets of the local services, generated once into `var/` and readable by their owner alone."""

import os
import secrets
from pathlib import Path

from wmca_tracker.local.folder import ready_var
from wmca_tracker.local.problems import LocalProblem


def stored_secret(var: Path, name: str, length: int = 48) -> str:
    """The secret kept under that name; made at the first call."""
    path = var / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    secret = secrets.token_urlsafe(length)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def demo_password() -> str:
    """The password of every demonstration account: WMCA_DEMO_PASSWORD, else the one in `var/`."""
    return os.environ.get("WMCA_DEMO_PASSWORD") or stored_secret(ready_var(), "demo-password", length=9)


def _read(path: Path) -> str:
    try:
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise LocalProblem(f"Cannot read {path}: {error.strerror}.") from error
    if not secret:
        raise LocalProblem(f"{path} is empty: delete it, and a new one is made.")
    return secret
