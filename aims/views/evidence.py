"""Files as evidence: attaching one, opening one, taking one away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.errors import AimsError
from aims.evidence import Unfit
from aims.forms.evidence import EvidenceForm
from aims.models import EvidenceFile, KeyActivity, Milestone
from aims.selectors.evidence import files_of
from aims.services.evidence import attach_file, withdraw_file
from aims.views.dates import answers_of, is_retired, read_and_send
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, activity_to_keep, for_the_person_alone

# Whatever a browser makes of the bytes, it does so without scripts, forms, frames or this site's cookies.
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"


@for_the_person_alone
@login_required
@read_and_send
def evidence(request: SignedInRequest, number: str) -> HttpResponse:
    """The activity's files, and one more for its update or, with `?milestone=`, for a milestone."""
    activity = activity_to_keep(request, number)
    milestone = _milestone_meant(request, activity)
    form = EvidenceForm(**answers_of(request))
    if request.method != "POST":
        return _shown(request, activity, milestone, form)
    if not form.is_valid():
        return _shown(request, activity, milestone, form, UNPROCESSABLE)
    return _attach(request, activity, milestone, form)


def _attach(
    request: SignedInRequest, activity: KeyActivity, milestone: Milestone | None, form: EvidenceForm
) -> HttpResponse:
    file = form.cleaned_data["file"]
    given: dict[str, Any] = {"file": file, "name": file.name, "milestone": milestone}
    try:
        kept = attach_file(activity=activity, by=request.user, now=timezone.now(), **given)
    except Unfit as error:
        form.add_error("file", error.message)
        return _shown(request, activity, milestone, form, UNPROCESSABLE)
    except AimsError as error:
        form.add_error(None, f"{error.message}.")
        return _shown(request, activity, milestone, form, CONFLICT)
    messages.success(request, f"“{kept.name}” is attached")
    return redirect(request.get_full_path())


def _milestone_meant(request: SignedInRequest, activity: KeyActivity) -> Milestone | None:
    position = request.GET.get("milestone")
    if position is None:
        return None
    if not position.isdecimal() or len(position) > 4:
        raise Http404
    found: Milestone = get_object_or_404(activity.milestones.standing(), position=position)
    return found


def _shown(
    request: SignedInRequest,
    activity: KeyActivity,
    milestone: Milestone | None,
    form: EvidenceForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "activity": activity,
        "milestone": milestone,
        "form": form,
        "files": files_of(activity, request.user, timezone.localdate()),
        "is_retired": is_retired(activity),
    }
    return render(request, "aims/evidence.html", context, status=status)


@login_required
@require_safe
def download(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file itself, to be saved and never shown in place; no cache keeps it."""
    file = _file_to_see(request, pk)
    try:
        opened = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=file.name, content_type=file.content_type)
    response["Content-Length"] = str(file.size)
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@for_the_person_alone
@login_required
@read_and_send
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether the file is to go for good, and let it go."""
    file = _file_to_see(request, pk)
    activity = activity_to_keep(request, file.activity.number)
    context = {"activity": activity, "file": file}
    if request.method != "POST":
        return render(request, "aims/evidence_withdraw.html", context)
    try:
        withdraw_file(file=file, by=request.user, now=timezone.now())
    except AimsError as error:
        return render(request, "aims/evidence_withdraw.html", context | {"problem": error.message}, status=CONFLICT)
    messages.success(request, f"“{file.name}” is withdrawn")
    return redirect("dates", activity.number)


def _file_to_see(request: SignedInRequest, pk: int) -> EvidenceFile:
    rows = EvidenceFile.objects.visible_to(request.user, timezone.localdate())
    found: EvidenceFile = get_object_or_404(rows.select_related("activity", "update", "milestone"), pk=pk)
    return found
