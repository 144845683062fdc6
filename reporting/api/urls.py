"""The addresses below a review's own."""

from django.urls import path, re_path

from reporting.api.downloads import DownloadedView, DownloadView
from reporting.api.reviews import KEY, REFERENCE, LineViewSet, SealTextView, SealView

REVIEW = f"^reviews/(?P<period>{REFERENCE})"
DOWNLOADED = r"^reviews/(?P<period>[-a-zA-Z0-9_]{1,80})/download/(?P<name>[0-9a-f]{64}-[0-9]{1,4})\.zip$"
LINES = LineViewSet.as_view({"get": "list"}, detail=False)
LINE = LineViewSet.as_view({"get": "retrieve"}, detail=True)

urlpatterns = [
    re_path(f"{REVIEW}/lines/$", LINES, name="api-review-lines"),
    re_path(f"{REVIEW}/lines/(?P<kind>[a-z_]{{1,20}})/(?P<key>{KEY})/$", LINE, name="api-review-line"),
    re_path(f"{REVIEW}/seal/$", SealView.as_view(), name="api-review-seal"),
    re_path(rf"{REVIEW}/seal\.txt$", SealTextView.as_view(), name="api-review-seal-text"),
    path("reviews/<slug:period>/download/", DownloadView.as_view(), name="api-review-download"),
    re_path(DOWNLOADED, DownloadedView.as_view(), name="api-review-downloaded"),
]
