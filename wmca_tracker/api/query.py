"""Query parameters, taken strictly: what an operation does not know, it refuses, so that no filter is lost silently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters.utils import translate_validation
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

NO_NUL = r"^[^\u0000]*$"


class WrongParameters(ValidationError):
    """What is wrong with query parameters, by their names."""


def refuse_other_parameters(given: QueryDict, known: Iterable[str]) -> None:
    """Raises `WrongParameters` for parameters that are not known, are empty or come twice."""
    names = sorted(known)
    listed = f"Known here: {', '.join(names)}." if names else "None are known here."
    problems = {name: [problem] for name, problem in _problems(given, names, listed)}
    if problems:
        raise WrongParameters(problems)


def _problems(given: QueryDict, names: list[str], listed: str) -> Iterator[tuple[str, str]]:
    for name, values in given.lists():
        if name not in names:
            yield name, f"There is no parameter “{name}”. {listed}"
        elif len(values) > 1:
            yield name, f"Give “{name}” once."
        elif not values[0].strip():
            yield name, f"Give “{name}” a value, or leave it out."


class StrictFilterBackend(BaseFilterBackend):
    """Filters lists by the view's FilterSet; items take no parameters."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        if getattr(view, "detail", False):
            refuse_other_parameters(request.query_params, ())
            return queryset
        filterset_class = view.filterset_class  # type: ignore[attr-defined]  # every list has one
        paging = view.paginator.parameters  # type: ignore[attr-defined]  # every list has one
        refuse_other_parameters(request.query_params, [*filterset_class.base_filters, *paging])
        filterset = filterset_class(data=request.query_params, queryset=queryset, request=request)
        if not filterset.is_valid():
            raise WrongParameters(translate_validation(filterset.errors).detail)
        filtered: QuerySet[Any] = filterset.qs
        return filtered

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters as OpenAPI says them, read from the FilterSet's own form fields."""
        filters = view.filterset_class.base_filters
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": narrowing.extra["help_text"],
                "schema": schema_of(narrowing.field),
            }
            for name, narrowing in filters.items()
        ]


def schema_of(field: forms.Field) -> dict[str, Any]:
    """What a form field takes, as JSON Schema."""
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [value for value, _ in cast("list[tuple[str, str]]", field.choices) if value]}
    if isinstance(field, forms.RegexField):
        return {"type": "string", "pattern": field.regex.pattern}
    if isinstance(field, forms.CharField):
        return {"type": "string", "minLength": 1, "maxLength": field.max_length, "pattern": NO_NUL}
    raise TypeError(f"The API's schema cannot tell what {type(field).__name__} takes.")
