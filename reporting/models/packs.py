"""The pack of a review: its files, made once per seal and number of errata, then kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.guards import append_only, append_only_but
from reporting.choices import PackAudience, PackFormat
from reporting.models.reviews import HASH, Review, digest


class Pack(models.Model):
    """The files of one review for one audience, as it stood with its first `errata` errata.

    How far a running job is stands in the cache, under its primary key. One that failed is followed by another.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="packs")
    errata = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=8, choices=PackAudience)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_pack_a_seal",
                fields=["review", "errata", "audience"],
                condition=Q(problem__isnull=True),
            ),
            models.CheckConstraint(name="pack_audience_known", condition=Q(audience__in=PackAudience.values)),
            models.CheckConstraint(
                name="pack_that_failed_is_finished", condition=Q(problem__isnull=True) | Q(finished_at__isnull=False)
            ),
        ]
        triggers = append_only_but("pack", "started_at", "finished_at", "problem")

    def __str__(self) -> str:
        return f"{self.get_audience_display()} pack of {self.review}"


class PackFile(models.Model):
    """One file of a pack; `path` is its place in the storage, `size` in bytes."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="files", db_index=False)
    format = models.CharField(max_length=8, choices=PackFormat)
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = digest()

    class Meta:
        ordering = ["pack", "id"]
        constraints = [
            models.UniqueConstraint(name="one_file_a_format", fields=["pack", "format"]),
            models.CheckConstraint(name="pack_format_known", condition=Q(format__in=PackFormat.values)),
            models.CheckConstraint(name="pack_file_has_its_hash", condition=Q(sha256__regex=HASH)),
        ]
        triggers = append_only("pack_file")

    def __str__(self) -> str:
        return self.name
