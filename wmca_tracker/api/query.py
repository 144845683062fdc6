"""Lists are narrowed and ordered by query parameters, taken strictly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.parameters import Parameter, WrongParameters, chosen, listed, refuse_other_parameters
from accounts.api.whole import is_told_whole
from accounts.filters import DayField, FlagField, ReferenceField, SeveralField
from wmca_tracker.api.keyset import Keyset, keyset

NO_NUL = r"^[^\u0000]*$"
ORDERING: Final = "ordering"


class StrictFilterBackend(BaseFilterBackend):
    """Filters lists by the view's FilterSet; refuses what an operation does not know, so that nothing is lost."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        refuse_unknown(request, view)
        if getattr(view, "detail", False):
            return queryset
        filterset_class = view.filterset_class  # type: ignore[attr-defined]  # every list has one
        given = {name: ",".join(values) for name, values in request.query_params.lists()}
        filterset = filterset_class(data=given, queryset=queryset, request=request)
        if not filterset.is_valid():
            # By Django's own words: a "%" that somebody sent is none of a format.
            raise WrongParameters({name: list(filterset.errors[name]) for name in filterset.errors})
        filtered: QuerySet[Any] = filterset.qs
        return filtered

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters of a list as OpenAPI says them."""
        return [parameter.described() for parameter in list_parameters(view.__class__)]


def refuse_unknown(request: Request, view: Any) -> None:
    """Raises `WrongParameters` for what this request's operation does not take; what is written takes none."""
    known: Sequence[Parameter] = ()
    paging: tuple[str, ...] = ()
    if request.method in ("GET", "HEAD"):
        known = view.telling_parameters() if view.detail else list_parameters(view.__class__)
        paging = () if view.detail else _paging_parameters(view)
    several = [parameter.name for parameter in known if parameter.takes_several]
    refuse_other_parameters(request.query_params, [*(parameter.name for parameter in known), *paging], several)
    for parameter in known:
        if parameter.names:  # told before anything is read: a file that has begun cannot be refused any more
            chosen(request.query_params, parameter)


def _paging_parameters(view: Any) -> tuple[str, ...]:
    """Where an answer begins and ends; a whole list may only begin somewhere."""
    found: tuple[str, ...] = view.paginator.file_parameters if is_told_whole(view) else view.paginator.parameters
    return found


@cache
def list_parameters(viewset: Any) -> tuple[Parameter, ...]:
    """All that a list takes, but for its pages: what narrows it, what orders it, and how much is told.

    They are the viewset's own, the same for every request.
    """
    filters = viewset.filterset_class.base_filters.items()
    narrowing = [Parameter(name, one.extra["help_text"], schema_of(one.field)) for name, one in filters]
    order = [ordering_parameter(viewset)] if viewset.orderings else []
    return *narrowing, *order, *viewset.telling_parameters()


def ordering_parameter(viewset: Any) -> Parameter:
    """The orders that a list can be asked for, each of them up or down."""
    names = [sign + name for name in viewset.orderings for sign in ("", "-")]
    return listed(
        ORDERING, "The order, first name first; “-” before a name turns it. What is missing comes last.", names
    )


def order_of(view: Any, request: Request) -> tuple[str, ...]:
    """The names that a request orders a list by. Raises `WrongParameters`."""
    return chosen(request.query_params, ordering_parameter(view))


def keyset_of(view: Any, request: Request) -> Keyset:
    """The order of a list that a request asks for, and last by the view's key. Raises `WrongParameters`."""
    return keyset(view.orderings, order_of(view, request), view.cursor_key or view.lookup_field)


def schema_of(field: forms.Field) -> dict[str, Any]:
    """What a form field takes, as JSON Schema."""
    if isinstance(field, SeveralField):
        return {"type": "array", "items": schema_of(field.one), "minItems": 1, "uniqueItems": True}
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [value for value, _ in cast("list[tuple[str, str]]", field.choices) if value]}
    if isinstance(field, ReferenceField):
        return {"type": "string", "pattern": field.regex}
    if isinstance(field, forms.CharField):
        return {"type": "string", "minLength": 1, "maxLength": field.max_length, "pattern": NO_NUL}
    return _schema_of_value(field)


def _schema_of_value(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, DayField):
        return {"type": "string", "format": "date"}
    if isinstance(field, FlagField):
        return {"type": "boolean"}
    raise TypeError(f"The API's schema cannot tell what {type(field).__name__} takes.")
