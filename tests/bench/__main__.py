"""`python -m tests.bench [aggregation] [dashboard]`: measures on a throw-away PostgreSQL and Redis of its own."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import django

from tests.bench.figures import Findings
from tests.plugin import Services, choose_redis_numbers

RESULTS = Path("var", "bench.json")
SUBJECTS = ("aggregation", "dashboard")


def main(chosen: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "wmca_tracker.settings"
    findings = Findings()
    for subject in chosen or SUBJECTS:
        measure(subject, findings)
    RESULTS.parent.mkdir(exist_ok=True)
    findings.write(RESULTS)


def measure(subject: str, findings: Findings) -> None:
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


if __name__ == "__main__":
    main(sys.argv[1:])
