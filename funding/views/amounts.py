"""Moving a stream's award, allocating its money, ending an allocation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.errors import AimsError
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest
from funding.forms.amounts import AllocationForm, AwardForm, EndForm
from funding.models import FundingStream
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from funding.views.requests import for_finance, sent, stream_to_keep


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def award(request: SignedInRequest, code: str) -> HttpResponse:
    """A dated change of the award or of over-programming."""
    stream = stream_to_keep(request, code)
    form = AwardForm(sent(request), initial={"kind": "award", "dated": timezone.localdate()})
    page = {
        "stream": stream,
        "form": form,
        "heading": f"Change what {stream.code} holds",
        "button": "Record the change",
    }
    return _answer(request, page, partial(change_award, stream=stream), f"The change of {stream.code} is recorded")


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def allocation(request: SignedInRequest, code: str) -> HttpResponse:
    """An amount for an activity or an objective; it takes the place of the one in force."""
    stream = stream_to_keep(request, code)
    form = AllocationForm(sent(request), strategy=stream.strategy, initial={"target": request.GET.get("for")})
    page = {"stream": stream, "form": form, "heading": f"Allocate money of {stream.code}", "button": "Allocate"}
    return _answer(request, page, partial(allocate, stream=stream), f"The allocation of {stream.code} is recorded")


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """End an allocation: its money is unallocated again."""
    stream = stream_to_keep(request, code)
    found = get_object_or_404(stream.allocations.select_related("activity", "objective"), pk=pk)
    page = {
        "stream": stream,
        "form": EndForm(sent(request)),
        "heading": f"End the allocation of {stream.code} to {found.target.number}",
        "allocation": found,
        "button": "End the allocation",
    }
    return _answer(
        request, page, partial(end_allocation, allocation=found), f"The allocation of {stream.code} has ended"
    )


def _answer(request: SignedInRequest, page: dict[str, Any], write: Callable[..., object], done: str) -> HttpResponse:
    """Show the form, or write what a sound one says and return to the stream."""
    form: forms.Form = page["form"]
    stream: FundingStream = page["stream"]
    if request.method != "POST":
        return render(request, "funding/amount.html", page)
    if not form.is_valid():
        return render(request, "funding/amount.html", page, status=UNPROCESSABLE)
    try:
        write(by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "funding/amount.html", page, status=CONFLICT)
    wake_aggregation()
    messages.success(request, done)
    return redirect(stream)
