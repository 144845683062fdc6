"""A filled-in workbook between its preview and its taking over."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, Value

from accounts.guards import no_delete, refuse_when, set_once
from aims.models.conditions import filled
from aims.models.periods import ReviewPeriod
from aims.querysets import WorkbookQuerySet

REST = "to_jsonb({row}) - 'answers' - 'taken_over_at' - 'dropped_at'"
KEEPS_WHAT_WAS_UPLOADED = "".join(
    [
        refuse_when(
            "workbook_append_only",
            "these rows are never changed",
            f"{REST.format(row='OLD')} IS DISTINCT FROM {REST.format(row='NEW')}",
        ),
        refuse_when(
            "workbook_answers_only_emptied",
            "its answers are never changed",
            "NEW.answers <> OLD.answers AND NEW.answers <> '[]'",
        ),
        "RETURN NEW;",
    ]
)


class Workbook(models.Model):
    """What a person's uploaded workbook says, read and found sound; `answers` holds one entry an activity.

    Each entry names the activity's number, the version that the download showed, and the values of the update. It
    ends taken over or dropped, and either empties it: exempt text stays no longer than it is needed. That it was
    there stays known.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    answers = models.JSONField(encoder=DjangoJSONEncoder)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    taken_over_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="A newer one came, its round moved on, or nobody came back.")

    objects = WorkbookQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at"]
        indexes = [
            models.Index(
                name="workbook_that_waits",
                fields=["uploaded_by"],
                condition=Q(taken_over_at__isnull=True, dropped_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(name="workbook_has_a_name", condition=filled("name")),
            models.CheckConstraint(
                name="workbook_ends_once",
                condition=Q(taken_over_at__isnull=True) | Q(dropped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="workbook_ended_is_emptied",
                condition=Q(taken_over_at__isnull=True, dropped_at__isnull=True)
                | Q(answers=Value([], models.JSONField())),
            ),
        ]
        triggers = [
            set_once("workbook_filled_once", "it is filled once", "taken_over_at", "dropped_at"),
            pgtrigger.Trigger(
                name="workbook_append_only",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=KEEPS_WHAT_WAS_UPLOADED,
            ),
            *no_delete("workbook"),
        ]

    def __str__(self) -> str:
        return self.name
