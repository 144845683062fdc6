"""`manage.py load_demo`: the demonstration, into a database that holds the strategy and nothing else."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reporting.demonstration.loading import NotPossible, load_demonstration
from wmca_tracker.local import demo_password

YEARS = range(2018, 2101)
REFUSED = 2


def day(text: str) -> date:
    """A day such as 2026-11-23, in the years that the calendar of the demonstration reaches."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise ArgumentTypeError(f"{text} is not a day such as 2026-11-23, from {YEARS[0]} to {YEARS[-1]}")
    return found


class Command(BaseCommand):
    help = "Loads three closed half-years and an open one of invented progress, with accounts to sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=day, metavar="DATE", help="the day to load it for, today if not given")

    def handle(self, *, on: date | None, verbosity: int, **options: object) -> None:
        if settings.MODE == "production":
            raise CommandError(
                "The demonstration has known passwords: not with WMCA_MODE=production", returncode=REFUSED
            )
        chosen = on or timezone.localdate()
        lines = self.stdout.write if verbosity else lambda line: None
        try:
            loaded = load_demonstration(on=chosen, password=demo_password(), tell=lines)
        except NotPossible as problem:
            raise CommandError(str(problem), returncode=REFUSED) from problem
        lines(f"Demonstration {'loaded' if loaded else 'is loaded already, nothing changed'}: {chosen}")
