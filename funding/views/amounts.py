"""Moving a stream's award, allocating its money, ending an allocation."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.views.requests import SignedInRequest
from funding.forms.amounts import AllocationForm, AwardForm, EndForm, ReturnerForm
from funding.services.allocating import allocate, end_allocation
from funding.services.awards import change_award
from funding.services.naming import name_returner
from funding.views.requests import answer, for_finance, sent, stream_to_keep

AMOUNT = "funding/amount.html"


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
    done = f"The change of {stream.code} is recorded"
    return answer(request, AMOUNT, page, partial(change_award, stream=stream), done, stream)


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def allocation(request: SignedInRequest, code: str) -> HttpResponse:
    """An amount for an activity or an objective; it takes the place of the one in force."""
    stream = stream_to_keep(request, code)
    form = AllocationForm(sent(request), strategy=stream.strategy, initial={"target": request.GET.get("for")})
    page = {"stream": stream, "form": form, "heading": f"Allocate money of {stream.code}", "button": "Allocate"}
    done = f"The allocation of {stream.code} is recorded"
    return answer(request, AMOUNT, page, partial(allocate, stream=stream), done, stream)


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def returner(request: SignedInRequest, code: str) -> HttpResponse:
    """Which body's programs return the stream's figures."""
    stream = stream_to_keep(request, code)
    form = ReturnerForm(sent(request), initial={"organisation": stream.returned_by_id})
    page = {"stream": stream, "form": form, "heading": f"Who returns the figures of {stream.code}", "button": "Save"}
    done = f"It is recorded who returns the figures of {stream.code}"
    return answer(request, AMOUNT, page, partial(name_returner, stream=stream), done, stream)


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
    done = f"The allocation of {stream.code} has ended"
    return answer(request, AMOUNT, page, partial(end_allocation, allocation=found), done, stream)
