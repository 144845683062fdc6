"""The pack of a review: what there is of it, having it made, and its files."""

from __future__ import annotations

import re
from typing import Any, cast

from django.contrib import messages
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from aims.errors import AimsError
from aims.views.evidence import ALONE
from aims.views.requests import SignedInRequest, for_the_office
from reporting.choices import PackFormat
from reporting.models import PackFile, Review
from reporting.packs.formats.html import policy_for
from reporting.page_cache import never_stale
from reporting.selectors.opened import reads_all_exempt
from reporting.selectors.packs import is_public, pack_file, pack_page
from reporting.services.packing import ask_for_packs, pack_storage
from reporting.tasks import wake_pack

FOR_EVER = "public, max-age=31536000, immutable"
NEVER_KEPT = "private, no-store"
CONTENT_TYPES = {
    PackFormat.HTML: "text/html; charset=utf-8",
    PackFormat.PDF: "application/pdf",
    PackFormat.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PackFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PackFormat.CSV: "application/zip",
}
STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


@require_http_methods(["GET", "HEAD", "POST"])
@never_stale
def pack(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What there is of a review's pack; and, for the office, having it made."""
    if request.method == "POST":
        return _make(cast(SignedInRequest, request), slug)
    page = pack_page(_review(request, slug), request.user)
    if not getattr(request, "htmx", False):
        return render(request, "reporting/pack.html", {"page": page, "period": page.review.period})
    if not page.is_busy:
        return HttpResponseClientRefresh()
    return render(request, "reporting/_pack_progress.html", {"page": page, "period": page.review.period})


@for_the_office
def _make(request: SignedInRequest, slug: str) -> HttpResponse:
    try:
        asked = ask_for_packs(review=_review(request, slug), by=request.user, now=timezone.now())
    except AimsError as error:
        messages.error(request, error.message)
        return redirect("review-pack", slug)
    for each in asked:
        wake_pack(each.pk)
    messages.success(request, "The pack is being made" if asked else "The pack is made already: it never changes")
    return redirect("review-pack", slug)


def _review(request: HttpRequest, slug: str) -> Review:
    """The review that stands, once it is published; before, for the Board and the office alone."""
    rows = Review.objects.visible_to(request.user).standing().with_stage()
    found: Any = rows.filter(period__slug=slug).first()
    if found is None or not (hasattr(found, "publication") or reads_all_exempt(request.user)):
        raise Http404
    review: Review = found
    return review


@require_safe
def file(request: HttpRequest, slug: str, seal: str, errata: int, name: str) -> HttpResponseBase:
    """One file, as it was made. Public ones stay in every cache for ever, the others in none."""
    found = pack_file(slug, seal, errata, name)
    if found is None or not (is_public(found) or reads_all_exempt(request.user)):
        raise Http404
    etag = quote_etag(found.sha256)
    response = get_conditional_response(request, etag=etag) or _sent(found)
    response["ETag"] = etag
    response["Cache-Control"] = FOR_EVER if is_public(found) else NEVER_KEPT
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _sent(found: PackFile) -> HttpResponseBase:
    try:
        opened = pack_storage().open(found.path)
    except FileNotFoundError as error:
        raise Http404 from error
    form = PackFormat(found.format)
    policy = _policy(opened) if form == PackFormat.HTML else ALONE
    is_page = form == PackFormat.HTML
    response = FileResponse(opened, as_attachment=not is_page, filename=found.name, content_type=CONTENT_TYPES[form])
    response["Content-Length"] = str(found.size)
    response["Content-Security-Policy"] = policy
    return response


def _policy(opened: File[bytes]) -> str:
    """What the page may do: show its own style, and nothing else."""
    style = STYLE.search(opened.read())
    opened.seek(0)
    return f"{policy_for(style[1].decode() if style else '')}; frame-ancestors 'none'; sandbox"
