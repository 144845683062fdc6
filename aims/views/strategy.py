"""The strategy as the office keeps it: the whole tree, confirming what is proposed, and the log of changes."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aims.errors import AimsError
from aims.forms.strategy import ConfirmForm, TreeFilter
from aims.models import Strategy
from aims.selectors.changelog import changes_of_strategy, logged, with_subjects
from aims.selectors.strategy import activities_kept, strategy_kept, tree_of
from aims.services.applying import subject_of
from aims.services.strategy import confirm_activities, withdraw_change
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_strategy_keepers

CHANGES_A_PAGE = 40


def kept() -> Strategy:
    """The strategy in force; before the initial load there is no page."""
    found = strategy_kept()
    if found is None:
        raise Http404
    return found


@for_strategy_keepers
@require_safe
def strategy(request: SignedInRequest) -> HttpResponse:
    """The tree of aims, objectives and activities."""
    return _tree(request, ConfirmForm(proposed=[]))


def _tree(request: SignedInRequest, form: ConfirmForm, status: int = 200) -> HttpResponse:
    narrowed = TreeFilter(request.GET)
    context = {"tree": tree_of(kept(), narrowed.wanted()), "filter": narrowed, "form": form}
    return render(request, "aims/strategy.html", context, status=status)


@for_strategy_keepers
@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """Confirm role, kind and owner of the activities that were ticked."""
    form = ConfirmForm(request.POST, proposed=activities_kept().filter(retired_on__isnull=True))
    if not form.is_valid():
        return _tree(request, form, UNPROCESSABLE)
    chosen, reason = form.chosen(), form.cleaned_data["reason"]
    try:
        made = confirm_activities(activities=chosen, reason=reason, by=request.user, now=timezone.now())
    except AimsError as error:
        form.add_error(None, error.message)
        return _tree(request, form, CONFLICT)
    wake_aggregation()
    already = len(chosen) - len(made)
    passed_over = f"; {already} had been confirmed already" if already else ""
    messages.success(request, f"{len(made)} confirmed{passed_over}")
    return redirect(f"{reverse('strategy')}?show=proposed")


@for_strategy_keepers
@require_safe
def changes(request: SignedInRequest) -> HttpResponse:
    """The log of changes."""
    return _log(request)


def _log(request: SignedInRequest, problem: str = "") -> HttpResponse:
    rows = with_subjects(changes_of_strategy(kept().pk))
    page = Paginator(rows, CHANGES_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "changes": logged(page.object_list), "problem": problem}
    return render(request, "aims/strategy_changes.html", context, status=CONFLICT if problem else 200)


@for_strategy_keepers
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back a planned change."""
    change = get_object_or_404(with_subjects(changes_of_strategy(kept().pk)), pk=pk)
    try:
        withdrawn = withdraw_change(change=change, by=request.user, now=timezone.now())
    except AimsError as error:
        return _log(request, error.message)
    stays = "".join(f": {subject_of(other).number} stays where it is" for other in withdrawn[1:])
    messages.success(request, f"The change planned from {change.effective.label} on is withdrawn{stays}")
    return redirect("strategy-changes")
