"""Which money pays for what: a stream's allocations to activities, or to objectives not broken down yet."""

from __future__ import annotations

from typing import cast

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.guards import append_only_but, refuse_when
from aims.models import KeyActivity, Objective
from aims.models.conditions import filled
from funding.models.streams import TOO_MUCH, FundingStream, pounds
from funding.querysets import AllocationQuerySet

ADDS_UP = """
    UPDATE funding_fundingstream
    SET allocated = allocated
        + CASE WHEN NEW.ended_at IS NULL THEN NEW.amount ELSE 0 END
        - CASE WHEN TG_OP = 'UPDATE' AND OLD.ended_at IS NULL THEN OLD.amount ELSE 0 END
    WHERE id = NEW.stream_id;
    RETURN NEW;
"""
SAME_STRATEGY = refuse_when(
    "allocation_within_its_strategy",
    "the stream pays for another strategy",
    "NOT EXISTS (SELECT 1 FROM funding_fundingstream s"
    " LEFT JOIN aims_keyactivity a ON a.id = NEW.activity_id LEFT JOIN aims_objective o ON o.id = NEW.objective_id"
    " WHERE s.id = NEW.stream_id AND s.strategy_id = coalesce(a.strategy_id, o.strategy_id))",
)


class Allocation(models.Model):
    """An amount of a stream for one activity, or for one objective while it is not broken down.

    Never edited: another amount is a new allocation that ends this one. In force while `ended_at` is empty.
    """

    stream = models.ForeignKey(FundingStream, on_delete=models.PROTECT, related_name="allocations")
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="allocations", null=True)
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="allocations", null=True)
    amount = pounds()
    reason = models.TextField()
    allocated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allocated_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["stream__code", "id"]
        constraints = [
            models.CheckConstraint(
                name="allocation_has_one_target",
                condition=Q(activity__isnull=False, objective__isnull=True)
                | Q(activity__isnull=True, objective__isnull=False),
            ),
            models.CheckConstraint(name="allocation_is_positive", condition=Q(amount__gt=0, amount__lt=TOO_MUCH)),
            models.CheckConstraint(name="allocation_has_a_reason", condition=filled("reason")),
            models.CheckConstraint(
                name="allocation_ended_by_somebody",
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_allocation_a_target",
                fields=["stream", "activity", "objective"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="allocation_within_its_strategy",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=SAME_STRATEGY + "RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="allocation_adds_up",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                func=ADDS_UP,
            ),
            *append_only_but("allocation", "ended_by_id", "ended_at"),
        ]

    def __str__(self) -> str:
        return f"{self.stream.code} to {self.target.number}: {self.amount}"

    @property
    def target(self) -> KeyActivity | Objective:
        """What it pays for."""
        return self.activity or cast(Objective, self.objective)  # a constraint keeps one of the two
