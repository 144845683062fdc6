"""Monthly files of the finance system: how their columns are read, and what each file brought."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.guards import no_delete, set_once
from aims.models.conditions import filled
from funding.choices import ImportState, SumUnit
from funding.querysets import FundingImportQuerySet


def import_storage() -> Storage:
    """Where an uploaded file waits for the worker."""
    return storages["imports"]


class ImportLayout(models.Model):
    """How the columns of one kind of file are read: `columns` maps our field names to the file's headings.

    `signature` is the SHA-256 of the headings, by which the next file of the kind is recognised. A field without a
    column is left as it stands.
    """

    name = models.CharField(max_length=120)
    signature = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    unit = models.PositiveIntegerField(choices=SumUnit, default=SumUnit.POUNDS)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="layout_has_a_name", condition=filled("name")),
            models.CheckConstraint(name="layout_unit_known", condition=Q(unit__in=SumUnit.values)),
        ]

    def __str__(self) -> str:
        return self.name


class FundingImport(models.Model):
    """One file: read and checked by a job, shown as a preview, then taken over whole or not at all.

    `stored` names the bytes until they are read. `headings` are known once a job has looked into the file; without a
    `layout` it then waits for somebody to say what its columns mean. Its sound rows that say something new are its
    `lines`, until it is taken over or stopped; `unchanged` counts the others. `problems` holds the first of
    `problems_found` that keep it from being taken over; once it was, of those that kept returns from being undone.
    """

    name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=100, blank=True)
    headings = models.JSONField(default=list)
    layout = models.ForeignKey(ImportLayout, on_delete=models.PROTECT, related_name="imports", null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    rows = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    problems_found = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    taken_over_at = models.DateTimeField(null=True)
    undo_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True)

    objects = FundingImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(name="import_has_a_name", condition=filled("name")),
            models.CheckConstraint(name="import_hash_well_formed", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="import_rows_done_within_rows",
                condition=Q(rows__isnull=True) | Q(rows_done__lte=F("rows")),
            ),
            models.CheckConstraint(
                name="import_ends_once", condition=Q(stopped_at__isnull=True) | Q(taken_over_at__isnull=True)
            ),
            models.CheckConstraint(
                name="import_asked_by_somebody",
                condition=Q(asked_by__isnull=True, asked_at__isnull=True)
                | Q(asked_by__isnull=False, asked_at__isnull=False, read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_taken_over_when_asked",
                condition=Q(taken_over_at__isnull=True) | Q(asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_undoing_has_a_reason",
                condition=Q(undo_asked_by__isnull=True, undo_asked_at__isnull=True)
                | (
                    Q(undo_asked_by__isnull=False, undo_asked_at__isnull=False, taken_over_at__isnull=False)
                    & filled("undo_reason")
                ),
            ),
            models.CheckConstraint(
                name="import_undone_after_taken_over",
                condition=Q(undone_at__isnull=True) | Q(taken_over_at__isnull=False),
            ),
        ]
        triggers = [
            set_once("import_filled_once", "it is filled once", "read_at", "stopped_at", "taken_over_at", "undone_at"),
            *no_delete("import"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("funding-import-one", args=[self.pk])

    @property
    def state(self) -> ImportState:
        """How far it has come."""
        facts = (
            (self.undone_at, ImportState.UNDONE),
            (self.undo_asked_at, ImportState.UNDOING),
            (self.taken_over_at, ImportState.TAKEN_OVER),
            (self.stopped_at, ImportState.STOPPED),
            (self.asked_at, ImportState.TAKING_OVER),
            (self.problems_found, ImportState.REFUSED),
            (self.read_at, ImportState.READ),
            (self.headings and not self.layout_id, ImportState.TO_NAME),
        )
        return next((state for fact, state in facts if fact), ImportState.READING)
