"""The bulk download of a published review: one zip at an address that changes only where the file does."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.parameters import refuse_other_parameters
from accounts.api.whole import AsTheAddressSays
from reporting.models import Review
from reporting.selectors.downloads import download, published_review
from reporting.selectors.packs import errata_count

FOR_EVER: Final = "public, max-age=31536000, immutable"


def _published(slug: str) -> Review:
    found = published_review(slug)
    if found is None:
        raise Http404
    return found


class DownloadView(APIView):
    """Leads to the file of a published review as it stands with its errata."""

    permission_classes = [AllowAny]
    content_negotiation_class = AsTheAddressSays

    @extend_schema(exclude=True)
    def get(self, request: Request, period: str) -> HttpResponse:
        refuse_other_parameters(request.query_params, ())
        review = _published(period)
        address = reverse("api-review-downloaded", args=[period, review.seal, errata_count(review)])
        return HttpResponseRedirect(address)


class DownloadedView(APIView):
    """The file of a seal and a number of errata; the same for everybody, for ever, so nobody is asked who they are."""

    authentication_classes = ()
    permission_classes = [AllowAny]
    content_negotiation_class = AsTheAddressSays

    @extend_schema(exclude=True)
    def get(self, request: Request, period: str, seal: str, errata: int) -> HttpResponse:
        refuse_other_parameters(request.query_params, ())
        content = download(_published(period), seal, errata)
        if content is None:
            raise Http404
        response = HttpResponse(content, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="strategy-review-{period}.zip"'
        response["Cache-Control"] = FOR_EVER
        return response
