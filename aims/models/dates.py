"""Promised dates: milestones, and the requests that move a date without losing the old one."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.guards import no_delete, refuse, set_once
from accounts.models import ApiKey
from aims.choices import DateField, Decision
from aims.models.conditions import filled, known
from aims.models.strategy import KeyActivity
from aims.querysets import DateChangeRequestQuerySet, MilestoneQuerySet


class Milestone(models.Model):
    """A dated step of an activity; it is overdue from its last agreed date."""

    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    baseline_date = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    retired_on = models.DateField(null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["activity", "position"]
        constraints = [
            models.UniqueConstraint(
                name="milestone_position_unique_in_activity",
                fields=["activity", "position"],
            ),
            models.CheckConstraint(
                name="milestone_completed_with_evidence",
                condition=Q(completed_on__isnull=True) | filled("evidence"),
            ),
        ]
        triggers = [
            set_once("milestone_baseline_set_once", "it is set once; ask for a new date instead", "baseline_date"),
            *no_delete("milestone"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How the pack and the API name it: the activity's number and its place, `1.1.1/2`."""
        return f"{self.activity.number}/{self.position}"


class DateChangeRequest(models.Model):
    """A request for a new date. Once agreed it is a revision: all are kept, counted and listed."""

    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="date_changes")
    field = models.CharField(max_length=10, choices=DateField)
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        related_name="date_changes",
        null=True,
        blank=True,
    )
    previous_date = models.DateField()
    proposed_date = models.DateField()
    reason = models.TextField()
    effect = models.TextField(blank=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    via = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+", null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    objects = DateChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at"]
        constraints = [
            models.CheckConstraint(name="date_change_field_known", condition=known("field", DateField.values)),
            models.CheckConstraint(
                name="date_change_names_its_milestone",
                condition=Q(field=DateField.MILESTONE, milestone__isnull=False)
                | (~Q(field=DateField.MILESTONE) & Q(milestone__isnull=True)),
            ),
            models.CheckConstraint(name="date_change_has_a_reason", condition=filled("reason")),
            models.CheckConstraint(name="date_change_moves", condition=~Q(proposed_date=F("previous_date"))),
            models.CheckConstraint(
                name="date_change_decided_by_somebody",
                condition=Q(
                    decision=Decision.REQUESTED,
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                )
                | (
                    Q(decision__in=[Decision.AGREED, Decision.DECLINED])
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="date_change_not_decided_by_its_author",
                condition=~Q(decided_by=F("requested_by")),
            ),
            models.UniqueConstraint(
                name="one_open_date_change",
                fields=["activity", "field", "milestone"],
                condition=Q(decision=Decision.REQUESTED),
                nulls_distinct=False,
            ),
        ]
        triggers = [
            refuse(
                "decided_date_never_changes",
                "the date change is decided",
                pgtrigger.Update,
                ~pgtrigger.Q(old__decision=Decision.REQUESTED),
            ),
            *no_delete("date_change"),
        ]

    def __str__(self) -> str:
        return f"{self.activity.number}: {self.previous_date} to {self.proposed_date}"

    @property
    def asked_by(self) -> str:
        """Who is named for it: the person, or the body whose program asked."""
        return self.via.signature if self.via else str(self.requested_by)
