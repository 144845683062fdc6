"""One objective or key activity: adding, rewording, reassigning, moving and retiring it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aims.forms.strategy import (
    ActivityForm,
    ChangeForm,
    MoveForm,
    NewActivityForm,
    NewObjectiveForm,
    ObjectiveForm,
    initial_of,
)
from aims.models import KeyActivity, Objective
from aims.selectors.strategy import activities_kept, aims_kept, objectives_kept, objectives_to_serve
from aims.selectors.terms import Subject, version_of
from aims.services.moving import move_activity, move_objective
from aims.services.strategy import add_activity, add_objective, change_terms, retire
from aims.views.requests import SignedInRequest, for_strategy_keepers
from aims.views.strategy import kept
from aims.views.strategy_writing import Writing, answer

ASKED = ["GET", "HEAD", "POST"]


def _act(request: SignedInRequest, form: ChangeForm) -> dict[str, Any]:
    """What every service is told of a change."""
    answers = form.cleaned_data
    return {"effective": form.review, "reason": answers["reason"], "by": request.user, "now": timezone.now()}


@for_strategy_keepers
@require_http_methods(ASKED)
def add_an_objective(request: SignedInRequest) -> HttpResponse:
    """An objective joins an aim."""

    def write(form: NewObjectiveForm) -> Objective:
        aim = aims_kept().get(number=form.cleaned_data["aim"])
        return add_objective(aim=aim, statement=form.terms()["statement"], **_act(request, form))

    writing = Writing(
        strategy_id=kept().pk,
        build=partial(NewObjectiveForm, aims=aims_kept()),
        write=write,
        heading="Add an objective",
        lead="It gets the next number of its aim: a number is never used again.",
        button="Add the objective",
        done="joins with",
        initial={"aim": request.GET.get("aim", "")},
    )
    return answer(request, writing)


@for_strategy_keepers
@require_http_methods(ASKED)
def add_an_activity(request: SignedInRequest) -> HttpResponse:
    """A key activity joins an objective."""

    def write(form: NewActivityForm) -> KeyActivity:
        objective = objectives_kept().get(number=form.cleaned_data["objective"])
        return add_activity(objective=objective, terms=form.terms(), **_act(request, form))

    writing = Writing(
        strategy_id=kept().pk,
        build=partial(NewActivityForm, objectives=objectives_to_serve()),
        write=write,
        heading="Add a key activity",
        lead="It gets the next number of its objective: a number is never used again.",
        button="Add the activity",
        done="joins with",
        initial={"objective": request.GET.get("objective", "")},
    )
    return answer(request, writing)


@for_strategy_keepers
@require_http_methods(ASKED)
def objective(request: SignedInRequest, number: str) -> HttpResponse:
    """The wording of one objective."""
    found = get_object_or_404(objectives_kept(), number=number)
    return answer(request, _changing(request, found, ObjectiveForm, "Change the wording"))


@for_strategy_keepers
@require_http_methods(ASKED)
def activity(request: SignedInRequest, number: str) -> HttpResponse:
    """Everything that is agreed of one key activity."""
    found = get_object_or_404(activities_kept(), number=number)
    return answer(request, _changing(request, found, ActivityForm, "Change the activity"))


def _changing(request: SignedInRequest, subject: Subject, form: Any, button: str) -> Writing:
    def write(answered: Any) -> Subject:
        version = answered.cleaned_data["version"]
        change_terms(subject=subject, wanted=answered.terms(), version=version, **_act(request, answered))
        return subject

    return Writing(
        strategy_id=subject.strategy_id,
        build=form,
        write=write,
        heading=str(subject),
        button=button,
        done="changes with",
        initial=initial_of(subject, version_of(subject)),
        subject=subject,
    )


@for_strategy_keepers
@require_http_methods(ASKED)
def move_an_objective(request: SignedInRequest, number: str) -> HttpResponse:
    """An objective serves another aim."""
    found = get_object_or_404(objectives_kept(), number=number)

    def write(form: MoveForm) -> Objective:
        aim, version = aims_kept().get(number=form.cleaned_data["to"]), form.cleaned_data["version"]
        return move_objective(objective=found, aim=aim, version=version, **_act(request, form))

    targets = aims_kept().exclude(pk=found.aim_id)
    return answer(request, _moving(found, partial(MoveForm, targets=targets, label="Aim"), write))


@for_strategy_keepers
@require_http_methods(ASKED)
def move_an_activity(request: SignedInRequest, number: str) -> HttpResponse:
    """An activity serves another objective."""
    found = get_object_or_404(activities_kept(), number=number)

    def write(form: MoveForm) -> KeyActivity:
        target, version = objectives_kept().get(number=form.cleaned_data["to"]), form.cleaned_data["version"]
        return move_activity(activity=found, objective=target, version=version, **_act(request, form))

    targets = objectives_to_serve().exclude(pk=found.objective_id)
    return answer(request, _moving(found, partial(MoveForm, targets=targets, label="Objective"), write))


def _moving(subject: Subject, build: Any, write: Any) -> Writing:
    return Writing(
        strategy_id=subject.strategy_id,
        build=build,
        write=write,
        heading=f"Move {subject.number}",
        lead=(
            "It is retired, and a successor with a new number takes over its wording, owner, dates and their moves. "
            "Its history stays under the old number."
        ),
        button="Move it",
        done="takes its place with",
        initial={"version": version_of(subject)},
        subject=subject,
    )


@for_strategy_keepers
@require_http_methods(ASKED)
def retire_an_objective(request: SignedInRequest, number: str) -> HttpResponse:
    """An objective leaves the strategy."""
    return answer(request, _retiring(request, get_object_or_404(objectives_kept(), number=number)))


@for_strategy_keepers
@require_http_methods(ASKED)
def retire_an_activity(request: SignedInRequest, number: str) -> HttpResponse:
    """A key activity leaves the strategy."""
    return answer(request, _retiring(request, get_object_or_404(activities_kept(), number=number)))


def _retiring(request: SignedInRequest, subject: Subject) -> Writing:
    def write(form: ChangeForm) -> Subject:
        retire(subject=subject, version=form.cleaned_data["version"], **_act(request, form))
        return subject

    return Writing(
        strategy_id=subject.strategy_id,
        build=ChangeForm,
        write=write,
        heading=f"Retire {subject.number}",
        lead="Reviews from the chosen one on do not tell of it; earlier ones keep it. Its number is not used again.",
        button="Retire it",
        done="leaves with",
        initial={"version": version_of(subject)},
        subject=subject,
        is_danger=True,
    )
