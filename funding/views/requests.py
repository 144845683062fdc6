"""What finance's pages share: who may ask, and the stream that they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from aims.errors import AimsError
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_those_who
from funding.models import FundingStream

for_finance = for_those_who("funding.keep_money")


def stream_to_keep(request: SignedInRequest, code: str) -> FundingStream:
    """The stream of the strategy in force with this code."""
    found: FundingStream = get_object_or_404(
        FundingStream.objects.visible_to(request.user).select_related("strategy"), code=code
    )
    return found


def answer(
    request: SignedInRequest, template: str, page: dict[str, Any], write: Callable[..., object], done: str, then: Any
) -> HttpResponse:
    """Show the page's form, or write what a sound one says, tell that it is done and lead on to `then`."""
    form: Form = page["form"]
    if request.method != "POST":
        return render(request, template, page)
    if not form.is_valid():
        return render(request, template, page, status=UNPROCESSABLE)
    try:
        write(by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, template, page, status=CONFLICT)
    wake_aggregation()
    messages.success(request, done)
    return redirect(then)


def sent(request: SignedInRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only opened."""
    return request.POST if request.method == "POST" else None
