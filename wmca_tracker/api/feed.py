"""Pages of the change feed: from a position on, and always the position from which to go on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.parameters import WrongParameters
from accounts.api.refusals import Conflict
from reporting.selectors.feed import between, newest_position

SINCE, LIMIT = "since", "limit"
USUAL, MOST = 100, 500
# So many positions are looked at for one answer, however few of them are for the asker.
REACH = 10_000
FURTHEST = 2**63 - 1 - REACH


class FeedPagination(BasePagination):
    """Answers from a position on. `next` advances over what is not for the asker too, and so never asks twice.

    The newest position is read first: whatever is visible at or before it was visible then.
    """

    parameters: ClassVar[tuple[str, ...]] = (SINCE, LIMIT)
    file_parameters: ClassVar[tuple[str, ...]] = (SINCE,)

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        since = _whole(request, SINCE, default=0, least=0, most=FURTHEST)
        limit = _whole(request, LIMIT, default=USUAL, least=1, most=MOST)
        newest = newest_position()
        if since > newest:
            raise Conflict(
                f"The feed has come to {newest} only: it was set up anew. Read everything, then go on there."
            )
        reach = min(newest, since + REACH)
        rows: list[Any] = list(between(queryset, since, reach)[: limit + 1]) if since < reach else []
        self.next = rows[limit - 1].position if len(rows) > limit else reach
        self.is_complete = self.next == newest
        return rows[:limit]

    def in_order(self, queryset: QuerySet[Any], request: Request, view: Any) -> QuerySet[Any]:
        """All events after the position, for a file that holds them."""
        since = _whole(request, SINCE, default=0, least=0, most=FURTHEST)
        return queryset.filter(position__gt=since).order_by("position")

    def get_paginated_response(self, data: Any) -> Response:
        body = {"next": self.next, "complete": self.is_complete, "results": data}
        if self.is_complete:
            return Response(body)
        following = replace_query_param(self.request.build_absolute_uri(), SINCE, self.next)
        return Response(body, headers={"Link": f'<{following}>; rel="next"'})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "complete", "results"],
            "properties": {
                "next": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Keep it, and send it as `since`: all up to it was told. It never goes back.",
                    "example": 4711,
                },
                "complete": {
                    "type": "boolean",
                    "description": "Whether this is all for now. False: ask on at once, also where results are empty.",
                    "example": True,
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            _described(
                SINCE, "The position after which to tell; 0 begins with the first. 409 past the newest.", 0, FURTHEST, 0
            ),
            _described(LIMIT, "How many events an answer holds at most.", 1, MOST, USUAL),
        ]


def _described(name: str, description: str, least: int, most: int, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _whole(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if given.isascii() and given.isdigit() and len(given) <= len(str(most)) and least <= int(given) <= most:
        return int(given)
    raise WrongParameters({name: [f"Give a whole number from {least} to {most}."]})
