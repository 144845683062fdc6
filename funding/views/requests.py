"""What finance's pages share: who may ask, and the stream that they are about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404

from aims.views.requests import SignedInRequest, for_the_person_alone, signed_in
from funding.models import FundingStream

View = TypeVar("View", bound=Callable[..., HttpResponse])


def for_finance(view: View) -> View:
    """A page of whoever keeps the money: asks for sign-in, and to everybody else answers as if it did not exist."""

    @wraps(view)
    def answered(request: SignedInRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.has_perm("funding.keep_money"):
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View, for_the_person_alone(signed_in(answered)))


def stream_to_keep(request: SignedInRequest, code: str) -> FundingStream:
    """The stream of the strategy in force with this code."""
    found: FundingStream = get_object_or_404(
        FundingStream.objects.visible_to(request.user).select_related("strategy"), code=code
    )
    return found


def sent(request: SignedInRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only opened."""
    return request.POST if request.method == "POST" else None
