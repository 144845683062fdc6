"""Organisations and posts, open to anyone; never the people who hold the posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar, cast

from django.conf import settings
from django.db.models import Expression, Model, QuerySet
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.api.beside import OF_ORGANISATION, OF_OWNER
from accounts.api.includes import Include
from accounts.api.kept import kept_for_anyone
from accounts.api.parameters import Parameter
from accounts.api.serializers import OrganisationSerializer, OwnerSerializer
from accounts.api.telling import Telling, read_telling, telling_parameters
from accounts.api.whole import WholeListRenderer
from accounts.filters import OrganisationFilter, OwnerFilter
from accounts.models import Organisation, Owner
from accounts.querysets import Asker

Row = TypeVar("Row", bound=Model)
Row_co = TypeVar("Row_co", bound=Model, covariant=True)
Told = list[dict[str, Any]]


class Visible(Protocol[Row_co]):
    """A queryset that knows who may see what."""

    def visible_to(self, user: Asker) -> QuerySet[Row_co]: ...


class VisibleViewSet(ReadOnlyModelViewSet[Row]):
    """Lists and items for anyone, narrowed to what `visible_to` lets the asker see.

    What is hidden answers exactly like what does not exist. `cursor_key` is the unique column by which lists are
    ordered and walked; the reference itself where it is not given. `orderings` are other orders to ask for, each
    with the expression that it follows; `includes` what can be told beside each item; `more_parameters` what lists
    and items take beyond these.
    """

    permission_classes = [AllowAny]
    cursor_key: str | None = None
    orderings: ClassVar[Mapping[str, str | Expression]] = {}
    includes: ClassVar[Mapping[str, Include]] = {}
    more_parameters: ClassVar[tuple[Parameter, ...]] = ()

    @classmethod
    def telling_parameters(cls) -> Sequence[Parameter]:
        """The parameters that lists and items take alike."""
        return *telling_parameters(_serializer_of(cls), cls.includes), *cls.more_parameters

    def get_queryset(self) -> QuerySet[Row]:
        return cast(Visible[Row], super().get_queryset()).visible_to(self.request.user)

    def get_renderers(self) -> list[BaseRenderer]:
        """Lists come in more forms: as pages of JSON, and whole."""
        forms = settings.API_LIST_FORMS if self.action == "list" else ()
        return [*super().get_renderers(), *(import_string(form)() for form in forms)]

    def list(  # type: ignore[override]  # a file is no answer that is rendered later
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if isinstance(request.accepted_renderer, WholeListRenderer):
            return request.accepted_renderer.answer(self)
        return kept_for_anyone(request, self._page)

    def retrieve(  # type: ignore[override]  # what is kept was rendered before
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        return kept_for_anyone(request, self._item)

    def _page(self) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.tell(rows or ()))

    def _item(self) -> Response:
        return Response(self.tell([self.get_object()])[0])

    def tell(self, rows: Sequence[Row]) -> Told:
        """Each row as the request asks to be told of it, with what it includes; a query for each include."""
        telling = self.telling
        serializer = telling.narrowed(self.get_serializer())
        told = [dict(serializer.to_representation(row)) for row in rows]
        return telling.with_included(told, rows, self.includes, self.request)

    @property
    def telling(self) -> Telling:
        """What the request asks to be told. Raises `WrongParameters`."""
        return read_telling(self.request.query_params, *telling_parameters(_serializer_of(type(self)), self.includes))


def _serializer_of(view: type[VisibleViewSet[Any]]) -> Any:
    return view.serializer_class


class OrganisationViewSet(VisibleViewSet[Organisation]):
    """The bodies that take part in the strategy."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    orderings = {"slug": "slug", "name": "name", "kind": "kind"}
    includes = OF_ORGANISATION
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"


class OwnerViewSet(VisibleViewSet[Owner]):
    """The posts that answer for key activities. People hold posts; this API names posts only."""

    queryset = Owner.objects.select_related("organisation", "approving_post")
    serializer_class = OwnerSerializer
    filterset_class = OwnerFilter
    orderings = {"slug": "slug", "title": "title", "organisation": "organisation__slug"}
    includes = OF_OWNER
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
