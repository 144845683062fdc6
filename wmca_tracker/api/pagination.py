"""Pages of lists by keyset: a row that stays is seen exactly once, however many come and go meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from rest_framework.exceptions import APIException
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from accounts.api.parameters import WrongParameters
from wmca_tracker.api.catalogue import INVALID_CURSOR
from wmca_tracker.api.keyset import Edge, Side
from wmca_tracker.api.query import keyset_of, order_of

CURSOR, PAGE_SIZE = "cursor", "page_size"
DEFAULT_SIZE, LARGEST = 50, 200


class InvalidCursor(APIException):
    """The cursor was not made here, or for another list or order."""

    status_code = INVALID_CURSOR.status
    default_detail = "This cursor was not made for this list and order. Start again from its first page."
    default_code = INVALID_CURSOR.slug


class KeysetPagination(BasePagination):
    """Walks a list in the order asked for, and last by the view's unique key.

    A cursor is the place of the row on the page's edge, signed with the order, so that it can neither be made up nor
    taken to another list or order.
    """

    parameters: ClassVar[tuple[str, ...]] = (CURSOR, PAGE_SIZE)
    file_parameters: ClassVar[tuple[str, ...]] = ()

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.order = list(order_of(view, request))
        self.keyset = keyset_of(view, request)
        self.signer = Signer(salt=f"api.cursor:{request.path}")
        size = read_page_size(request.query_params.get(PAGE_SIZE))
        side, edge = self._read_cursor(request.query_params.get(CURSOR))
        rows = self._rows_beyond(queryset, side, edge, size)
        beyond, self.page = len(rows) > size, rows[:size]
        came_from_elsewhere = edge is not None
        self.has_next, self.has_previous = beyond, came_from_elsewhere
        if side == "before":
            self.page.reverse()
            self.has_next, self.has_previous = came_from_elsewhere, beyond
        return self.page

    def in_order(self, queryset: QuerySet[Any], request: Request, view: Any) -> QuerySet[Any]:
        """The rows of all pages, for a file that holds the whole list."""
        return keyset_of(view, request).over(queryset)

    def _rows_beyond(self, queryset: QuerySet[Any], side: Side, edge: Edge | None, size: int) -> list[Any]:
        """One row more than the page, to see whether the list goes on."""
        if edge is None:
            return list(self.keyset.over(queryset)[: size + 1])
        return list(self.keyset.beyond(queryset, side, edge)[: size + 1])

    def _read_cursor(self, cursor: str | None) -> tuple[Side, Edge | None]:
        if cursor is None:
            return "after", None
        try:
            side, order, edge = self.signer.unsign_object(cursor)
        except (BadSignature, ValueError) as error:
            raise InvalidCursor from error
        if order != self.order:
            raise InvalidCursor
        return side, edge

    def _address(self, side: Side, row: Model) -> str:
        cursor = self.signer.sign_object((side, self.order, self.keyset.edge_at(row)))
        return replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor)

    def get_next_link(self) -> str | None:
        return self._address("after", self.page[-1]) if self.page and self.has_next else None

    def get_previous_link(self) -> str | None:
        return self._address("before", self.page[0]) if self.page and self.has_previous else None

    def get_paginated_response(self, data: Any) -> Response:
        addresses = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        first = remove_query_param(self.request.build_absolute_uri(), CURSOR)
        links = _links({"next": addresses["next"], "prev": addresses["previous"], "first": first}.items())
        return Response({**addresses, "results": data}, headers={"Link": ", ".join(links)})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": _address_schema("The address of the next page; null on the last."),
                "previous": _address_schema("The address of the page before; null on the first."),
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": "Where the page begins. Taken from an answer's next or previous, never made up.",
                "schema": {"type": "string", "minLength": 1},
            },
            {
                "name": PAGE_SIZE,
                "in": "query",
                "required": False,
                "description": f"How many items a page holds; {DEFAULT_SIZE} where it is not given.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": DEFAULT_SIZE},
            },
        ]


def read_page_size(given: str | None) -> int:
    """Raises `WrongParameters` unless it is a whole number from 1 to the largest."""
    if given is None:
        return DEFAULT_SIZE
    if given.isascii() and given.isdigit() and len(given) <= len(str(LARGEST)) and 1 <= int(given) <= LARGEST:
        return int(given)
    raise WrongParameters({PAGE_SIZE: [f"Give a whole number from 1 to {LARGEST}."]})


def _links(addresses: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    for relation, address in addresses:
        if address:
            yield f'<{address}>; rel="{relation}"'


def _address_schema(description: str) -> dict[str, Any]:
    example = "https://tracker.example/api/v1/activities/?cursor=WyJhZnRlciIsWzEsMSwxXV0:signature"
    return {"type": ["string", "null"], "format": "uri", "description": description, "example": example}
