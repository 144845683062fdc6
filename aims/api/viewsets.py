"""The strategy's wording, its review periods and what was reported and signed off."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view

from accounts.api.viewsets import Row, VisibleViewSet
from aims.api import seen
from aims.api.beside import OF_ACTIVITY, OF_AIM, OF_MILESTONE, OF_OBJECTIVE
from aims.api.milestones import OF_STEP, PLACE_OF_STEP, MilestoneSerializer
from aims.api.serializers import (
    ActivitySerializer,
    AimSerializer,
    ObjectiveSerializer,
    ReviewPeriodSerializer,
)
from aims.filters import ActivityFilter, AimFilter, MilestoneFilter, ObjectiveFilter, PeriodFilter
from aims.models import Aim, KeyActivity, Milestone, Objective, ReviewPeriod
from aims.querysets import AimQuerySet, KeyActivityQuerySet, ObjectiveQuerySet


class NumberedViewSet(VisibleViewSet[Row]):
    """Parts of the strategy: lists hold what stands today, addresses also answer for what was retired."""

    lookup_field = "number"
    cursor_key = "order"

    def get_queryset(self) -> QuerySet[Row]:
        return self.standing(super().get_queryset())

    def standing(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those that a list holds, or an address answers for."""
        if self.detail:
            return rows
        numbered = cast("AimQuerySet | ObjectiveQuerySet | KeyActivityQuerySet", rows)
        return cast("QuerySet[Row]", numbered.standing(timezone.localdate()))


class AimViewSet(NumberedViewSet[Aim]):
    """The aims of the strategy in force."""

    queryset = Aim.objects.all()
    serializer_class = AimSerializer
    filterset_class = AimFilter
    orderings = {"number": "order", "title": "title"}
    includes = OF_AIM
    lookup_value_regex = "[0-9]+"


class ObjectiveViewSet(NumberedViewSet[Objective]):
    """The commitments under each aim."""

    queryset = Objective.objects.select_related("aim")
    serializer_class = ObjectiveSerializer
    filterset_class = ObjectiveFilter
    orderings = {"number": "order", "added_on": "added_on"}
    includes = OF_OBJECTIVE
    lookup_value_regex = r"[0-9]+\.[0-9]+"


class ActivityViewSet(NumberedViewSet[KeyActivity]):
    """What is done for each objective, and the post that answers for it."""

    queryset = KeyActivity.objects.select_related("objective", "owner").prefetch_related("places", "contributors")
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    orderings = {
        "number": "order",
        "owner": "owner__slug",
        "organisation": "owner__organisation__slug",
        "role": "role",
        "kind": "kind",
        "added_on": "added_on",
    }
    includes = OF_ACTIVITY
    lookup_value_regex = r"[0-9]+\.[0-9]+\.[0-9]+"


class ReviewPeriodViewSet(VisibleViewSet[ReviewPeriod]):
    """The half-years under review. Signed out, the published ones; staff and the Board also see the others."""

    queryset = ReviewPeriod.objects.all()
    serializer_class = ReviewPeriodSerializer
    filterset_class = PeriodFilter
    orderings = {"slug": "slug", "ends": "ends", "closed_at": "closed_at"}
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


@extend_schema_view(retrieve=extend_schema(parameters=[OF_STEP, PLACE_OF_STEP]))
class MilestoneViewSet(VisibleViewSet[Milestone]):
    """The dated steps of activities, with the dates agreed last: for staff, the Board and the activity's own body.

    Everybody else reads them in the lines of published reviews. Lists hold what stands, addresses also answer for
    what was given up.
    """

    queryset = Milestone.objects.all()
    serializer_class = MilestoneSerializer
    filterset_class = MilestoneFilter
    lookup_field = "reference"
    cursor_key = "place"
    orderings = {
        "reference": "place",
        "baseline_date": "baseline_date",
        "agreed_date": "agreed_date",
        "completed_on": "completed_on",
        "moves": "moves",
    }
    includes = OF_MILESTONE

    def get_queryset(self) -> QuerySet[Milestone]:
        return seen.milestones(self.request) if self.detail else seen.standing_milestones(self.request)

    def get_object(self) -> Milestone:
        rows = self.filter_queryset(self.get_queryset())
        activity, position = self.kwargs["activity"], self.kwargs["position"]
        return get_object_or_404(rows, activity__number=activity, position=position)
