"""One action that the Board asked for, and reporting on it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.errors import AimsError
from aims.forms.actions import ReportForm
from aims.models import BoardAction
from aims.querysets import sees_live
from aims.selectors.actions import item_of, reports_on
from aims.services.actions import report_on_action
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone, signed_in


@for_the_person_alone
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def board_action(request: SignedInRequest, period: str, number: int) -> HttpResponse:
    """What was asked and reported, and for the post's holders and the office the next report."""
    on = timezone.localdate()
    action = _action(request, period, number, on)
    may_report = request.user.has_perm("aims.report_on_action", action)
    if request.method != "POST":
        return _page(request, action, ReportForm() if may_report else None, on)
    if not may_report:
        raise Http404
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, action, form, on, UNPROCESSABLE)
    try:
        report_on_action(action=action, by=request.user, now=timezone.now(), **form.answers())
    except AimsError as error:
        form.add_error(None, f"{error.message}.")
        return _page(request, action, form, on, CONFLICT)
    wake_aggregation()
    messages.success(request, f"Your report on {action} is kept")
    return redirect(action)


def _action(request: SignedInRequest, period: str, number: int, on: date) -> BoardAction:
    """For staff, the Board and whoever holds the post: reports are told to others in the next published review."""
    rows = BoardAction.objects.visible_to(request.user, on)
    if not sees_live(request.user):
        rows = rows.answered_by(request.user, on)
    found: BoardAction = get_object_or_404(
        rows.select_related("period", "owner__organisation", "activity"), period__slug=period, number=number
    )
    return found


def _page(
    request: SignedInRequest, action: BoardAction, form: ReportForm | None, on: date, status: int = 200
) -> HttpResponse:
    context = {"item": item_of(action, on), "reports": reports_on(action, request.user), "form": form}
    return render(request, "aims/board_action.html", context, status=status)
