"""The money behind the ratings, scope by scope."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from accounts.api.includes import related
from accounts.api.viewsets import VisibleViewSet
from aims.api import seen
from aims.api.serializers import ReviewPeriodSerializer
from reporting.api.serializers import FundingTotalSerializer
from reporting.filters import FundingTotalFilter
from reporting.models import Summary

REFERENCE = "[-a-zA-Z0-9_.:]{1,200}"


@extend_schema_view(
    retrieve=extend_schema(
        parameters=[
            OpenApiParameter(
                "reference", {"type": "string", "pattern": f"^{REFERENCE}$"}, location=OpenApiParameter.PATH
            )
        ]
    )
)
class FundingTotalViewSet(VisibleViewSet[Summary]):
    """What stands behind Red and Amber. Signed out, in published reviews."""

    queryset = Summary.objects.select_related("period")
    serializer_class = FundingTotalSerializer
    filterset_class = FundingTotalFilter
    orderings = {
        "reference": "reference",
        "period": "period__ends",
        "allocated": "allocated",
        "behind_red": "behind_red",
        "behind_amber": "behind_amber",
    }
    includes = {"period": related("period", seen.periods, ReviewPeriodSerializer, "The review period.")}
    lookup_field = "reference"
    lookup_value_regex = REFERENCE

    def get_queryset(self) -> QuerySet[Summary]:
        return Summary.objects.visible_to(self.request.user).with_reference().select_related("period")
