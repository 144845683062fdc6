"""Closing a round from the round desk: whether it is ready, the paper's cover, and how far the closing is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from aims.errors import AimsError
from aims.models import ReviewPeriod
from aims.selectors.round import under_way
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_office
from reporting.forms.life import CoverForm
from reporting.models import Closing
from reporting.selectors.closings import progress_of
from reporting.selectors.covers import usual_cover
from reporting.selectors.readiness import readiness_of
from reporting.services.closings import ask_to_close
from reporting.tasks import wake_closing


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest) -> HttpResponse:
    """Whether the round is ready, what closing it would do, and the cover; and, once that is filled in, closing it.

    A worker closes it. Whoever presses twice, or beside somebody else, is told how it stands.
    """
    period = under_way()
    if request.method != "POST":
        return _page(request, period, _form(request, period)) if period else redirect("round")
    if period is None or request.POST.get("round") != period.slug:
        problem = "This is not the round that is under way: look how it stands now"
        form = _form(request, period) if period else None
        return _page(request, period, form, problem, CONFLICT)
    return _close(request, period)


@for_the_office
@require_safe
def closing(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far a closing is; once it has ended, what became of it."""
    rows = Closing.objects.filter(period__in=ReviewPeriod.objects.visible_to(request.user))
    found = get_object_or_404(rows.select_related("period", "asked_by", "review"), pk=pk)
    page = {"closing": found, "period": found.period, "progress": progress_of(found)}
    if not request.htmx:
        return render(request, "reporting/closing.html", page)
    if found.finished_at:
        return HttpResponseClientRefresh()
    return render(request, "reporting/_closing_progress.html", page)


def _form(request: SignedInRequest, period: ReviewPeriod) -> CoverForm:
    given = request.POST if request.method == "POST" and request.POST.get("round") == period.slug else None
    return CoverForm(given, period=period, cover=usual_cover(period), on=timezone.localdate())


def _close(request: SignedInRequest, period: ReviewPeriod) -> HttpResponse:
    form = _form(request, period)
    if not form.is_valid():
        return _page(request, period, form, status=UNPROCESSABLE)
    try:
        made = ask_to_close(period=period, cover=form.cover(), by=request.user, now=timezone.now())
    except AimsError as error:
        return _page(request, under_way(), form, error.message, CONFLICT)
    wake_closing(made.pk)
    messages.success(request, f"{period.label} is being closed")
    return redirect("round-closing", made.pk)


def _page(
    request: SignedInRequest, period: ReviewPeriod | None, form: CoverForm | None, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"period": period, "problem": problem, "form": form}
    if period:
        running = period.closings.filter(finished_at__isnull=True).select_related("asked_by").first()
        context |= {"ready": readiness_of(period, timezone.localdate()), "running": running}
    return render(request, "reporting/close.html", context, status=status)
