"""The pages of the money: all streams, one stream, and their figures as CSV."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from aims.models import ReviewPeriod
from funding.models import FundingStream
from reporting.charts import Chart, curve_chart, flow_chart, treemap_chart
from reporting.charts.curve import Month
from reporting.charts.treemap import Area
from reporting.choices import Scope
from reporting.exports import csv_answer
from reporting.forms.money import BehindForm
from reporting.page_cache import never_stale
from reporting.selectors.behind_list import behind_list
from reporting.selectors.chart_tables import ChartName, charts_now
from reporting.selectors.flows import flows_of
from reporting.selectors.funding import FundingTable, behind_by_key, funding_table, moment_of, shared_note
from reporting.selectors.periods import shown_period
from reporting.selectors.scopes import behind_rows
from reporting.selectors.stream import StreamPage, stream_page


@require_safe
@never_stale
def funding(request: HttpRequest) -> HttpResponseBase:
    """Every stream, what stands behind the ratings, and where the money goes."""
    table = _table(request)
    context = {
        "table": table,
        "shared_note": shared_note(table.lines),
        "by_aim": behind_rows(Scope.AIM, behind_by_key(table.moment, Scope.AIM)),
        "by_place": behind_rows(Scope.PLACE, behind_by_key(table.moment, Scope.PLACE)),
        "behind_by_aim": next(iter(charts_now(request.user, timezone.localdate(), ChartName.BEHIND)), None),
        "treemap": _treemap(table),
        "flows": _flows(table),
    }
    return render(request, "reporting/funding.html", context)


@require_safe
@never_stale
def funding_stream(request: HttpRequest, code: str) -> HttpResponseBase:
    """One stream."""
    page = _page(request, code)
    return render(request, "reporting/funding_stream.html", {"page": page, "curve": _curve(page)})


@require_safe
@never_stale
def streams_csv(request: HttpRequest) -> HttpResponse:
    """The table behind the treemap."""
    return _csv("streams", _treemap(_table(request)))


@require_safe
@never_stale
def flows_csv(request: HttpRequest) -> HttpResponse:
    """The table behind the flows."""
    return _csv("funding-flows", _flows(_table(request)))


@require_safe
@never_stale
def curve_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The table behind a stream's curve."""
    return _csv(f"funding-{code}", _curve(_page(request, code)))


@require_safe
@never_stale
def behind(request: HttpRequest) -> HttpResponseBase:
    """What one sum of money behind a rating counts."""
    form = BehindForm(request.GET)
    if not form.is_valid():
        raise Http404
    periods = ReviewPeriod.objects.visible_to(request.user)
    review = form.cleaned_data["review"]
    period = get_object_or_404(periods, slug=review) if review else shown_period(request.user)
    page = behind_list(form.asked(), period, request.user) if period else None
    if page is None:
        raise Http404
    return render(request, "reporting/behind.html", {"page": page})


def _table(request: HttpRequest) -> FundingTable:
    return funding_table(moment_of(request.user), request.user, timezone.localdate())


def _page(request: HttpRequest, code: str) -> StreamPage:
    seen = FundingStream.objects.visible_to(request.user).select_related("funder")
    found = get_object_or_404(seen, code=code)
    return stream_page(found, moment_of(request.user), request.user, timezone.localdate())


def _treemap(table: FundingTable) -> Chart | None:
    areas = [Area(line.code, line.name, line.award) for line in table.lines]
    return treemap_chart(areas, reverse("funding-streams-csv")) if areas else None


def _flows(table: FundingTable) -> Chart | None:
    found = flows_of(table)
    return flow_chart(found, reverse("funding-flows-csv")) if found else None


def _curve(page: StreamPage) -> Chart | None:
    months = [
        Month(said.month, (said.budget_this_year, said.forecast_outturn, said.spend_to_date, said.committed))
        for said in sorted(page.curve, key=lambda said: said.month)
    ]
    code = page.line.code
    return curve_chart(code, months, reverse("funding-curve-csv", args=[code])) if months else None


def _csv(name: str, chart: Chart | None) -> HttpResponse:
    """The rows of a chart's table; the same as on the page."""
    if chart is None:
        raise Http404
    return csv_answer(name, chart.headers, chart.rows)
