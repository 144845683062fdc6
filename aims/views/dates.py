"""Promised dates of one activity: what stands, and each step that a person who keeps them can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aims.choices import DateField
from aims.errors import AimsError
from aims.evidence import Unfit
from aims.forms.dates import AskForm, BaselineForm, CompletionForm, MilestoneForm
from aims.models import KeyActivity, Milestone
from aims.selectors.dates import Promise, dates_of
from aims.selectors.evidence import files_of
from aims.services.dates import add_milestone, complete_milestone, request_date_change, set_baseline
from aims.services.evidence import complete_with_file
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, activity_to_keep, for_the_person_alone

read_and_send = require_http_methods(["GET", "HEAD", "POST"])


@for_the_person_alone
@login_required
@require_safe
def dates(request: SignedInRequest, number: str) -> HttpResponse:
    """Every promised date with its moves, and the files."""
    activity = activity_to_keep(request, number)
    on = timezone.localdate()
    found = dates_of(activity, on)
    context = {
        "activity": activity,
        "dates": found,
        "files": files_of(activity, request.user, on),
        "is_retired": is_retired(activity),
    }
    return render(request, "aims/dates.html", context)


@for_the_person_alone
@login_required
@read_and_send
def baseline(request: SignedInRequest, number: str) -> HttpResponse:
    """Set the dates that have never been set."""
    activity = activity_to_keep(request, number)
    form = BaselineForm(**answers_of(request), dates=dates_of(activity, timezone.localdate()))

    def write() -> str:
        set_baseline(activity=activity, by=request.user, now=timezone.now(), **form.values())
        return f"The baseline of {number} is set"

    return take_answer(request, "aims/dates_baseline.html", activity, form, write)


@for_the_person_alone
@login_required
@read_and_send
def add(request: SignedInRequest, number: str) -> HttpResponse:
    """Add a milestone."""
    activity = activity_to_keep(request, number)
    form = MilestoneForm(**answers_of(request))

    def write() -> str:
        added = add_milestone(activity=activity, by=request.user, now=timezone.now(), **form.cleaned_data)
        return f"“{added.title}” is added"

    return take_answer(request, "aims/milestone_add.html", activity, form, write)


@for_the_person_alone
@login_required
@read_and_send
def complete(request: SignedInRequest, number: str, position: str) -> HttpResponse:
    """Complete a milestone."""
    activity = activity_to_keep(request, number)
    milestone = get_object_or_404(activity.milestones.standing(), position=position)
    form = CompletionForm(**answers_of(request), on=timezone.localdate())

    def write() -> str:
        complete_as_answered(request, milestone, form.cleaned_data)
        return f"“{milestone.title}” is completed"

    return take_answer(request, "aims/milestone_complete.html", activity, form, write, milestone=milestone)


def complete_as_answered(request: SignedInRequest, milestone: Milestone, answers: dict[str, Any]) -> None:
    """With the file, where one was chosen."""
    given = {"milestone": milestone, "completed_on": answers["completed_on"], "evidence": answers["evidence"]}
    file = answers["file"]
    if file:
        complete_with_file(file=file, name=file.name, by=request.user, now=timezone.now(), **given)
    else:
        complete_milestone(by=request.user, now=timezone.now(), **given)


@for_the_person_alone
@login_required
@read_and_send
def ask(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for a new date; `?date=` chooses which one beforehand."""
    activity = activity_to_keep(request, number)
    on = timezone.localdate()
    found = dates_of(activity, on)
    wanted = request.POST.get("which") or request.GET.get("date", "")
    form = AskForm(**answers_of(request), dates=found, on=on, initial={"which": wanted})

    def write() -> str:
        ask_as_answered(request, activity, form)
        return f"You have asked for a new date of {number}: it is for the approver to decide"

    stuck = found.by_key(wanted)
    context = {"dates": found, "stuck": stuck if stuck and not stuck.may_move else None}
    return take_answer(request, "aims/dates_ask.html", activity, form, write, **context)


def ask_as_answered(request: SignedInRequest, activity: KeyActivity, form: AskForm) -> None:
    """As the form says it, which names a milestone by its position."""
    chosen, answers = form.promise(), form.cleaned_data
    request_date_change(
        activity=activity,
        field=_field_of(chosen),
        milestone=chosen.milestone,
        proposed_date=answers["proposed_date"],
        reason=answers["reason"],
        effect=answers["effect"],
        by=request.user,
        now=timezone.now(),
    )


def _field_of(promise: Promise) -> DateField:
    return DateField.MILESTONE if promise.milestone else DateField(promise.key)


def answers_of(request: SignedInRequest) -> dict[str, Any]:
    """What a form is bound to: nothing until it was sent."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def is_retired(activity: KeyActivity) -> bool:
    """Whether the activity has left the strategy: then nothing of it changes."""
    return bool(activity.retired_on and activity.retired_on <= timezone.localdate())


def take_answer(
    request: SignedInRequest,
    template: str,
    activity: KeyActivity,
    form: forms.Form,
    write: Callable[[], str],
    **context: Any,
) -> HttpResponse:
    """Show the form, say what is wrong with the answer, or write it and lead back to the dates.

    `write` returns the sentence to say then. What the form could not know is a conflict, and says what to do.
    """
    shown = {"activity": activity, "form": form, "is_retired": is_retired(activity), **context}
    if request.method != "POST":
        return render(request, template, shown)
    if not form.is_valid():
        return render(request, template, shown, status=CONFLICT if context.get("stuck") else UNPROCESSABLE)
    try:
        done = write()
    except Unfit as error:
        form.add_error("file", error.message)
        return render(request, template, shown, status=UNPROCESSABLE)
    except AimsError as error:
        form.add_error(None, f"{error.message}.")
        return render(request, template, shown | {"conflict": True}, status=CONFLICT)
    wake_aggregation()
    messages.success(request, done)
    return redirect("dates", activity.number)
