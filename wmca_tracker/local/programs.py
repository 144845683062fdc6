"""The tracker's own processes: web, worker and beat, as `up` runs them on the loopback."""

import os
import signal
import sys
from pathlib import Path

from wmca_tracker.local.children import Child
from wmca_tracker.local.folder import BASE_DIR

HOST = "127.0.0.1"


def web(var: Path, port: int) -> Child:
    return _python_child(
        "web",
        var,
        ["gunicorn", "--config", "python:wmca_tracker.web_server", "--bind", f"{HOST}:{port}", "wmca_tracker.wsgi"],
        stop_signals=((signal.SIGTERM, 7.0),),
    )


def worker(var: Path) -> Child:
    """Warm shut-down first; a job that takes longer is cut off and, being acknowledged late, done again."""
    return _python_child(
        "worker",
        var,
        ["celery", "-A", "wmca_tracker", "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip"],
        stop_signals=((signal.SIGTERM, 5.0), (signal.SIGQUIT, 2.0)),
        orphan_signal=signal.SIGKILL,  # asked politely, it would wait for a Redis that ends with us
    )


def beat(var: Path) -> Child:
    schedule = var / "beat-schedule"
    return _python_child(
        "beat",
        var,
        ["celery", "-A", "wmca_tracker", "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "INFO"],
    )


def _python_child(
    name: str,
    var: Path,
    module: list[str],
    stop_signals: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 3.0),),
    orphan_signal: signal.Signals = signal.SIGTERM,
) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-m", *module],
        log=var / "logs" / f"{name}.log",
        environment=dict(os.environ),
        folder=BASE_DIR,
        stop_signals=stop_signals,
        orphan_signal=orphan_signal,
    )
