from django.urls import path

from reporting import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("aims/<str:number>/", views.aim, name="aim"),
    path("objectives/<str:number>/", views.objective, name="objective"),
    path("activities/<str:number>/", views.activity, name="activity"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<slug:slug>/", views.review, name="review"),
    path("reviews/<slug:slug>/changes/", views.review_changes, name="review-changes"),
    path("reviews/<slug:slug>/exceptions/", views.review_exceptions, name="review-exceptions"),
    path("reviews/<slug:slug>/trend.csv", views.review_trend, name="review-trend"),
    path("funding/", views.funding, name="funding"),
    path("funding/<str:code>/", views.funding_stream, name="funding-stream"),
]
