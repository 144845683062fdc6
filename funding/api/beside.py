"""What can be told beside streams, allocations and returns, and of the money beside the strategy."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from rest_framework.request import Request

from accounts.api.beside import organisation_of
from accounts.api.includes import Include, Includes, children, only_child, related
from aims.api import seen
from aims.api.serializers import ActivitySerializer, ObjectiveSerializer
from aims.querysets import sees_live
from funding.api.serializers import AllocationSerializer, FundingReturnSerializer, FundingStreamSerializer
from funding.models import Allocation, FundingReturn, FundingStream
from funding.querysets import AllocationQuerySet, FundingReturnQuerySet
from funding.selectors.streams import told_streams


def streams(request: Request) -> QuerySet[FundingStream]:
    """Every stream, with the sums that the asker is told."""
    return told_streams(request.user).select_related("funder")


def allocations(request: Request) -> AllocationQuerySet:
    """Those in force: now, or at the last published closing, as the asker may see."""
    visible = Allocation.objects.visible_to(request.user).select_related("stream", "activity", "objective")
    in_force = visible.in_force() if sees_live(request.user) else visible
    return in_force.order_by("pk")


def returns(request: Request) -> FundingReturnQuerySet:
    """Those that the asker knows of."""
    return FundingReturn.objects.visible_to(request.user).select_related("stream", "via__organisation")


def latest_returns(request: Request) -> FundingReturnQuerySet:
    """The approved return that counts of each stream's last month."""
    return returns(request).latest_of_each_stream()


def allocations_of(field: str, help_text: str) -> Include:
    """The allocations whose foreign key names the row."""
    return children(field, allocations, AllocationSerializer, help_text)


OF_STREAM: Final[Includes] = {
    "funder": organisation_of("funder", "The organisation that funds it."),
    "allocations": allocations_of("stream", "What it pays for, in force."),
    "latest_return": only_child(
        "stream", latest_returns, FundingReturnSerializer, "The approved return of its last month."
    ),
}
STREAM: Final = related("stream", streams, FundingStreamSerializer, "The funding stream.")
OF_ALLOCATION: Final[Includes] = {
    "stream": STREAM,
    "activity": related("activity", seen.activities, ActivitySerializer, "The key activity that it is for."),
    "objective": related("objective", seen.objectives, ObjectiveSerializer, "The objective that it is for."),
}
OF_RETURN: Final[Includes] = {"stream": STREAM}
