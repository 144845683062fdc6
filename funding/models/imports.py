"""Monthly files of the finance system: how their columns are read, and what each file brought."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from accounts.guards import no_delete
from aims.models.conditions import filled


class ImportLayout(models.Model):
    """How the columns of one kind of file are read: `columns` maps our field names to the file's headings.

    `signature` is the SHA-256 of the headings, by which the next file of the kind is recognised.
    """

    name = models.CharField(max_length=120)
    signature = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="layout_has_a_name", condition=filled("name"))]

    def __str__(self) -> str:
        return self.name


class FundingImport(models.Model):
    """One file: read and checked by a job, shown as a preview, then taken over whole or not at all.

    `answers` holds its sound rows between the preview and the taking over, `problems` what keeps it from it.
    """

    name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    layout = models.ForeignKey(ImportLayout, on_delete=models.PROTECT, related_name="imports", null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    rows = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    answers = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    read_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    taken_over_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(name="import_has_a_name", condition=filled("name")),
            models.CheckConstraint(name="import_hash_well_formed", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="import_rows_done_within_rows",
                condition=Q(rows__isnull=True) | Q(rows_done__lte=F("rows")),
            ),
            models.CheckConstraint(
                name="import_undone_after_taken_over",
                condition=Q(undone_at__isnull=True) | Q(taken_over_at__isnull=False),
            ),
        ]
        triggers = no_delete("import")

    def __str__(self) -> str:
        return self.name
