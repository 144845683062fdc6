"""Monthly returns from the finance system's file: uploaded, followed, looked at, taken over, undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from aims.errors import AimsError
from aims.views.requests import CONFLICT, UNPROCESSABLE, SignedInRequest
from funding.choices import ImportState
from funding.forms.imports import ColumnsForm, TakeOverForm, UndoImportForm, UploadForm
from funding.imports.columns import guess, guess_unit
from funding.imports.limits import MOST_BYTES
from funding.models import FundingImport
from funding.selectors.imports import preview_of, progress_of
from funding.services.importing import ask_to_take_over, ask_to_undo, choose_columns, keep_upload, stop_import
from funding.tasks import wake_import
from funding.views.requests import for_finance, sent

LATEST = 20


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """The latest imports, and a file for the next one; the very same file again changes nothing."""
    if request.method != "POST":
        return _uploads(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _uploads(request, form, UNPROCESSABLE)
    file = form.cleaned_data["file"]
    name = "".join(filter(str.isprintable, file.name or "")).strip()[:160] or "returns"
    kept = keep_upload(content=file.read(MOST_BYTES + 1), name=name, by=request.user, now=timezone.now())
    if kept.is_new:
        wake_import(kept.imported.pk)
    else:
        messages.info(request, "This very file was uploaded before: nothing is changed. This is what it brought")
    return redirect(kept.imported)


@for_finance
@require_safe
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far an import is; once it is read, what it would change or what is wrong with it."""
    found = _import(request, pk)
    if found.state == ImportState.TO_NAME and not request.htmx:
        return redirect("funding-import-columns", found.pk)
    if not request.htmx:
        return _one(request, found)
    if not found.state.is_busy:
        return HttpResponseClientRefresh()
    return render(request, "funding/_import_progress.html", {"imported": found, "progress": progress_of(found)})


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the columns of this kind of file mean, for this file and the next ones."""
    found = _import(request, pk)
    headings = [words for _, words in found.headings]
    known = {**found.layout.columns, "unit": found.layout.unit} if found.layout else None
    initial = known or {**guess(headings), "unit": guess_unit(headings)}
    form = ColumnsForm(sent(request), headings=headings, initial=initial)
    page = {"imported": found, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "funding/import_columns.html", page, status=UNPROCESSABLE if form.errors else 200)
    try:
        said = {"columns": form.columns(), "unit": form.cleaned_data["unit"]}
        chosen = choose_columns(imported=found, by=request.user, now=timezone.now(), **said)
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "funding/import_columns.html", page, status=CONFLICT)
    wake_import(found.pk)
    messages.success(request, "The columns are saved" + ("" if chosen.read_at is None else ": upload the file again"))
    return redirect(found if chosen.read_at is None else "funding-import")


@for_finance
@require_POST
def take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send what a file says for approval, all of it or nothing."""
    found = _import(request, pk)
    form = TakeOverForm(request.POST)
    if not form.is_valid():
        return _one(request, found, form, UNPROCESSABLE)
    try:
        ask_to_take_over(imported=found, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error("reason" if "why" in error.message else None, error.message)
        return _one(request, _import(request, pk), form, CONFLICT)
    wake_import(found.pk)
    return redirect(found)


@for_finance
@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop reading or taking over a file, or drop its preview."""
    found = _import(request, pk)
    try:
        stop_import(imported=found, now=timezone.now())
    except AimsError as error:
        messages.error(request, error.message)
        return redirect(found)
    messages.success(request, f"“{found.name}” is stopped: nothing was changed")
    return redirect("funding-import")


@for_finance
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo an import, by returns that are recorded and approved like any others."""
    found = _import(request, pk)
    form = UndoImportForm(sent(request))
    page = {"imported": found, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "funding/import_undo.html", page, status=UNPROCESSABLE if form.errors else 200)
    try:
        ask_to_undo(imported=found, by=request.user, now=timezone.now(), **form.cleaned_data)
    except AimsError as error:
        form.add_error(None, error.message)
        return render(request, "funding/import_undo.html", page, status=CONFLICT)
    wake_import(found.pk)
    return redirect(found)


def _import(request: SignedInRequest, pk: int) -> FundingImport:
    rows = FundingImport.objects.visible_to(request.user).select_related("layout", "uploaded_by", "asked_by")
    found: FundingImport = get_object_or_404(rows.select_related("undo_asked_by"), pk=pk)
    return found


def _uploads(request: SignedInRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    latest = FundingImport.objects.visible_to(request.user).select_related("uploaded_by")[:LATEST]
    return render(request, "funding/import.html", {"form": form, "latest": latest}, status=status)


def _one(
    request: SignedInRequest, found: FundingImport, form: TakeOverForm | None = None, status: int = 200
) -> HttpResponse:
    page = {"imported": found, "form": form or TakeOverForm(), "more": found.problems_found - len(found.problems)}
    if found.state.is_busy:
        page["progress"] = progress_of(found)
    elif found.state == ImportState.READ:
        page["preview"] = preview_of(found, request.GET.get("page"))
    elif found.state in (ImportState.TAKEN_OVER, ImportState.UNDONE):
        page["brought"] = found.returns.count()
    return render(request, "funding/import_one.html", page, status=status)
