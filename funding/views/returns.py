"""Monthly returns: sent, signed off, given back, undone."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aims.errors import AimsError, Incomplete
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest
from funding.forms.returns import GiveBackForm, ReturnForm, UndoForm
from funding.models import FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.selectors.returns import last_said, waiting_returns
from funding.services.returning import approve_return, give_return_back, submit_return, undo_return
from funding.views.requests import answer, for_finance, sent, stream_to_keep

DECIDE = "funding/decide.html"


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, code: str) -> HttpResponse:
    """A stream's return of one month, filled in as it was said last."""
    stream = stream_to_keep(request, code)
    form = ReturnForm(sent(request), on=timezone.localdate(), initial=_as_last(stream))
    page = {
        "stream": stream,
        "form": form,
        "last": last_said(stream),
        "heading": f"Return a month of {stream.code}",
        "button": "Send for approval",
    }
    if request.method != "POST":
        return render(request, "funding/return.html", page)
    if not form.is_valid():
        return render(request, "funding/return.html", page, status=UNPROCESSABLE)
    try:
        made = submit_return(stream=stream, by=request.user, now=timezone.now(), **form.values())
    except Incomplete as error:
        for field, problem in error.problems.items():
            form.add_error(field, problem)
        return render(request, "funding/return.html", page, status=UNPROCESSABLE)
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "funding/return.html", page, status=CONFLICT)
    messages.success(request, f"The return of {stream.code} for {made.month:%B %Y} waits for somebody else's approval")
    return redirect(stream)


def _as_last(stream: FundingStream) -> dict[str, Any]:
    last = last_said(stream)
    said = {name: getattr(last, name) for name in (*AMOUNTS, "rating")} if last else {}
    return {"month": timezone.localdate().replace(day=1).isoformat(), **said}


@for_finance
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """What waits for sign-off."""
    return _waiting(request)


@for_finance
@require_POST
def approve(request: SignedInRequest) -> HttpResponse:
    """Sign off the chosen returns; each that cannot be says why, while the others go."""
    chosen = FundingReturn.objects.visible_to(request.user).select_related("stream")
    found = list(chosen.filter(pk__in=[key for key in request.POST.getlist("return") if _is_key(key)]).order_by("pk"))
    problems = [] if found else ["Choose at least one return to approve"]
    for said in found:
        try:
            approve_return(found=said, by=request.user, now=timezone.now())
        except AimsError as error:
            problems.append(f"{said.stream.code}, {said.month:%B %Y}: {error.message}")
        else:
            messages.success(request, f"{said.stream.code}, {said.month:%B %Y}, is approved")
    wake_aggregation()
    return _waiting(request, problems) if problems else redirect("funding-returns")


def _is_key(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 19


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return one to whoever sent it, with a note."""
    found = _return(request, pk)
    page = {
        "said": found,
        "form": GiveBackForm(sent(request)),
        "heading": "Give the return back",
        "button": "Give it back",
    }
    done = f"{found.stream.code}, {found.month:%B %Y}, is given back"
    return answer(request, DECIDE, page, partial(give_return_back, found=found), done, "funding-returns")


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a return that says again what was said before one."""
    found = _return(request, pk)
    page = {
        "said": found,
        "form": UndoForm(sent(request)),
        "heading": "Undo the return",
        "button": "Send the undoing for approval",
    }
    done = "The undoing waits for somebody else's approval"
    return answer(request, DECIDE, page, partial(undo_return, found=found), done, found.stream)


def _return(request: SignedInRequest, pk: int) -> FundingReturn:
    rows = FundingReturn.objects.visible_to(request.user).select_related("stream", "submitted_by")
    found: FundingReturn = get_object_or_404(rows, pk=pk)
    return found


def _waiting(request: SignedInRequest, problems: list[str] | None = None) -> HttpResponse:
    context = {"queue": waiting_returns(request.user), "problems": problems or []}
    return render(request, "funding/returns.html", context, status=CONFLICT if problems else 200)
