"""Interfaces of the pages of a closed review: open it for this person, ask one builder, render; kept by its seal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.choices import Mark
from reporting.forms.activities import ActivityFilter
from reporting.page_cache import kept_page, never_stale, sealed_key
from reporting.selectors.chart_tables import ALL, ChartName, chart_of, charts_of, movement_since
from reporting.selectors.comparing import changes_since, earlier_reviews, history_of
from reporting.selectors.funding import shared_note
from reporting.selectors.opened import Opened, later_of, open_review, reads_exempt_of, sealed_before
from reporting.selectors.sealed.activities import sealed_activities
from reporting.selectors.sealed.activity import sealed_activity
from reporting.selectors.sealed.aims import sealed_aim
from reporting.selectors.sealed.exceptions import sealed_exceptions
from reporting.selectors.sealed.funding import sealed_funding
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.log import sealed_log
from reporting.selectors.sealed.method import sealed_method
from reporting.selectors.sealed.milestones import all_milestones
from reporting.selectors.sealed.review import facts_of, sealed_page
from reporting.selectors.sealed.standings import sealed_standings

ROWS_A_PAGE = 250

Context = dict[str, Any]


def _open(request: HttpRequest, slug: str) -> Opened:
    opened = open_review(slug, request.user)
    if opened is None:
        raise Http404
    return opened


def _answer(
    request: HttpRequest,
    opened: Opened,
    template: str,
    make: Callable[[Opened, Later], Context],
    *asked: object,
) -> HttpResponseBase:
    """The page that `make` has the context and the title of; `asked` is all that it depends on beside the review."""

    def parts() -> dict[str, str]:
        later = later_of(opened)
        head = opened.book.head
        context: Context = {"head": head, "facts": facts_of(opened.book, later), "stage": later.stage} | make(
            opened, later
        )
        body = render_to_string(f"reporting/sealed/{template}.html", context)
        frame = {"title": context["title"], "slug": head.slug, "name": head.name, "stage": later.stage.value}
        return {**frame, "tab": template, "body": body}

    return kept_page(request, sealed_key(template, opened.state, *asked), "reporting/sealed/frame.html", parts)


def position(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The review on one page; also the front page of whoever sees only published reviews."""
    on = timezone.localdate()

    def make(opened: Opened, later: Later) -> Context:
        changes = changes_since(opened, later, earlier_reviews(opened))
        trend = chart_of(opened.period, request.user, on, ChartName.TREND)
        page = sealed_page(opened.book, later, changes, trend)
        return {"title": page.heading, "page": page, "before": sealed_before(opened)}

    return _answer(request, opened, "review", make)


def changes(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """What changed since any earlier review; asked for a later one, the question is turned round."""
    since = request.GET.get("since", "")
    other = _open(request, since) if since else None
    if other and other.period.starts > opened.period.starts:
        return redirect(f"{reverse('review-changes', args=[since])}?since={opened.period.slug}")

    def make(opened: Opened, later: Later) -> Context:
        earlier = earlier_reviews(opened)
        slugs = [review.period.slug for review in earlier]
        if since and since not in slugs:
            raise Http404
        found = changes_since(opened, later, earlier, since)
        usual = opened.book.head.compared_with
        chosen = since or (usual if usual in slugs else "")
        return {
            "title": f"What changed since {found.since}" if found.since else "What changed",
            "changes": found,
            "choices": [review.period for review in earlier],
            "chosen": chosen,
            "chart": movement_since(opened.period, chosen),
        }

    return _answer(request, opened, "changes", make, since)


def exceptions(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """Everything that the Board was asked about, what it answered, and everything that had no update."""

    def make(opened: Opened, later: Later) -> Context:
        marks = sealed_standings(opened.book, later.errata)
        return {
            "title": "Exceptions",
            "exceptions": sealed_exceptions(opened.book, later, marks),
            "silent": [standing for standing in marks if standing.mark == Mark.NO_UPDATE],
        }

    return _answer(request, opened, "exceptions", make)


def charts(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """Every chart of it on one page."""
    on = timezone.localdate()

    def make(opened: Opened, later: Later) -> Context:
        return {"title": "Charts", "charts": charts_of(opened.period, request.user, on, *ALL)}

    return _answer(request, opened, "charts", make)


@require_safe
@never_stale
def aim(request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
    """One aim as the review told it."""
    on = timezone.localdate()

    def make(opened: Opened, later: Later) -> Context:
        page = sealed_aim(opened.book, later, number)
        if page is None:
            raise Http404
        chart = chart_of(opened.period, request.user, on, ChartName.MILESTONES, part=number)
        charts = charts_of(opened.period, request.user, on, ChartName.HEAT, part=number)
        return {"title": f"Aim {number}: {page.title}", "page": page, "chart": chart, "charts": charts}

    return _answer(request, _open(request, slug), "aim", make, number)


@require_safe
@never_stale
def activity(request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
    """One activity as the review told it, with its exempt part for whoever may read that."""
    on = timezone.localdate()
    opened = replace(_open(request, slug), reads_exempt=reads_exempt_of(request.user, number))

    def make(opened: Opened, later: Later) -> Context:
        page = sealed_activity(opened.book, later, number, history_of(opened, number))
        if page is None:
            raise Http404
        chart = chart_of(opened.period, request.user, on, ChartName.MILESTONES, part=number)
        return {"title": f"{number} {page.line.description}", "page": page, "chart": chart}

    return _answer(request, opened, "activity", make, number)


@require_safe
@never_stale
def activities(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All activities in one table, or those that some figure counts."""
    opened = _open(request, slug)
    search = ActivityFilter(request.GET, book=opened.book)
    wanted, page = search.wanted(), request.GET.get("page", "")[:4]

    def make(opened: Opened, later: Later) -> Context:
        found = sealed_activities(opened.book, later, wanted)
        return {
            "title": "All key activities",
            "search": search,
            "narrowed": search.words(),
            "found": found,
            "rows": Paginator(found.rows, ROWS_A_PAGE).get_page(page),
            "asked": search.query(),
        }

    return _answer(request, opened, "activities", make, wanted, page)


@require_safe
@never_stale
def milestones(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every milestone with its dates."""

    def make(opened: Opened, later: Later) -> Context:
        return {"title": "Milestones", "milestones": all_milestones(opened.book, later)}

    return _answer(request, _open(request, slug), "milestones", make)


@require_safe
@never_stale
def funding(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every stream, and what stands behind the ratings."""
    on = timezone.localdate()

    def make(opened: Opened, later: Later) -> Context:
        page = sealed_funding(opened.book, later)
        chart = chart_of(opened.period, request.user, on, ChartName.BEHIND)
        return {"title": "Funding", "page": page, "shared_note": shared_note(page.table.lines), "chart": chart}

    return _answer(request, _open(request, slug), "funding", make)


@require_safe
@never_stale
def log(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every date moved, every override, every change of the strategy since the review before."""

    def make(opened: Opened, later: Later) -> Context:
        return {"title": "Change log", "log": sealed_log(opened.book, later)}

    return _answer(request, _open(request, slug), "log", make)


@require_safe
@never_stale
def method(request: HttpRequest, slug: str) -> HttpResponseBase:
    """How the review was made, what each figure rests on, and what the words mean."""

    def make(opened: Opened, later: Later) -> Context:
        page = sealed_method(opened.book, later)
        return {"title": "How this review was made", "page": page, "before": sealed_before(opened)}

    return _answer(request, _open(request, slug), "method", make)
