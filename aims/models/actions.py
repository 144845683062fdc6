"""What the Board asked for in a review, and what has been reported about it since."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.guards import append_only
from accounts.models import Owner
from aims.models.conditions import filled
from aims.models.periods import ReviewPeriod
from aims.models.strategy import KeyActivity
from aims.querysets import BoardActionQuerySet


class BoardAction(models.Model):
    """One action that the Board asked for: what, of which post, by when; `number` counts within the review.

    It is open until its latest report says that it is done, and comes back in every later review until then.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="actions", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="board_actions", null=True)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="board_actions")
    due_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = BoardActionQuerySet.as_manager()

    class Meta:
        ordering = ["period__starts", "number"]
        constraints = [
            models.UniqueConstraint(name="one_action_a_number", fields=["period", "number"]),
            models.CheckConstraint(name="action_says_what", condition=filled("text")),
        ]
        triggers = append_only("action")

    def __str__(self) -> str:
        return f"{self.period.label}, action {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("board-action", args=[self.period.slug, self.number])

    @property
    def reference(self) -> str:
        """How pages and the pack name it: the review and its number, `2026-27-h1/3`."""
        return f"{self.period.slug}/{self.number}"


class ActionReport(models.Model):
    """What was done about an action, as told on a day; the latest says whether it is done."""

    action = models.ForeignKey(BoardAction, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField()
    is_done = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["action", "id"]
        constraints = [
            models.CheckConstraint(name="report_says_something", condition=filled("text")),
        ]
        triggers = append_only("report")

    def __str__(self) -> str:
        return self.text
