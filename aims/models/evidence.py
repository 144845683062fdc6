"""Files that show what an update or a milestone says; kept outside the web root, served as attachments only."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from accounts.guards import append_only_but
from aims.models.conditions import filled
from aims.models.dates import Milestone
from aims.models.progress import ProgressUpdate
from aims.models.strategy import KeyActivity
from aims.querysets import EvidenceFileQuerySet

MOST_BYTES = 10 * 1024 * 1024


def evidence_storage() -> Storage:
    """Where the files lie; a function, so that a migration names no folder."""
    return storages["evidence"]


class EvidenceFile(models.Model):
    """One file with an activity, under the name that its owner gave it.

    `content_type` was found by looking into it, never taken from the browser. A withdrawn file is no longer served
    and its bytes are gone; that it was there stays known.
    """

    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="evidence_files")
    update = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, related_name="evidence_files", null=True)
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="evidence_files", null=True)
    file = models.FileField(storage=evidence_storage, max_length=120)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.UniqueConstraint(name="evidence_kept_once", fields=["file"]),
            models.CheckConstraint(name="evidence_has_a_name", condition=filled("name")),
            models.CheckConstraint(name="evidence_size_within_limit", condition=Q(size__range=(1, MOST_BYTES))),
            models.CheckConstraint(name="evidence_hash_well_formed", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="evidence_withdrawn_by_somebody",
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
            ),
        ]
        triggers = append_only_but("evidence", "withdrawn_by_id", "withdrawn_at")

    def __str__(self) -> str:
        return self.name
