"""The money behind the ratings, scope by scope."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.api.viewsets import VisibleViewSet
from reporting.api.serializers import FundingTotalSerializer
from reporting.filters import FundingTotalFilter
from reporting.models import Summary


class FundingTotalViewSet(VisibleViewSet[Summary]):
    """What stands behind Red and Amber. Signed out, in the reviews that have closed."""

    queryset = Summary.objects.select_related("period")
    serializer_class = FundingTotalSerializer
    filterset_class = FundingTotalFilter
    lookup_field = "id"
    lookup_value_regex = "[1-9][0-9]{0,17}"

    def get_queryset(self) -> QuerySet[Summary]:
        return super().get_queryset().filter(period__strategy__is_in_force=True)
