"""`manage.py verify_seals`: whether every sealed review still is what was sealed."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from reporting.models import Review
from reporting.sealing.verifying import verify


class Command(BaseCommand):
    help = "Recomputes every line and seal; prints whatever differs and exits 1, or one line when all is well."

    def handle(self, **options: object) -> None:
        findings = verify()
        for found in findings:
            self.stdout.write(str(found))
        if findings:
            raise SystemExit(1)
        reviews = Review.objects.count()
        self.stdout.write(
            f"{reviews} sealed review{'' if reviews == 1 else 's'}: every line and every seal is as it was"
        )
