"""`manage.py close_review P`: close the round of a period."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aims.errors import AimsError
from reporting.management.commands.aggregate import find_period
from reporting.services import close_review


class Command(BaseCommand):
    help = "Close the round of a period for good, as things stood on its last day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", metavar="P", help="the period's reference, such as 2026-27-h1")

    def handle(self, *args: Any, period: str, **options: Any) -> None:
        try:
            closed = close_review(period=find_period(period), by=None, now=timezone.now())
        except AimsError as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal
        self.stdout.write(f"{closed.label} is closed.")
