"""What the Board decided on a review: its answers and its actions; the office records them here."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.forms.actions import ActionForm
from aims.views.requests import SignedInRequest
from reporting.forms.decisions import AnswerForm
from reporting.page_cache import never_stale
from reporting.selectors.decisions_page import decisions_page
from reporting.selectors.opened import Opened, open_review
from reporting.views.noting import Noted, note


@require_http_methods(["GET", "HEAD", "POST"])
@never_stale
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """For whoever may read the review; the forms are the office's."""
    opened = open_review(slug, request.user)
    if opened is None:
        raise Http404
    if request.method != "POST":
        return _page(request, opened, Noted())
    if not _records(request):
        raise Http404
    noted = note(cast(SignedInRequest, request), opened.review)
    if not noted.done:
        return _page(request, opened, noted)
    messages.success(request, noted.done)
    return redirect("review-decisions", slug)


def _records(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_perm("aims.run_the_round")


def _page(request: HttpRequest, opened: Opened, noted: Noted) -> HttpResponse:
    context: dict[str, Any] = {"page": decisions_page(opened, request.user, timezone.localdate())}
    if _records(request):
        context |= {
            "action": noted.action or ActionForm(period=opened.period),
            "answer": noted.answer or AnswerForm(),
            "answering": _answering(request, noted),
            "form": noted.action or noted.answer,
        }
    return render(request, "reporting/decisions.html", context, status=noted.status)


def _answering(request: HttpRequest, noted: Noted) -> str:
    """The number of the activity whose answer is being written."""
    if noted.answer:
        return str(noted.answer.data.get("answer-number", ""))
    return request.GET.get("answer", "")
