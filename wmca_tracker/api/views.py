"""The API's own addresses: its root, its description and the pages that explain it."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Final

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.views.generic import TemplateView
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from accounts.api.parameters import refuse_other_parameters
from wmca_tracker.api.catalogue import CATALOGUE, INCOMPLETE, problem_details, problem_named
from wmca_tracker.api.documentation import Documentation, documentation_for, section_for
from wmca_tracker.api.samples import own_of, sample_of
from wmca_tracker.api.schema import openapi

GUIDE: Final = "guide"
TOPICS: Final = {
    GUIDE: "Five-minute guide",
    "using": "How the API works",
    "values": "Values and what they mean",
    "versions": "Versions and changes",
}
EXAMPLE_PATH: Final = "/api/v1/updates/"
EXAMPLE_ERROR: Final = {"pointer": "/impact", "detail": "Say what follows from it."}


class RootView(APIView):
    """Where everything is: the name of each list with its address."""

    permission_classes = [AllowAny]
    lists: ClassVar[dict[str, str]] = {}

    @extend_schema(
        operation_id="root",
        summary="Where everything is",
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
    )
    def get(self, request: Request) -> Response:
        refuse_other_parameters(request.query_params, ())
        return Response({name: reverse(route, request=request) for name, route in self.lists.items()})


class SchemaView(APIView):
    """The description of this API, OpenAPI 3.1, as JSON or YAML by the Accept header."""

    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2]

    @extend_schema(exclude=True, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        refuse_other_parameters(request.query_params, ())
        return Response(openapi())


class DocumentationView(TemplateView):
    """The API told to people, from its own description: where to begin, and what there is."""

    template_name = "api/documentation.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        base = self.request.build_absolute_uri("/").rstrip("/")
        told = {"documentation": documentation_for(base), "topics": TOPICS, "problems": CATALOGUE}
        return super().get_context_data(limits=settings.API_LIMITS, **told, **context)


class DocumentationPageView(DocumentationView):
    """One topic of the documentation, or one kind of thing with all that can be asked of it."""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        told = super().get_context_data(**context)
        documentation: Documentation = told["documentation"]
        name = self.kwargs["name"]
        section = documentation.section(name)
        sample = sample_of(self.request, section.operations[0].address) if section else {}
        if section:
            section = section_for(documentation.base, name, sample)
        elif name not in TOPICS:
            raise Http404
        own = own_of(self.request.user, timezone.localdate()) if name == GUIDE else None
        return told | {
            "own": own,
            "section": section,
            "is_published": bool(sample),
            "current": name,
            "heading": section.heading if section else TOPICS[name],
        }

    def get_template_names(self) -> list[str]:
        name = self.kwargs["name"]
        return [f"api/{name}.html" if name in TOPICS else "api/section.html"]


class ProblemsView(DocumentationView):
    """Every kind of error, on one page."""

    template_name = "api/problems.html"


class ProblemView(TemplateView):
    """One kind of error: the page behind its `type`."""

    template_name = "api/problem.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        kind = problem_named(context["slug"])
        if kind is None:
            raise Http404
        example = problem_details(kind, EXAMPLE_PATH, errors=[EXAMPLE_ERROR] if kind == INCOMPLETE else ())
        return super().get_context_data(problem=kind, example=json.dumps(example, indent=2, ensure_ascii=False))
