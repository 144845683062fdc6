"""The life of a review on the office's desk: agreed, published, opened again, corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aims.errors import AimsError, Refused
from aims.models import KeyActivity, ReviewPeriod
from aims.rules.wording import in_a_row
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_office
from funding.views.requests import sent
from reporting.choices import ReviewStage
from reporting.forms.life import AgreementForm, ErratumForm, LineForm, ReopeningForm
from reporting.models import SealedLine
from reporting.selectors.covers import usual_resolution
from reporting.selectors.desk import ReviewDesk, desk_of_review
from reporting.selectors.printed import printed_in
from reporting.services.agreeing import agree
from reporting.services.correcting import correct
from reporting.services.publishing import publish
from reporting.services.reopening import reopen

CORRECTED = (ReviewStage.AGREED, ReviewStage.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Question:
    """A small page by the name of its template, when it is asked, and what takes its answer and says so."""

    name: str
    stages: Sequence[ReviewStage]
    record: Callable[[], str]


@for_the_office
@require_safe
def desk(request: SignedInRequest, slug: str) -> HttpResponse:
    """One review from its closing to its publication: what has been done, and what comes next."""
    return render(request, "reporting/desk.html", {"desk": _desk(request, slug)})


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: SignedInRequest, slug: str) -> HttpResponse:
    """What the Board agreed, as the minutes say."""
    found = _desk(request, slug)
    resolution = usual_resolution(found.review) if found.review else ""
    form = AgreementForm(sent(request), initial={"resolution": resolution})

    def record() -> str:
        agree(review=found.review, by=request.user, now=timezone.now(), **form.cleaned_data)
        return f"{found.period.label} is agreed"

    actions = found.period.actions.select_related("owner")
    return _answered(request, found, form, Question("agree", (ReviewStage.SEALED,), record), actions=actions)


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: SignedInRequest, slug: str) -> HttpResponse:
    """Open an agreed review to anyone."""
    found = _desk(request, slug)

    def record() -> str:
        publish(review=found.review, by=request.user, now=timezone.now())
        return f"{found.period.label} is published: anyone can read it"

    return _answered(request, found, forms.Form(sent(request)), Question("publish", (ReviewStage.AGREED,), record))


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def reopening(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take updates again for some activities, before the Board has agreed the review."""
    found = _desk(request, slug)
    told = KeyActivity.objects.filter(strategy=found.period.strategy_id).standing(found.period.ends).order_by("order")
    form = ReopeningForm(sent(request), activities=told)

    def record() -> str:
        given = dict(form.cleaned_data)
        chosen = list(told.filter(number__in=given.pop("activities")))
        reopen(review=found.review, activities=chosen, by=request.user, now=timezone.now(), **given)
        return f"{found.period.label} takes updates again for {in_a_row([each.number for each in chosen])}"

    return _answered(request, found, form, Question("reopen", (ReviewStage.SEALED,), record))


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def erratum(request: SignedInRequest, slug: str) -> HttpResponse:
    """First the line that is wrong, named by the address's query; then what is right in one of its fields."""
    found = _desk(request, slug)
    asked = LineForm(request.GET if "kind" in request.GET or request.method == "POST" else None)
    line = _line(found, asked)
    if line is None:
        return _answered(request, found, asked, Question("erratum_line", CORRECTED, lambda: ""))
    form = ErratumForm(sent(request), printed=printed_in(line))

    def record() -> str:
        correct(review=found.review, line=line, by=request.user, now=timezone.now(), **form.cleaned_data)
        return "The erratum stands beside the figure"

    return _answered(request, found, form, Question("erratum", CORRECTED, record), line=line)


def _desk(request: SignedInRequest, slug: str) -> ReviewDesk:
    rows = ReviewPeriod.objects.visible_to(request.user).select_related("strategy")
    period: ReviewPeriod = get_object_or_404(rows, slug=slug)
    return desk_of_review(period, timezone.localdate())


def _line(found: ReviewDesk, asked: LineForm) -> SealedLine | None:
    """The line that is asked about; where there is none the form says so."""
    if found.review is None or not asked.is_valid():
        return None
    given = asked.cleaned_data
    line: SealedLine | None = found.review.lines.filter(kind=given["kind"], key=given["key"].strip()).first()
    if line is None:
        asked.add_error("key", "There is no such line in this review: look at its reference in the address")
    return line


def _answered(
    request: SignedInRequest, found: ReviewDesk, form: forms.Form, question: Question, **more: Any
) -> HttpResponse:
    """One small page of a review's life, or what became of its answer.

    Whoever comes too late, or answers beside somebody else, is told how it stands, and nothing is done.
    """
    stands = found.review.stage if found.review else None
    page = {"desk": found, "period": found.period, "form": form, **more}
    if request.method != "POST" and stands not in question.stages:
        messages.info(request, f"This is not to be done with {found.period.label} as it stands now")
        return redirect("review-desk", found.period.slug)
    if request.method != "POST" or not form.is_valid():
        return render(request, f"reporting/{question.name}.html", page, status=UNPROCESSABLE if form.errors else 200)
    try:
        if found.review is None:
            raise Refused(f"{found.period.label} is under way: close it first")
        words = question.record()
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, f"reporting/{question.name}.html", page, status=CONFLICT)
    wake_aggregation()
    messages.success(request, words)
    return redirect("review-desk", found.period.slug)
