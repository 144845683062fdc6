"""Where the money comes from, open to anyone."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.api.viewsets import VisibleViewSet
from aims.querysets import sees_live
from funding.api.serializers import AllocationSerializer, FundingReturnSerializer, FundingStreamSerializer
from funding.filters import AllocationFilter, FundingReturnFilter, FundingStreamFilter
from funding.models import Allocation, FundingReturn, FundingStream
from funding.selectors.streams import told_streams

KEY = "[1-9][0-9]{0,17}"


class FundingStreamViewSet(VisibleViewSet[FundingStream]):
    """The awards that pay for parts of the strategy. Signed out, with their sums at the last published closing."""

    queryset = FundingStream.objects.select_related("funder")
    serializer_class = FundingStreamSerializer
    filterset_class = FundingStreamFilter
    lookup_field = "code"
    lookup_value_regex = "[A-Z]{1,2}"

    def get_queryset(self) -> QuerySet[FundingStream]:
        return told_streams(self.request.user).select_related("funder")


class AllocationViewSet(VisibleViewSet[Allocation]):
    """Which money pays for what. Signed out, those in force at the last published closing."""

    queryset = Allocation.objects.select_related("stream", "activity", "objective")
    serializer_class = AllocationSerializer
    filterset_class = AllocationFilter
    lookup_field = "id"
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Allocation]:
        asker = self.request.user
        visible = Allocation.objects.visible_to(asker).select_related("stream", "activity", "objective")
        return visible.in_force() if sees_live(asker) else visible


class FundingReturnViewSet(VisibleViewSet[FundingReturn]):
    """What finance returned and somebody else signed off. Signed out, as of the last published closing."""

    queryset = FundingReturn.objects.select_related("stream")
    serializer_class = FundingReturnSerializer
    filterset_class = FundingReturnFilter
    lookup_field = "id"
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[FundingReturn]:
        visible = FundingReturn.objects.visible_to(self.request.user).select_related("stream")
        return visible.filter(approved_at__isnull=False)
