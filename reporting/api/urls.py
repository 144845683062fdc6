"""The addresses below a review's own."""

from django.urls import path, re_path

from reporting.api.downloads import DownloadedView, DownloadView
from reporting.api.reviews import KEY, REFERENCE, LineViewSet, SealTextView, SealView

REVIEW = f"^reviews/(?P<period>{REFERENCE})"
DOWNLOAD = "reviews/<slug:period>/download/"
LINES = LineViewSet.as_view({"get": "list"}, detail=False)
LINE = LineViewSet.as_view({"get": "retrieve"}, detail=True)

urlpatterns = [
    re_path(f"{REVIEW}/lines/$", LINES, name="api-review-lines"),
    re_path(f"{REVIEW}/lines/(?P<kind>[a-z_]{{1,20}})/(?P<key>{KEY})/$", LINE, name="api-review-line"),
    re_path(f"{REVIEW}/seal/$", SealView.as_view(), name="api-review-seal"),
    re_path(rf"{REVIEW}/seal\.txt$", SealTextView.as_view(), name="api-review-seal-text"),
    path(DOWNLOAD, DownloadView.as_view(), name="api-review-download"),
    path(f"{DOWNLOAD}<slug:seal>-<int:errata>.zip", DownloadedView.as_view(), name="api-review-downloaded"),
]
