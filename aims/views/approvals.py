"""Signing off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aims.errors import AimsError
from aims.forms.approvals import ReturnForm
from aims.models import ProgressUpdate
from aims.selectors.approvals import waiting_for
from aims.services.deciding import approve_update, return_update
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone

TOO_LONG_FOR_A_VERSION = 10  # digits; Python refuses to read a number of thousands


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


def _update_to_decide(request: SignedInRequest, pk: int) -> ProgressUpdate:
    """The update, if the person signs it off; one that somebody else decided meanwhile is still found."""
    rows = ProgressUpdate.objects.visible_to(request.user, timezone.localdate())
    found: ProgressUpdate = get_object_or_404(rows.select_related("activity__owner", "period"), pk=pk)
    if not request.user.has_perm("aims.decide_update", found):
        raise Http404
    return found
