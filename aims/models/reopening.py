"""Opening a closed round again, for what a mistake was found in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.guards import append_only
from aims.models.conditions import filled
from aims.models.periods import ReviewPeriod
from aims.models.strategy import KeyActivity


class Reopening(models.Model):
    """That a closed round was opened again before the Board agreed it, for some activities alone.

    The latest of an open period says which activities it takes updates for; the others stay as they were sealed.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    activities = models.ManyToManyField(KeyActivity, through="ReopenedActivity", related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(name="reopening_has_a_reason", condition=filled("reason")),
        ]
        triggers = append_only("reopening")

    def __str__(self) -> str:
        return f"{self.period} reopened"


class ReopenedActivity(models.Model):
    """One activity that a reopened round takes updates for."""

    reopening = models.ForeignKey(Reopening, on_delete=models.PROTECT, related_name="+", db_index=False)
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="reopened")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="activity_reopened_once", fields=["reopening", "activity"]),
        ]
        triggers = append_only("reopened_activity")

    def __str__(self) -> str:
        return self.activity.number
