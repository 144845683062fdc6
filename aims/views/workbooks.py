"""Updates by workbook: download, upload, and a look at what would change before it does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aims.errors import AimsError, RowsRefused
from aims.forms.workbooks import ChoiceForm, WorkbookForm
from aims.models import Workbook
from aims.selectors.card import Card
from aims.selectors.workbooks import Desk, desk_of
from aims.services.workbooks import keep_workbook, problems_with, take_over
from aims.tasks import wake_aggregation
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest, for_the_person_alone, signed_in
from aims.workbooks.intake import UnfitWorkbook, take_in
from aims.workbooks.layout import Problem
from aims.workbooks.limits import MOST_BYTES, MOST_ROWS
from aims.workbooks.preview import preview_of
from aims.workbooks.write import Line, Occasion, write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_TOLD = 60


@for_the_person_alone
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request: SignedInRequest) -> HttpResponse:
    """The three steps; an uploaded workbook is read, and shown before anything changes."""
    if request.method != "POST":
        return _steps(request, WorkbookForm())
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _steps(request, form, status=UNPROCESSABLE)
    return _upload(request, form)


@for_the_person_alone
@signed_in
@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    """The person's updates as a workbook; for the office those of an aim or a post, where it asks so."""
    desk = _desk(request)
    if desk is None or not desk.cards:
        messages.info(request, "Nothing is due from you now that could be filled in")
        return redirect("workbook")
    if len(desk.cards) > MOST_ROWS:
        messages.error(request, f"Choose an aim or a post: a workbook holds {MOST_ROWS} activities")
        return redirect("workbook")
    period = desk.work.period
    forecast_day = next(iter(desk.cards.values())).forecast_day
    occasion = Occasion(period.slug, period.label, forecast_day, timezone.localtime())
    answer = HttpResponse(write_workbook([_line(card) for card in desk.cards.values()], occasion), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="updates-{period.slug}.xlsx"'
    return answer


@for_the_person_alone
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What an uploaded workbook would change; takes it over."""
    found: Workbook = get_object_or_404(Workbook.objects.visible_to(request.user).select_related("period"), pk=pk)
    if request.method != "POST":
        return _preview(request, found)
    try:
        taken = take_over(workbook=found, by=request.user, now=timezone.now())
    except RowsRefused as error:
        problems = [Problem(f"{row.number}: {row.message}") for row in error.rows]
        return _preview(request, found, problems, CONFLICT)
    except AimsError as error:
        found.refresh_from_db()
        return _preview(request, found, [Problem(error.message)], CONFLICT)
    wake_aggregation()
    messages.success(request, f"Sent for approval: {taken.sent}. Saved as drafts: {taken.drafted}")
    return redirect("my-work")


def _upload(request: SignedInRequest, form: WorkbookForm) -> HttpResponse:
    file: UploadedFile[bytes] = form.cleaned_data["sheet"]
    now = timezone.now()
    try:
        intake = take_in(file.read(MOST_BYTES + 1), by=request.user, on=timezone.localdate(now))
        if not intake.is_sound:
            raise RowsRefused(problems_with(entries=intake.entries, by=request.user, now=now))
        kept = keep_workbook(name=_name(file), entries=intake.entries, by=request.user, now=now)
    except UnfitWorkbook as error:
        return _steps(request, form, error.problems, UNPROCESSABLE)
    except RowsRefused as error:
        return _steps(request, form, intake.problems(error.rows), UNPROCESSABLE)
    except AimsError as error:
        return _steps(request, form, [Problem(error.message)], CONFLICT)
    return redirect("workbook-preview", kept.pk)


def _name(file: UploadedFile[bytes]) -> str:
    """The file's own name without what cannot be shown or stored."""
    return "".join(filter(str.isprintable, file.name or "")).strip() or "workbook.xlsx"


def _desk(request: SignedInRequest) -> Desk | None:
    chosen = ChoiceForm(request.GET)
    narrowed = chosen.cleaned_data if chosen.is_valid() and request.user.keeps_the_round else {}
    return desk_of(request.user, timezone.localdate(), **narrowed)


def _line(card: Card) -> Line:
    return Line(
        activity=card.activity,
        values=card.values,
        version=card.version,
        basis=card.basis,
        as_at=card.values.as_at or card.period.ends,
        last=_last(card),
        suggestion=_suggestion(card),
    )


def _last(card: Card) -> str:
    """What was said last time, and why an update came back; as on the card, without the names of people."""
    told = "Not reported before"
    if card.last and card.last_mark:
        told = f"{card.last_mark.label} on {card.last.as_at:%-d %B %Y}: “{card.last.narrative}”"
    notes = [card.current.return_note, *card.current.return_notes.values()] if card.current else []
    returned = " ".join(filter(None, notes))
    return f"{told}\nReturned to you: “{returned}”" if returned else told


def _suggestion(card: Card) -> str:
    if card.activity.role == "influence" or not card.suggestion.reasons:
        return ""
    reasons = "; ".join(card.suggestion.reasons)
    return f"{card.suggestion.rag.label}: {reasons}" if card.suggestion.rag else reasons


def _steps(request: SignedInRequest, form: WorkbookForm, problems: Any = (), status: int = 200) -> HttpResponse:
    desk = desk_of(request.user, timezone.localdate())
    context = {
        "desk": desk,
        "form": form,
        "choice": ChoiceForm() if request.user.keeps_the_round else None,
        "problems": problems[:MOST_TOLD],
        "more": max(0, len(problems) - MOST_TOLD),
    }
    return render(request, "aims/workbook.html", context, status=status)


def _preview(request: SignedInRequest, found: Workbook, problems: Any = (), status: int = 200) -> HttpResponse:
    waits = not (found.taken_over_at or found.dropped_at)
    context = {
        "workbook": found,
        "preview": preview_of(found, request.user, timezone.localdate()) if waits else None,
        "problems": problems,
    }
    return render(request, "aims/workbook_preview.html", context, status=status)
