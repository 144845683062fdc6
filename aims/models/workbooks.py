"""A filled-in workbook between its preview and its taking over."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.guards import append_only_but
from aims.models.conditions import filled
from aims.models.periods import ReviewPeriod


class Workbook(models.Model):
    """What a person's uploaded workbook says, read and found sound; `answers` holds one entry an activity.

    Each entry names the activity's number, the version that the download showed, and the values of the update.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    answers = models.JSONField(encoder=DjangoJSONEncoder)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    taken_over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["uploaded_at"]
        constraints = [models.CheckConstraint(name="workbook_has_a_name", condition=filled("name"))]
        triggers = append_only_but("workbook", "taken_over_at")

    def __str__(self) -> str:
        return self.name
