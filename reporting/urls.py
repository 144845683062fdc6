from django.urls import path

from reporting.views import closing, reading

urlpatterns = [
    path("", reading.overview, name="overview"),
    path("aims/<str:number>/", reading.aim, name="aim"),
    path("objectives/<str:number>/", reading.objective, name="objective"),
    path("activities/<str:number>/", reading.activity, name="activity"),
    path("reviews/", reading.reviews, name="reviews"),
    path("reviews/<slug:slug>/", reading.review, name="review"),
    path("reviews/<slug:slug>/changes/", reading.review_changes, name="review-changes"),
    path("reviews/<slug:slug>/exceptions/", reading.review_exceptions, name="review-exceptions"),
    path("reviews/<slug:slug>/trend.csv", reading.review_trend, name="review-trend"),
    path("round/close/", closing.close, name="round-close"),
    path("funding/", reading.funding, name="funding"),
    path("funding/<str:code>/", reading.funding_stream, name="funding-stream"),
]
