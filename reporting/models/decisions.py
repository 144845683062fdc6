"""What the Board answered to what an exception asked of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.guards import append_only
from aims.models.conditions import filled
from reporting.choices import Reply
from reporting.models.reviews import SealedLine


class Answer(models.Model):
    """The Board's answer to one ask; a later one replaces it, and both are kept."""

    line = models.ForeignKey(SealedLine, on_delete=models.PROTECT, related_name="answers")
    reply = models.CharField(max_length=10, choices=Reply)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["line", "id"]
        constraints = [
            models.CheckConstraint(name="answer_reply_known", condition=Q(reply__in=Reply.values)),
            models.CheckConstraint(name="answer_says_something", condition=filled("text")),
        ]
        triggers = append_only("answer")

    def __str__(self) -> str:
        return f"{self.get_reply_display()}: {self.text}"
