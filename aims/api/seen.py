"""The rows that lists and includes tell of, as the asker may see them and with all that their serializers read."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request

from aims.models import Aim, DateChangeRequest, KeyActivity, Milestone, Objective, ProgressUpdate, ReviewPeriod
from aims.querysets import (
    AimQuerySet,
    DateChangeRequestQuerySet,
    KeyActivityQuerySet,
    MilestoneQuerySet,
    ObjectiveQuerySet,
    ProgressUpdateQuerySet,
    ReviewPeriodQuerySet,
)


def aims(request: Request) -> AimQuerySet:
    """Those of the strategy in force."""
    return Aim.objects.visible_to(request.user)


def objectives(request: Request) -> ObjectiveQuerySet:
    """All that ever stood."""
    return Objective.objects.visible_to(request.user).select_related("aim")


def standing_objectives(request: Request) -> ObjectiveQuerySet:
    """Those that stand today, in order."""
    return objectives(request).standing(timezone.localdate()).order_by("order")


def activities(request: Request) -> KeyActivityQuerySet:
    """All that ever stood."""
    rows = KeyActivity.objects.visible_to(request.user).select_related("objective", "owner")
    return rows.prefetch_related("places", "contributors")


def standing_activities(request: Request) -> KeyActivityQuerySet:
    """Those that stand today, in order."""
    return activities(request).standing(timezone.localdate()).order_by("order")


def milestones(request: Request) -> MilestoneQuerySet:
    """Those of the strategy in force with their agreed dates, the retired ones too, in order."""
    today = timezone.localdate()
    rows = Milestone.objects.visible_to(request.user, today).of_strategy_in_force().with_standing(today)
    return rows.with_place().select_related("activity").order_by("activity__order", "position")


def standing_milestones(request: Request) -> MilestoneQuerySet:
    """Those not retired, in order."""
    return milestones(request).standing()


def date_changes(request: Request) -> DateChangeRequestQuerySet:
    """Requests for new dates, in the order of asking."""
    rows = DateChangeRequest.objects.visible_to(request.user, timezone.localdate()).of_strategy_in_force()
    return rows.select_related("activity", "milestone", "via__organisation").order_by("pk")


def periods(request: Request) -> ReviewPeriodQuerySet:
    """Those that the asker knows of."""
    return ReviewPeriod.objects.visible_to(request.user)


def updates(request: Request) -> ProgressUpdateQuerySet:
    """Those that the asker reads, drafts of their own included, with the text that is theirs to read."""
    asker, on = request.user, timezone.localdate()
    visible = ProgressUpdate.objects.visible_to(asker, on).of_strategy_in_force()
    return visible.with_restricted_text(asker, on).select_related("activity__owner", "period", "via__organisation")


def latest_updates(request: Request) -> ProgressUpdateQuerySet:
    """The one approved update of each activity that counts of those that the asker reads."""
    return updates(request).approved().last_of_each_activity()
