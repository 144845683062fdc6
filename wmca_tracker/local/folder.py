"""`var/`: everything that the local services keep, beside the code and outside its history."""

import os
from pathlib import Path

from wmca_tracker.local.problems import LocalProblem

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def var_path() -> Path:
    """Where the folder is; WMCA_VAR puts it elsewhere (the tests do)."""
    return Path(os.environ.get("WMCA_VAR") or BASE_DIR / "var")


def ready_var() -> Path:
    """The folder, made and writable. Others may pass through it: PostgreSQL runs as `nobody` where we are root."""
    var = var_path()
    try:
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
        for name in ("logs", "mail"):  # without a mail server, links that set a password are written there
            (var / name).mkdir(exist_ok=True)
            (var / name).chmod(0o700)
        probe = var / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise LocalProblem(
            f"Cannot write to {var}: {error.strerror}. Make it writable, or name another in WMCA_VAR."
        ) from error
    return var
