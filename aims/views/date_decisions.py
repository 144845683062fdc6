"""Agreeing to a new date, or declining it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from aims.errors import AimsError
from aims.forms.approvals import DateDecisionForm
from aims.models import DateChangeRequest
from aims.services.dates import decide_date_change
from aims.tasks import wake_aggregation
from aims.views.approvals import Answer, Refusal, back_to_queue, queue_page
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone


@for_the_person_alone
@login_required
@require_POST
def agree_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree to a new date."""
    return _decide(request, pk, agreed=True)


@for_the_person_alone
@login_required
@require_POST
def decline_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decline a new date, saying why."""
    return _decide(request, pk, agreed=False)


def _decide(request: SignedInRequest, pk: int, *, agreed: bool) -> HttpResponse:
    found = _change_to_decide(request, pk)
    form = DateDecisionForm(request.POST, declining=not agreed, auto_id=f"date-{pk}-%s")
    if not form.is_valid():
        problems = [Refusal(str(error), f"date-{pk}-note") for error in form.errors.get("note", [])]
        return queue_page(request, Answer(UNPROCESSABLE, "There is a problem", problems, {pk: form}))
    note = form.cleaned_data["note"]
    try:
        decide_date_change(request=found, agreed=agreed, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        refusal = Refusal(f"{found.activity.number}: {error.message}", f"date-{pk}", note)
        return queue_page(request, Answer(CONFLICT, refusals=[refusal], forms={pk: form}))
    wake_aggregation()
    number, outcome = found.activity.number, "agreed" if agreed else "declined"
    return back_to_queue(request, f"The new date of {number} is {outcome}")


def _change_to_decide(request: SignedInRequest, pk: int) -> DateChangeRequest:
    """The request, if the person decides it; one that somebody else decided meanwhile is still found."""
    rows = DateChangeRequest.objects.visible_to(request.user, timezone.localdate())
    found: DateChangeRequest = get_object_or_404(rows.select_related("activity__owner", "milestone"), pk=pk)
    if not request.user.has_perm("aims.decide_date_change", found):
        raise Http404
    return found
