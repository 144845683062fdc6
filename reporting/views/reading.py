"""Interfaces of the reading pages: find the object that this person may see, ask one selector, render."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.choices import PeriodState
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod
from aims.selectors.wording import words_in
from reporting.models import Position
from reporting.page_cache import kept_page, never_stale, page_key
from reporting.selectors.activity import activity_page
from reporting.selectors.aims import aim_page, objective_page
from reporting.selectors.changes import changes_of
from reporting.selectors.chart_tables import ChartName, charts_now
from reporting.selectors.exceptions import exceptions_of
from reporting.selectors.opened import open_review
from reporting.selectors.overview import review_page, without_update
from reporting.selectors.periods import Shown, previous_period, shown_as, shown_now
from reporting.selectors.reviews import review_rows
from reporting.selectors.standings import standings
from reporting.views import history, sealed
from reporting.views.history import or_as_it_stood


@require_safe
@never_stale
@or_as_it_stood(history.overview)
def overview(request: HttpRequest) -> HttpResponseBase:
    """The position now: of the round under way for staff and the Board, else of the last review that is sealed."""
    shown = shown_now(request.user)
    if shown and shown.state == PeriodState.CLOSED:
        opened = open_review(shown.slug, request.user)
        if opened:
            return sealed.position(request, opened)
    if shown is None:
        aims = Aim.objects.visible_to(request.user).standing(timezone.localdate())
        return render(request, "reporting/no_review.html", {"aims": aims})
    return _position(request, shown)


@require_safe
@never_stale
def review(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The position of any period that the person may see, from its seal once it is closed."""
    opened = open_review(slug, request.user)
    if opened:
        return sealed.position(request, opened)
    return _position(request, shown_as(_period(request, slug)))


def _position(request: HttpRequest, shown: Shown) -> HttpResponseBase:
    on = timezone.localdate()

    def parts() -> dict[str, str]:
        period = ReviewPeriod.objects.visible_to(request.user).get(pk=shown.period)
        page = review_page(period, request.user, on)
        return {"heading": page.heading, "body": render_to_string("reporting/_review.html", {"page": page})}

    return kept_page(request, page_key("review", shown, request, on), "reporting/review.html", parts)


def _period(request: HttpRequest, slug: str) -> ReviewPeriod:
    return get_object_or_404(ReviewPeriod.objects.visible_to(request.user), slug=slug)


@require_safe
@never_stale
def reviews(request: HttpRequest) -> HttpResponseBase:
    """Every review that the person may see."""
    return render(request, "reporting/reviews.html", {"reviews": review_rows(request.user)})


@require_safe
@never_stale
def review_changes(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What changed since the review before, or since any other once it is closed, list by list."""
    opened = open_review(slug, request.user)
    if opened:
        return sealed.changes(request, opened)
    period = _period(request, slug)
    words = words_in(period)
    marks = standings(Position.objects.visible_to(request.user).filter(period=period), words)
    changes = changes_of(period, previous_period(period), marks, words)
    return render(request, "reporting/changes.html", {"period": period, "changes": changes})


@require_safe
@never_stale
def review_exceptions(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything that the Board should ask about, and everything that had no update."""
    opened = open_review(slug, request.user)
    if opened:
        return sealed.exceptions(request, opened)
    period = _period(request, slug)
    words = words_in(period)
    context = {
        "period": period,
        "exceptions": exceptions_of(period, request.user, words),
        "silent": without_update(period, request.user, words),
    }
    return render(request, "reporting/exceptions.html", context)


@require_safe
@never_stale
@or_as_it_stood(history.aim)
def aim(request: HttpRequest, number: str) -> HttpResponseBase:
    """One aim."""
    found = get_object_or_404(Aim.objects.visible_to(request.user), number=number)
    on = timezone.localdate()
    page = aim_page(found, request.user, on)
    charts = charts_now(request.user, on, ChartName.HEAT, ChartName.MILESTONES, part=number)
    return render(request, "reporting/aim.html", {"aim": found, "page": page, "charts": charts})


@require_safe
@never_stale
@or_as_it_stood(history.objective)
def objective(request: HttpRequest, number: str) -> HttpResponseBase:
    """One objective."""
    seen = Objective.objects.visible_to(request.user).select_related("aim")
    found = get_object_or_404(seen, number=number)
    on = timezone.localdate()
    page = objective_page(found, request.user, on)
    charts = charts_now(request.user, on, ChartName.MILESTONES, part=number)
    return render(request, "reporting/objective.html", {"objective": found, "page": page, "charts": charts})


@require_safe
@never_stale
@or_as_it_stood(history.activity)
def activity(request: HttpRequest, number: str) -> HttpResponseBase:
    """One key activity."""
    seen = KeyActivity.objects.visible_to(request.user).select_related("objective__aim", "owner__organisation")
    found = get_object_or_404(seen, number=number)
    on = timezone.localdate()
    page = activity_page(found, request.user, on)
    charts = charts_now(request.user, on, ChartName.MILESTONES, part=number)
    return render(request, "reporting/activity.html", {"activity": found, "page": page, "charts": charts})
