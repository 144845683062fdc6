"""Changes of the strategy itself: what was agreed to change, why, and from which review on."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.guards import append_only_but
from aims.choices import ChangeKind
from aims.models.conditions import filled
from aims.models.periods import ReviewPeriod
from aims.models.strategy import KeyActivity, Objective
from aims.querysets import StrategyChangeQuerySet


class StrategyChange(models.Model):
    """One change of an objective or an activity, told from `effective` on: reviews before it keep the old words.

    `before` and `after` hold the fields that change, by name; posts, places and organisations by their slugs.
    `applied_at` is when the row itself took the new values: at once, or when the review before `effective` closed.
    A planned change can be withdrawn while it is not applied.
    """

    kind = models.CharField(max_length=10, choices=ChangeKind)
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="changes", null=True)
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="changes", null=True)
    effective = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="strategy_changes")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = StrategyChangeQuerySet.as_manager()

    class Meta:
        ordering = ["effective__starts", "id"]
        constraints = [
            models.CheckConstraint(name="change_kind_known", condition=Q(kind__in=ChangeKind.values)),
            models.CheckConstraint(
                name="change_has_one_subject",
                condition=Q(objective__isnull=False, activity__isnull=True)
                | Q(objective__isnull=True, activity__isnull=False),
            ),
            models.CheckConstraint(name="change_has_a_reason", condition=filled("reason")),
            models.CheckConstraint(
                name="change_applied_or_withdrawn",
                condition=Q(applied_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
        ]
        triggers = append_only_but("change", "applied_at", "withdrawn_at")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.activity or self.objective}"
