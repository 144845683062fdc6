"""What can be told beside the strategy, its progress and its dates."""

from __future__ import annotations

from typing import Final

from accounts.api.beside import organisation_of, owner_of
from accounts.api.includes import Includes, children, only_child, related
from aims.api import seen
from aims.api.milestones import MilestoneSerializer
from aims.api.serializers import (
    ActivitySerializer,
    AimSerializer,
    DateChangeSerializer,
    ObjectiveSerializer,
    ReviewPeriodSerializer,
    UpdateSerializer,
)

OF_AIM: Final[Includes] = {
    "objectives": children("aim", seen.standing_objectives, ObjectiveSerializer, "The objectives that serve it today."),
}
OF_OBJECTIVE: Final[Includes] = {
    "aim": related("aim", seen.aims, AimSerializer, "The aim that it serves."),
    "activities": children(
        "objective", seen.standing_activities, ActivitySerializer, "The key activities that deliver it today."
    ),
}
OF_ACTIVITY: Final[Includes] = {
    "aim": related("objective.aim", seen.aims, AimSerializer, "The aim that it serves."),
    "objective": related("objective", seen.objectives, ObjectiveSerializer, "The objective that it serves."),
    "owner": owner_of("owner", "The post that answers for it."),
    "organisation": organisation_of("owner.organisation", "The organisation of the post that answers for it."),
    "latest_update": only_child(
        "activity", seen.latest_updates, UpdateSerializer, "The last approved update that you may read."
    ),
    "milestones": children(
        "activity", seen.standing_milestones, MilestoneSerializer, "Its milestones, for whoever sees them live."
    ),
    "date_changes": children(
        "activity", seen.date_changes, DateChangeSerializer, "The new dates asked for, for whoever sees them live."
    ),
}
ACTIVITY: Final = related("activity", seen.activities, ActivitySerializer, "The key activity that it is about.")
OF_UPDATE: Final[Includes] = {
    "activity": ACTIVITY,
    "owner": owner_of("activity.owner", "The post that answers for the activity."),
    "organisation": organisation_of("activity.owner.organisation", "The organisation of that post."),
    "period": related("period", seen.periods, ReviewPeriodSerializer, "The review period that it belongs to."),
}
OF_MILESTONE: Final[Includes] = {
    "activity": ACTIVITY,
    "date_changes": children("milestone", seen.date_changes, DateChangeSerializer, "The new dates asked for."),
}
OF_DATE_CHANGE: Final[Includes] = {
    "activity": ACTIVITY,
    "milestone": related("milestone", seen.milestones, MilestoneSerializer, "The milestone whose date is to move."),
}
