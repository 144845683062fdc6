"""`python -m tests.bench [SUBJECT]`: measures on a PostgreSQL and Redis of its own; SUBJECTS are below.

Without a subject it measures all of them, each in a process of its own with an empty database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import django

from tests.bench.figures import Findings
from tests.plugin import Services, choose_redis_numbers

RESULTS = Path("var", "bench.json")
SUBJECTS = ("aggregation", "api", "dashboard", "freeze", "imports", "pack")


def measure_all() -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.unlink(missing_ok=True)
    for subject in SUBJECTS:
        subprocess.run([sys.executable, "-m", "tests.bench", subject], check=True)


def measure(subject: str) -> None:
    findings = Findings()
    os.environ["DJANGO_SETTINGS_MODULE"] = "wmca_tracker.settings"
    services = Services()
    services.start()
    choose_redis_numbers(0)
    try:
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        import_module(f"tests.bench.{subject}").measure(findings)
        connection.close()
    finally:
        services.stop()
    findings.add_to(RESULTS)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        measure_all()
