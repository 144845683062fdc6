"""Interfaces of the pages as they stood: find the day that may be asked for, ask one selector, render."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from aims.models import Aim, KeyActivity, Objective
from reporting.forms.days import PARTS, DayForm
from reporting.selectors.as_it_stood import aim_then, objective_then, overview_then
from reporting.selectors.as_it_stood_activity import activity_then
from reporting.selectors.as_it_stood_when import Calendar, Days, Then

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Asked:
    """The day that a person asks for, and the days that may be asked for."""

    then: Then
    days: Days
    today: date


Tell = Callable[..., HttpResponse]


def or_as_it_stood(tell: Tell) -> Callable[[View], View]:
    """Let a page tell of the day that its address asks for, with `tell`; without one it is the page as ever."""

    def decorated(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, **parameters: Any) -> HttpResponseBase:
            if request.GET.keys() & {"on", *(f"on_{part}" for part in PARTS)}:
                return _asked(request, tell, parameters)
            return view(request, **parameters)

        return answered

    return decorated


def _asked(request: HttpRequest, tell: Tell, parameters: dict[str, Any]) -> HttpResponseBase:
    """The page of the day; else the form with what is wrong with the day. Three boxes lead to one address."""
    today = timezone.localdate()
    calendar = Calendar(request.user, today)
    is_blank = not any(request.GET.values())
    form = DayForm(None if is_blank else request.GET, days=calendar.days)
    if is_blank or not form.is_valid():
        context = {"form": form, "days": calendar.days, "now": request.path}
        return render(request, "reporting/as_it_stood_date.html", context, status=200 if is_blank else 422)
    day: date = form.cleaned_data["on"]
    if request.GET.get("on") != day.isoformat():
        return redirect(f"{request.path}?on={day.isoformat()}")
    then = calendar.at_end_of(day)
    if then is None or calendar.days is None:
        raise Http404
    return tell(request, Asked(then, calendar.days, today), **parameters)


def overview(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The whole strategy."""
    return _render(request, asked, "as_it_stood", page=overview_then(asked.then))


def aim(request: HttpRequest, asked: Asked, number: str) -> HttpResponse:
    """One aim."""
    found = get_object_or_404(Aim.objects.visible_to(request.user), number=number)
    return _render(request, asked, "as_it_stood", page=aim_then(found, asked.then))


def objective(request: HttpRequest, asked: Asked, number: str) -> HttpResponse:
    """One objective."""
    found = get_object_or_404(Objective.objects.visible_to(request.user).select_related("aim"), number=number)
    return _render(request, asked, "as_it_stood", page=objective_then(found, asked.then), aim=found.aim)


def activity(request: HttpRequest, asked: Asked, number: str) -> HttpResponse:
    """One key activity."""
    seen = KeyActivity.objects.visible_to(request.user).select_related("objective__aim", "owner__organisation")
    found = get_object_or_404(seen, number=number)
    page = activity_then(found, asked.then, request.user, asked.today)
    return _render(request, asked, "as_it_stood_activity", page=page)


def _render(request: HttpRequest, asked: Asked, template: str, **context: Any) -> HttpResponse:
    day = {"on": asked.then.on.isoformat()}
    shown = {"form": DayForm(initial={"on": asked.then.on}, days=asked.days), "days": asked.days, "now": request.path}
    return render(request, f"reporting/{template}.html", shown | day | context)
