"""Giving an update back: a note on the whole, and one at each answer that it is about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.choices import Stage
from aims.errors import AimsError
from aims.forms.approvals import ReturnForm
from aims.models import ProgressUpdate
from aims.selectors.approvals import update_beside_last
from aims.selectors.said import questions_of
from aims.services.deciding import return_update
from aims.tasks import wake_aggregation
from aims.views.approvals import back_to_queue, page_asked, update_to_decide
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone


@for_the_person_alone
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return one update to its owner with notes."""
    found = update_to_decide(request, pk)
    if request.method == "POST":
        return _take(request, found)
    if found.stage != Stage.SUBMITTED:
        messages.info(request, f"{found.activity.number} waits for nobody's approval now")
        return redirect("approvals")
    return _page(request, found, _form(found, initial={"version": found.version}))


def _take(request: SignedInRequest, found: ProgressUpdate) -> HttpResponse:
    form = _form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=UNPROCESSABLE)
    said = {"note": form.cleaned_data["note"], "notes": form.notes(), "version": form.cleaned_data["version"]}
    try:
        return_update(update=found, by=request.user, now=timezone.now(), **said)
    except AimsError as error:
        return _conflict(request, found.pk, error)
    wake_aggregation()
    return back_to_queue(request, f"{found.activity.number} is returned to its owner")


def _conflict(request: SignedInRequest, pk: int, error: AimsError) -> HttpResponse:
    """What stands now, with the notes as they were written: nothing of them is lost."""
    stands = ProgressUpdate.objects.select_related("activity__owner", "period", "author").get(pk=pk)
    given: QueryDict = request.POST.copy()
    given["version"] = str(stands.version)  # what stands is in view: returning it is a choice
    form = _form(stands, given, kept=[name.removeprefix("note_") for name in given if name.startswith("note_")])
    form.full_clean()
    return _page(request, stands, form, status=CONFLICT, problem=error.message)


def _form(found: ProgressUpdate, *data: Any, kept: list[str] | None = None, **fields: Any) -> ReturnForm:
    return ReturnForm(*data, answers=questions_of(found, kept or []), **fields)


def _page(
    request: SignedInRequest, found: ProgressUpdate, form: ReturnForm, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {
        "item": update_beside_last(found, request.user, timezone.localdate()),
        "form": form,
        "problem": problem,
        "page": page_asked(request),
        "still_waits": found.stage == Stage.SUBMITTED,
    }
    return render(request, "aims/approvals_return.html", context, status=status)
