"""Where the money comes from, open to anyone."""

from __future__ import annotations

from accounts.api.viewsets import VisibleViewSet
from funding.api.serializers import FundingStreamSerializer
from funding.filters import FundingStreamFilter
from funding.models import FundingStream


class FundingStreamViewSet(VisibleViewSet[FundingStream]):
    """The awards that pay for parts of the strategy, as its source prints them."""

    queryset = FundingStream.objects.select_related("funder")
    serializer_class = FundingStreamSerializer
    filterset_class = FundingStreamFilter
    lookup_field = "code"
    lookup_value_regex = "[A-Z]{1,2}"
