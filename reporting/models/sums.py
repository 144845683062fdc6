"""What aggregation keeps: where each activity stood in each period, and the sums over them.

Every row here can be rebuilt from approved updates, dates and the strategy; nothing is typed in.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from aims.choices import Mark, Rag, Role, State
from aims.models import KeyActivity, Objective, ProgressUpdate, ReviewPeriod
from reporting.choices import Direction, Headline, Scope
from reporting.querysets import PositionQuerySet, SummaryQuerySet


class Position(models.Model):
    """Where one activity stood in one period: what counted, or what was carried forward without counting.

    `update` is the counting update, empty where none came. `state` and `rag` are then the last approved ones,
    carried forward: shown greyed, never counted. `mark` is the one mark that stands for it on the wall.
    All of a period's positions speak of one day, its summaries' `as_at`: it is not repeated here, so that a new day
    rewrites only the rows that it changes.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="positions", db_index=False)
    activity = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="positions")
    update = models.ForeignKey(
        ProgressUpdate,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,  # nobody asks from the update's side, and approved updates are never deleted
    )
    is_due = models.BooleanField()
    role = models.CharField(max_length=10, choices=Role)
    state = models.CharField(max_length=12, choices=State, null=True)
    rag = models.CharField(max_length=6, choices=Rag, null=True)
    forecast_rag = models.CharField(max_length=6, choices=Rag, null=True)
    mark = models.CharField(max_length=12, choices=Mark)
    previous_mark = models.CharField(max_length=12, choices=Mark, null=True)
    direction = models.CharField(max_length=15, choices=Direction)
    long_direction = models.CharField(max_length=15, choices=Direction)
    overdue_milestones = models.PositiveIntegerField()

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["activity__order"]
        constraints = [
            models.UniqueConstraint(
                name="one_position_an_activity_and_period",
                fields=["period", "activity"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} in {self.period_id}: {self.mark}"


def money() -> models.DecimalField[Any, Any]:
    """A sum in pounds and pence; zero is a value."""
    return models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))


class Counts(models.Model):
    """The counts that every sum carries; zero is a value.

    `no_update` counts all due without a counting update, `no_update_rated` those of them that are rated and in
    progress, so that green + amber + red + no_update_rated is all rated work in progress. `never_reported` have no
    approved update at all and so no state. Money is in pounds: `allocated` to the activities counted here, of it what
    stands behind Red, behind Amber and behind activities without an update; `not_traced` beside it is allocated to
    objectives only. In a stream's scope it is that stream's money; by place it overlaps.
    """

    activities = models.PositiveIntegerField()
    due = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    not_started = models.PositiveIntegerField()
    in_progress = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()
    deferred = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    never_reported = models.PositiveIntegerField()
    green = models.PositiveIntegerField()
    amber = models.PositiveIntegerField()
    red = models.PositiveIntegerField()
    unrated = models.PositiveIntegerField()
    no_update = models.PositiveIntegerField()
    no_update_rated = models.PositiveIntegerField()
    complete_rated = models.PositiveIntegerField()
    forecast_green = models.PositiveIntegerField()
    forecast_amber = models.PositiveIntegerField()
    forecast_red = models.PositiveIntegerField()
    overdue_milestones = models.PositiveIntegerField()
    improved = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    worsened = models.PositiveIntegerField()
    newly_complete = models.PositiveIntegerField()
    allocated = money()
    behind_red = money()
    behind_amber = money()
    rating_not_known = money()
    not_traced = money()

    class Meta:
        abstract = True


class Part(Counts):
    """What one objective adds to one scope in one period; a summary is the sum of its parts.

    Parts keep one event's cost apart from the number of activities: it recounts its own objective, then adds up
    one row an objective. `worst_rank` orders activities by trouble (see `summaries.parts`), empty where all is well.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="+", db_index=False)
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.CharField(max_length=12, choices=Scope)
    key = models.CharField(max_length=80)
    worst_rank = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["period", "scope", "key", "objective"]
        constraints = [
            models.UniqueConstraint(
                name="one_part_an_objective_and_scope",
                fields=["period", "scope", "key", "objective"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key} in objective {self.objective_id}"


class Summary(Counts):
    """The counts of one scope in one period. Zero is a value; what cannot be said is empty.

    `key` is the reference within the scope: an aim's or objective's number, an organisation's or place's slug, a
    role, a stream's code, "" for the strategy.
    """

    period = models.ForeignKey(ReviewPeriod, on_delete=models.PROTECT, related_name="summaries", db_index=False)
    scope = models.CharField(max_length=12, choices=Scope)
    key = models.CharField(max_length=80, blank=True)
    as_at = models.DateField()

    headline = models.CharField(max_length=20, choices=Headline)
    headline_reason = models.TextField()
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    direction = models.CharField(max_length=15, choices=Direction)
    worst = models.ForeignKey(KeyActivity, on_delete=models.PROTECT, related_name="+", null=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        ordering = ["scope", "key"]
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(name="one_summary_a_scope_and_period", fields=["period", "scope", "key"]),
            models.CheckConstraint(
                name="states_split_all_activities",
                condition=Q(
                    activities=F("not_started")
                    + F("in_progress")
                    + F("complete")
                    + F("deferred")
                    + F("cancelled")
                    + F("never_reported")
                ),
            ),
            models.CheckConstraint(
                name="movements_are_activities",
                condition=Q(activities__gte=F("improved") + F("unchanged") + F("worsened")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}: {self.headline}"
