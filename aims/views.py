"""The round in the browser: what is due, the update, sign-off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from aims.errors import AimsError, Incomplete, NoRound, Stale
from aims.forms import ReturnForm, UpdateForm, initial_of
from aims.models import KeyActivity, ProgressUpdate
from aims.selectors.card import Card, card_for
from aims.selectors.facts import values_of
from aims.selectors.work import mark_of, waiting_for, work_of
from aims.services.deciding import approve_update, return_update
from aims.services.writing import repeat_last_update, save_draft, submit_update
from aims.tasks import wake_aggregation

CONFLICT = 409
UNPROCESSABLE = 422
TOO_LONG_FOR_A_VERSION = 10  # digits; Python refuses to read a number of thousands

# What a person is writing or deciding is kept by their own browser alone, and asked for again each time.
for_the_person_alone = cache_control(private=True, no_cache=True)


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


@for_the_person_alone
@login_required
@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    """All that the open round asks of the person."""
    on = timezone.localdate()
    return render(request, "aims/my_work.html", {"work": work_of(request.user, on)})


@for_the_person_alone
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: SignedInRequest, number: str) -> HttpResponse:
    """The card of one activity; saves a draft or sends it."""
    activity = _activity_to_write(request, number)
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
    activity = _activity_to_write(request, number)
    try:
        repeat_last_update(activity=activity, by=request.user, now=timezone.now())
    except AimsError as error:
        messages.error(request, f"{number} needs an update: {error.message}")
        return redirect("update", number)
    wake_aggregation()
    messages.success(request, f"{number} is sent for approval as unchanged")
    return redirect("my-work")


@for_the_person_alone
@login_required
@require_safe
def approvals(request: SignedInRequest) -> HttpResponse:
    """What waits for the person's sign-off."""
    return _approvals(request)


@for_the_person_alone
@login_required
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign one update off."""
    found = _update_to_decide(request, pk)
    try:
        approve_update(update=found, version=_version_shown(request), by=request.user, now=timezone.now())
    except AimsError as error:
        return _approvals(request, problem=f"{found.activity.number}: {error.message}")
    wake_aggregation()
    messages.success(request, f"{found.activity.number} is approved")
    return redirect("approvals")


@for_the_person_alone
@login_required
@require_POST
def give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return one update to its owner with a note."""
    found = _update_to_decide(request, pk)
    form = ReturnForm(request.POST, auto_id=f"return-{pk}-%s")
    if not form.is_valid():
        return _approvals(request, bad_form=(pk, form))
    answers = form.cleaned_data
    try:
        return_update(update=found, by=request.user, now=timezone.now(), **answers)
    except AimsError as error:
        return _approvals(request, problem=f"{found.activity.number}: {error.message}", bad_form=(pk, form))
    wake_aggregation()
    messages.success(request, f"{found.activity.number} is returned to its owner")
    return redirect("approvals")


def _version_shown(request: HttpRequest) -> int:
    """The version that the page showed; 0, which no sent update has, for what is no version."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < TOO_LONG_FOR_A_VERSION else 0


def _approvals(
    request: SignedInRequest, problem: str = "", bad_form: tuple[int, ReturnForm] | None = None
) -> HttpResponse:
    waiting = waiting_for(request.user, timezone.localdate())
    forms = dict([bad_form]) if bad_form else {}
    queue = [(item, forms.get(item.update.pk) or _return_form(item.update)) for item in waiting]
    context = {"queue": queue, "problem": problem, "form": bad_form[1] if bad_form else None}
    status = CONFLICT if problem else UNPROCESSABLE if bad_form else 200
    return render(request, "aims/approvals.html", context, status=status)


def _return_form(found: ProgressUpdate) -> ReturnForm:
    return ReturnForm(initial={"version": found.version}, auto_id=f"return-{found.pk}-%s")


def _activity_to_write(request: SignedInRequest, number: str) -> KeyActivity:
    """The activity, if the person may write its update; else it answers like one that does not exist."""
    rows = KeyActivity.objects.visible_to(request.user).select_related("strategy", "owner")
    activity: KeyActivity = get_object_or_404(rows, number=number)
    if not request.user.has_perm("aims.write_update", activity):
        raise Http404
    return activity


def _update_to_decide(request: SignedInRequest, pk: int) -> ProgressUpdate:
    """The update, if the person signs it off; one that somebody else decided meanwhile is still found."""
    rows = ProgressUpdate.objects.visible_to(request.user, timezone.localdate())
    found: ProgressUpdate = get_object_or_404(rows.select_related("activity__owner", "period"), pk=pk)
    if not request.user.has_perm("aims.decide_update", found):
        raise Http404
    return found
