"""`manage.py aggregate`: rebuild the summaries, or only tell how far they have drifted."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aims.choices import PeriodState
from aims.models import ReviewPeriod
from aims.services.periods import ensure_periods
from reporting.services import Drift, process_events, rebuild, rebuild_all


class Command(BaseCommand):
    help = (
        "Make the half-years around today that are missing, then rebuild positions and summaries from approved "
        "updates; --check writes nothing and exits 1 on drift."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", metavar="P", help="one period by its reference, such as 2026-27-h1")
        parser.add_argument(
            "--check", action="store_true", help="report drift without writing; exit 1 where there is some"
        )

    def handle(self, *args: Any, period: str | None, check: bool, **options: Any) -> None:
        now = timezone.now()
        on = timezone.localdate(now)
        chosen = find_period(period) if period else None
        if not check:
            ensure_periods(on=on, now=now)
            process_events(now=now, everything=True)
        drifts = [rebuild(period=chosen, on=on, check=check)] if chosen else rebuild_all(on=on, check=check)
        for drift in drifts:
            self._tell(drift, check)
        if check and any(drifts):
            sys.exit(1)

    def _tell(self, drift: Drift, check: bool) -> None:
        if check:
            for name in drift.names:
                self.stdout.write(f"{drift.period}: {name} differs")
        rows = "1 row" if drift.rows == 1 else f"{drift.rows} rows"
        found = "written" if not check else "differs" if drift.rows == 1 else "differ"
        self.stdout.write(f"{drift.period}: {rows} {found}")


def find_period(reference: str) -> ReviewPeriod:
    """A period of the strategy in force that was ever opened; anything else ends the command with status 2."""
    period = (
        ReviewPeriod.objects.filter(strategy__is_in_force=True, slug=reference)
        .exclude(state=PeriodState.SCHEDULED)
        .select_related("strategy")
        .first()
    )
    if period is None:
        raise CommandError(f"There is no opened period {reference!r}.", returncode=2)
    return period
