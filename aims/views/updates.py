"""The update of one activity: its card, its draft, and what happens when two people write at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from aims.errors import AimsError, Incomplete, NoRound, Stale
from aims.forms.updates import UpdateForm, initial_of
from aims.models import KeyActivity
from aims.selectors.card import Card, card_for
from aims.selectors.facts import values_of
from aims.selectors.said import mark_of
from aims.services.writing import repeat_last_update, save_draft, submit_update
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, activity_to_write, for_the_person_alone


@for_the_person_alone
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: SignedInRequest, number: str) -> HttpResponse:
    """The card of one activity; saves a draft or sends it."""
    activity = activity_to_write(request, number)
    try:
        card = card_for(activity, timezone.localdate())
    except NoRound as error:
        return render(request, "aims/no_round.html", {"activity": activity, "problem": error.message})
    if request.method != "POST":
        form = _form(card, initial=initial_of(card.values, card.version))
        return render(request, "aims/update.html", {"card": card, "form": form})
    form = _form(card, request.POST)
    context = {"card": card, "form": form}
    if not form.is_valid():
        return render(request, "aims/update.html", context, status=UNPROCESSABLE)
    return _save(request, activity, form, context)


def _form(card: Card, *data: Any, **fields: Any) -> UpdateForm:
    return UpdateForm(*data, activity=card.activity, forecast_day=card.forecast_day, **fields)


def _save(request: SignedInRequest, activity: KeyActivity, form: UpdateForm, context: dict[str, Any]) -> HttpResponse:
    draft = request.POST.get("step") == "draft"
    write = save_draft if draft else submit_update
    version = form.cleaned_data["version"]
    try:
        write(activity=activity, values=form.values(), version=version, by=request.user, now=timezone.now())
    except Incomplete as error:
        form.add_problems(error.problems)
        return render(request, "aims/update.html", context, status=UNPROCESSABLE)
    except Stale as error:
        return _stale(request, form, error, context)
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "aims/update.html", context, status=CONFLICT)
    if draft:
        messages.info(request, f"Draft of {activity.number} saved")
        return redirect("update", activity.number)
    wake_aggregation()
    messages.success(request, f"{activity.number} is sent for approval")
    return redirect("my-work")


def _stale(request: SignedInRequest, form: UpdateForm, error: Stale, context: dict[str, Any]) -> HttpResponse:
    """Both texts on one page; sending again is a choice made with both in view."""
    answers = request.POST.copy()
    answers["version"] = str(error.current.version if error.current.stage == "draft" else 0)
    again = _form(context["card"], answers)
    again.full_clean()
    current = {"current": error.current, "current_values": values_of(error.current), "mark": mark_of(error.current)}
    return render(request, "aims/stale.html", context | current | {"form": again, "mine": form}, status=CONFLICT)


@for_the_person_alone
@login_required
@require_POST
def no_change(request: SignedInRequest, number: str) -> HttpResponse:
    """Send the last update again, as a new dated one."""
    activity = activity_to_write(request, number)
    try:
        repeat_last_update(activity=activity, by=request.user, now=timezone.now())
    except AimsError as error:
        messages.error(request, f"{number} needs an update: {error.message}")
        return redirect("update", number)
    wake_aggregation()
    messages.success(request, f"{number} is sent for approval as unchanged")
    return redirect("my-work")
