"""Closing a round as a job: what the office asked for, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.guards import append_only_but
from aims.models import ReviewPeriod
from reporting.models.reviews import Review


class Closing(models.Model):
    """One try to close a round, with the paper's cover: when the Board meets, who presents, what it is asked.

    `recommendations` is a list of {"number", "verb", "text"}. How far a running job is stands in the cache, under
    its primary key; a row with neither review nor problem waits or runs.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="closings")
    board_on = models.DateField(null=True)
    director = models.CharField(max_length=160, blank=True)
    recommendations = models.JSONField(default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="closing", null=True)
    problem = models.TextField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                name="closing_ends_one_way",
                condition=models.Q(finished_at__isnull=True, review__isnull=True, problem__isnull=True)
                | models.Q(finished_at__isnull=False, review__isnull=False, problem__isnull=True)
                | models.Q(finished_at__isnull=False, review__isnull=True, problem__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_closing_at_a_time",
                fields=["period"],
                condition=models.Q(finished_at__isnull=True),
            ),
        ]
        triggers = append_only_but("closing", "started_at", "finished_at", "review_id", "problem")

    def __str__(self) -> str:
        return f"Closing of {self.period}"
