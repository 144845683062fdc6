from django.urls import path

from reporting.views import charts, closing, elections, life, money, reading

urlpatterns = [
    path("", reading.overview, name="overview"),
    path("aims/<str:number>/", reading.aim, name="aim"),
    path("objectives/<str:number>/", reading.objective, name="objective"),
    path("activities/<str:number>/", reading.activity, name="activity"),
    path("reviews/", reading.reviews, name="reviews"),
    path("reviews/<slug:slug>/", reading.review, name="review"),
    path("reviews/<slug:slug>/changes/", reading.review_changes, name="review-changes"),
    path("reviews/<slug:slug>/exceptions/", reading.review_exceptions, name="review-exceptions"),
    path("reviews/<slug:slug>/charts/", charts.review_charts, name="review-charts"),
    path("reviews/<slug:slug>/charts/<str:name>.csv", charts.review_chart_csv, name="review-chart-csv"),
    path("reviews/<slug:slug>/desk/", life.desk, name="review-desk"),
    path("reviews/<slug:slug>/agree/", life.agreement, name="review-agree"),
    path("reviews/<slug:slug>/publish/", life.publication, name="review-publish"),
    path("reviews/<slug:slug>/reopen/", life.reopening, name="review-reopen"),
    path("reviews/<slug:slug>/errata/add/", life.erratum, name="review-erratum-add"),
    path("round/close/", closing.close, name="round-close"),
    path("round/closings/<int:pk>/", closing.closing, name="round-closing"),
    path("round/elections/", elections.periods, name="pre-election-periods"),
    path("round/elections/<int:pk>/", elections.change, name="pre-election-period"),
    path("round/elections/<int:pk>/remove/", elections.remove, name="pre-election-remove"),
    path("funding/", money.funding, name="funding"),
    path("funding/streams.csv", money.streams_csv, name="funding-streams-csv"),
    path("funding/flows.csv", money.flows_csv, name="funding-flows-csv"),
    path("funding/behind/", money.behind, name="funding-behind"),
    path("funding/<str:code>/", money.funding_stream, name="funding-stream"),
    path("funding/<str:code>/returns.csv", money.curve_csv, name="funding-curve-csv"),
]
