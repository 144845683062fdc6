"""The addresses below a review's own."""

from django.urls import re_path

from reporting.api.reviews import KEY, REFERENCE, LineViewSet, SealTextView, SealView

REVIEW = f"^reviews/(?P<period>{REFERENCE})"
LINES = LineViewSet.as_view({"get": "list"}, detail=False)
LINE = LineViewSet.as_view({"get": "retrieve"}, detail=True)

urlpatterns = [
    re_path(f"{REVIEW}/lines/$", LINES, name="api-review-lines"),
    re_path(f"{REVIEW}/lines/(?P<kind>[a-z_]{{1,20}})/(?P<key>{KEY})/$", LINE, name="api-review-line"),
    re_path(f"{REVIEW}/seal/$", SealView.as_view(), name="api-review-seal"),
    re_path(rf"{REVIEW}/seal\.txt$", SealTextView.as_view(), name="api-review-seal-text"),
]
