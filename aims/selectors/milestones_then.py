"""Milestones as they were known at an instant, from the history of their dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from aims.choices import Decision, EventKind
from aims.models import Event, Milestone
from aims.querysets import MilestoneQuerySet


def milestones_at(on: date, known: datetime) -> MilestoneQuerySet:
    """Those not given up by a day, of the strategy in force, in order. Who may see them is the caller's to ask.

    They have all annotations of `with_standing`, overdue or not on the day; `told_baseline` and `told_completed` are
    the dates that were recorded by the instant, whatever the row holds now.
    """
    agreed = Q(date_changes__decision=Decision.AGREED, date_changes__decided_at__lte=known)
    rows = Milestone.objects.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=on))
    told = rows.exclude(_later(EventKind.MILESTONE_ADDED, known)).annotate(
        told_baseline=_unless(_later(EventKind.BASELINE_SET, known), "baseline_date"),
        told_completed=_unless(_later(EventKind.MILESTONE_COMPLETED, known), "completed_on"),
        revisions=ArrayAgg("date_changes__proposed_date", filter=agreed, order_by=F("date_changes__decided_at").desc()),
        agreed_date=Coalesce(F("revisions__0"), F("told_baseline")),
        moves=Coalesce(F("revisions__len"), 0),
    )
    late = Q(agreed_date__lt=on) & (Q(told_completed__isnull=True) | Q(told_completed__gt=on))
    judged = told.annotate(
        is_complete=Q(told_completed__isnull=False), is_overdue=Case(When(late, then=True), default=False)
    )
    placed = judged.of_strategy_in_force().with_place().select_related("activity")
    return placed.order_by("activity__order", "position")


def _later(kind: EventKind, known: datetime) -> Exists:
    return Exists(Event.objects.filter(milestone=OuterRef("pk"), kind=kind, at__gt=known))


def _unless(later: Exists, field: str) -> Any:
    return Case(When(later, then=Value(None)), default=F(field))
