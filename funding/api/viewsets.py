"""Where the money comes from, open to anyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.api.viewsets import VisibleViewSet
from accounts.api.writing import Changes
from aims.tasks import wake_aggregation
from funding.api import beside
from funding.api.beside import OF_ALLOCATION, OF_RETURN, OF_STREAM
from funding.api.bodies import FundingReturnBody
from funding.api.serializers import AllocationSerializer, FundingReturnSerializer, FundingStreamSerializer
from funding.filters import AllocationFilter, FundingReturnFilter, FundingStreamFilter
from funding.models import Allocation, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.rules import Figures
from funding.services.returning import correct_return, submit_return

KEY = "[1-9][0-9]{0,17}"


class FundingStreamViewSet(VisibleViewSet[FundingStream]):
    """The awards that pay for parts of the strategy. Signed out, with their sums at the last published closing."""

    queryset = FundingStream.objects.select_related("funder")
    serializer_class = FundingStreamSerializer
    filterset_class = FundingStreamFilter
    orderings = {"code": "code", "name": "name", "award": "told_award", "allocated": "told_allocated"}
    includes = OF_STREAM
    lookup_field = "code"
    lookup_value_regex = "[A-Z]{1,2}"

    def get_queryset(self) -> QuerySet[FundingStream]:
        return beside.streams(self.request)


class AllocationViewSet(VisibleViewSet[Allocation]):
    """Which money pays for what. Signed out, those in force at the last published closing."""

    queryset = Allocation.objects.select_related("stream", "activity", "objective")
    serializer_class = AllocationSerializer
    filterset_class = AllocationFilter
    orderings = {"id": "id", "stream": "stream__code", "activity": "activity__order", "amount": "amount"}
    includes = OF_ALLOCATION
    lookup_field = "id"
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Allocation]:
        return beside.allocations(self.request)


class FundingReturnViewSet(Changes[FundingReturn]):
    """What was returned of the streams and signed off by somebody else. Signed out, as of the last published closing.

    The body named as the one that returns a stream's figures sends them through its key: each waits for finance's
    approval. To correct one that waits or was given back, change it: the month's next revision takes its place.
    """

    queryset = FundingReturn.objects.all()
    serializer_class = FundingReturnSerializer
    body_class = FundingReturnBody
    change_permission = "funding.return_money"
    filterset_class = FundingReturnFilter
    orderings = {"id": "id", "stream": "stream__code", "month": "month", "approved_at": "approved_at"}
    includes = OF_RETURN
    lookup_field = "id"
    lookup_value_regex = KEY
    http_method_names = ["get", "head", "options", "post", "patch"]

    def get_queryset(self) -> QuerySet[FundingReturn]:
        return beside.returns(self.request)

    def write(self, values: Mapping[str, Any]) -> FundingReturn:
        """The month's next revision, which waits for approval."""
        stream, month = values["stream"], values["month"]
        return self._written(submit_return(stream=stream, month=month, **_said(values), **self._now()))

    def part_of(self, found: FundingReturn) -> FundingStream:
        return found.stream

    def held(self) -> FundingReturn:
        """The stream is held first, as by every writer of its returns."""
        FundingStream.objects.select_for_update().get(pk=self.get_object().stream_id)
        return self.get_object()

    def change(self, found: FundingReturn, values: Mapping[str, Any]) -> FundingReturn:
        """The next revision, with what is given in place of what this one said."""
        stood = {name: getattr(found, name) for name in (*AMOUNTS, "rating", "note", "warning_reason")}
        return self._written(correct_return(found=found, **_said(stood | dict(values)), **self._now()))

    def _now(self) -> dict[str, Any]:
        return {"by": self.reporter, "now": timezone.now()}

    def _written(self, made: FundingReturn) -> FundingReturn:
        transaction.on_commit(wake_aggregation)
        return made


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the services take them."""
    return {
        "figures": Figures(**{name: values.get(name) for name in AMOUNTS}),
        "rating": values.get("rating"),
        "note": values.get("note", ""),
        "warning_reason": values.get("warning_reason", ""),
    }
