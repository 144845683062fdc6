"""What finance's pages share: who may ask, and the stream that they are about."""

from __future__ import annotations

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from aims.views.requests import SignedInRequest, for_those_who
from funding.models import FundingStream

for_finance = for_those_who("funding.keep_money")


def stream_to_keep(request: SignedInRequest, code: str) -> FundingStream:
    """The stream of the strategy in force with this code."""
    found: FundingStream = get_object_or_404(
        FundingStream.objects.visible_to(request.user).select_related("strategy"), code=code
    )
    return found


def sent(request: SignedInRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only opened."""
    return request.POST if request.method == "POST" else None
