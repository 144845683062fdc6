"""How a stream's amounts moved: an award is never edited, each change is a dated row with its reason."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.guards import append_only, refuse_when
from aims.models.conditions import filled, known
from funding.choices import AmountKind
from funding.models.streams import FundingStream, pounds

# The stream's row is locked first, so that two changes at once take turns and each starts from what the other left.
STANDING = """
    SELECT CASE NEW.kind WHEN 'award' THEN award ELSE over_programming END INTO standing
    FROM funding_fundingstream WHERE id = NEW.stream_id FOR UPDATE;
"""
CONTINUES = refuse_when("award_change_continues", "another change came first", "NEW.previous IS DISTINCT FROM standing")
APPLIES = """
    UPDATE funding_fundingstream
    SET award = CASE NEW.kind WHEN 'award' THEN NEW.amount ELSE award END,
        over_programming = CASE NEW.kind WHEN 'over_programming' THEN NEW.amount ELSE over_programming END
    WHERE id = NEW.stream_id;
    RETURN NEW;
"""


class AwardChange(models.Model):
    """One change of a stream's award or over-programming, from `previous` to `amount`, valid from the day `dated`."""

    stream = models.ForeignKey(FundingStream, on_delete=models.PROTECT, related_name="award_changes")
    kind = models.CharField(max_length=16, choices=AmountKind)
    previous = pounds()
    amount = pounds()
    dated = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="award_change_kind_known", condition=known("kind", AmountKind.values)),
            models.CheckConstraint(name="award_change_moves", condition=~Q(amount=F("previous"))),
            models.CheckConstraint(name="award_change_has_a_reason", condition=filled("reason")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="award_change_continues",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("standing", "numeric")],
                func="".join([STANDING, CONTINUES, "RETURN NEW;"]),
            ),
            pgtrigger.Trigger(
                name="award_change_applies",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func=APPLIES,
            ),
            *append_only("award_change"),
        ]

    def __str__(self) -> str:
        return f"{self.stream.code}: {self.get_kind_display()} {self.amount}"
