"""Opening a round, and moving the days between which it takes updates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.errors import AimsError
from aims.forms.round import ChangedWindowsForm, WindowsForm
from aims.models import ReviewPeriod
from aims.rules import opening_deadline
from aims.rules.wording import long_date
from aims.selectors.round import desk_of, next_to_open, under_way
from aims.services.periods import open_period, set_windows
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_office

WINDOWS = ("submission_opens", "submission_closes")


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: SignedInRequest) -> HttpResponse:
    """Choose a scheduled round and its windows, see what opening it sets going, and open it."""
    scheduled = next_to_open()
    period = _chosen(request, scheduled)
    if under_way() or period is None:
        return render(request, "aims/round_cannot_open.html", {"under_way": under_way()}, status=_status(request))
    if request.method != "POST":
        return _opening(request, period, WindowsForm(period=period, initial=_usual(period)))
    form = WindowsForm(request.POST, period=period)
    if not form.is_valid():
        return _opening(request, period, form, UNPROCESSABLE)
    try:
        opened = open_period(period=period, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error(None, error.message)
        return _opening(request, period, form, CONFLICT)
    wake_aggregation()
    messages.success(request, f"{opened.label} takes updates until {long_date(opened.submission_closes)}")
    return redirect("round")


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def windows(request: SignedInRequest) -> HttpResponse:
    """Other windows for the round under way, else for the next one, with a reason."""
    period = under_way() or next(iter(next_to_open()), None)
    if period is None:
        return redirect("round")
    if request.method != "POST":
        standing = {name: getattr(period, name) for name in WINDOWS}
        return _changing(request, period, ChangedWindowsForm(period=period, initial=standing))
    form = ChangedWindowsForm(request.POST, period=period)
    if not form.is_valid():
        return _changing(request, period, form, UNPROCESSABLE)
    try:
        set_windows(period=period, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error(None, error.message)
        return _changing(request, period, form, CONFLICT)
    messages.success(request, f"{period.label} takes updates until {long_date(form.cleaned_data['submission_closes'])}")
    return redirect("round")


def _chosen(request: HttpRequest, scheduled: list[ReviewPeriod]) -> ReviewPeriod | None:
    """The scheduled round that the address names, else the one whose half-year has ended or is under way."""
    asked = request.GET.get("period")
    if asked:
        return next((period for period in scheduled if period.slug == asked), None)
    on = timezone.localdate()
    begun = [period for period in scheduled if period.starts <= on]
    return next(iter([*begun, *scheduled]), None)


def _status(request: HttpRequest) -> int:
    return CONFLICT if request.method == "POST" else 200


def _usual(period: ReviewPeriod) -> dict[str, Any]:
    closes = opening_deadline(period.submission_closes, timezone.localdate())
    return {"submission_opens": period.submission_opens, "submission_closes": closes}


def _opening(request: SignedInRequest, period: ReviewPeriod, form: WindowsForm, status: int = 200) -> HttpResponse:
    desk = desk_of(period, timezone.localdate())
    asked = [post for post in desk.posts if post.to_send]
    context = {
        "period": period,
        "others": [other for other in next_to_open() if other != period],
        "form": form,
        "desk": desk,
        "asked": asked,
        "people": {person.pk for post in asked for person in post.people},
        "unheld": [post for post in asked if not post.people],
    }
    return render(request, "aims/round_open.html", context, status=status)


def _changing(
    request: SignedInRequest, period: ReviewPeriod, form: ChangedWindowsForm, status: int = 200
) -> HttpResponse:
    return render(request, "aims/round_windows.html", {"period": period, "form": form}, status=status)
