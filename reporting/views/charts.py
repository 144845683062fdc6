"""All charts of a review on one page, and the numbers of each as CSV."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.models import ReviewPeriod
from reporting.exports import csv_answer
from reporting.page_cache import never_stale
from reporting.selectors.chart_tables import ALL, ChartName, chart_of, charts_of, movement_since
from reporting.selectors.opened import open_review
from reporting.selectors.periods import round_name
from reporting.views import sealed

NAME = re.compile(rf"({'|'.join(ALL)})(?:-([1-9]\d*(?:\.[1-9]\d*){{0,2}}))?", re.ASCII)


@require_safe
@never_stale
def review_charts(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every chart of a period that the person may see, from its seal once it is closed."""
    opened = open_review(slug, request.user)
    if opened:
        return sealed.charts(request, opened)
    period = _period(request, slug)
    context = {
        "period": period,
        "name": round_name(period),
        "charts": charts_of(period, request.user, timezone.localdate(), *ALL),
    }
    return render(request, "reporting/charts.html", context)


@require_safe
@never_stale
def review_chart_csv(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The numbers of one chart, of the whole strategy or of one part: "heat", "heat-3", "milestones-1.1.1".

    `since` names the review that the movement is measured against.
    """
    asked = NAME.fullmatch(name)
    if asked is None:
        raise Http404
    found, part = ChartName(asked[1]), asked[2] or ""
    period, since = _period(request, slug), request.GET.get("since", "")
    if found == ChartName.MOVEMENT and since:
        chart = movement_since(period, since)
    else:
        chart = chart_of(period, request.user, timezone.localdate(), found, part)
    if chart is None:
        raise Http404
    return csv_answer(f"{name}-{slug}", chart.headers, chart.rows)


def _period(request: HttpRequest, slug: str) -> ReviewPeriod:
    return get_object_or_404(ReviewPeriod.objects.visible_to(request.user), slug=slug)
