"""`manage.py reconcile_funding`: whether the money adds up, to the penny."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from funding.selectors.reconciliation import reconciliation


class Command(BaseCommand):
    help = "Checks that awards, allocations and returns add up; prints every break and exits 1 if there is one."

    def handle(self, **options: object) -> None:
        breaks = reconciliation(timezone.localdate())
        for found in breaks:
            self.stdout.write(str(found))
        if breaks:
            raise SystemExit(1)
        self.stdout.write("Every stream adds up, and all streams together")
