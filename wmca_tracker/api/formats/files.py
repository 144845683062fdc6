"""The forms of a whole list: CSV, JSON, and the CSVW of its CSV.

A short list is answered at once, with its length and an entity tag; a longer one is streamed while it is read, in
constant memory, from one snapshot (repeatable read). Where reading fails halfway the connection is cut: the last chunk
is missing, and JSON is left open, so that no reader takes a part for the whole.
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from functools import partial
from inspect import cleandoc
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.whole import WholeListRenderer
from wmca_tracker.api.formats.columns import columns_of
from wmca_tracker.api.formats.csv_text import csv_of
from wmca_tracker.api.formats.csvw import CSVW_TYPE, metadata
from wmca_tracker.api.formats.whole import Item, batches

SHORT = 500  # rows that are answered at once
API = "/api/v1/"


class Place:
    """Where a list stands: the addresses of its files, with the parameters that it was asked with."""

    def __init__(self, request: Request, suffix: str) -> None:
        self.stem = request.path.rstrip("/").removesuffix(f".{suffix}")
        self.query = f"?{request.query_params.urlencode()}" if request.query_params else ""

    @property
    def name(self) -> str:
        """As its files are named: "activities", "reviews-2026-27-h1-lines"."""
        return re.sub("[/:]", "-", self.stem.partition(API)[2])

    def relative(self, suffix: str) -> str:
        """The address of one of its files, from another."""
        return f"{self.stem.rpartition('/')[2]}.{suffix}{self.query}"

    def address(self, suffix: str) -> str:
        """The address of one of its files on this site."""
        return f"{self.stem}.{suffix}{self.query}"


class ListFile(WholeListRenderer):
    """A file of the rows of a list."""

    content_type: ClassVar[str]

    def answer(self, view: Any) -> HttpResponseBase:
        rows = _rows(view)
        response = self._at_once(view) if _is_short(rows) else self._streamed(view)
        place = Place(view.request, self.format)
        response["Content-Disposition"] = f'attachment; filename="{place.name}.{self.format}"'
        response["Content-Location"] = place.address(self.format)
        for name, value in self.headers(place).items():
            response[name] = value
        return response

    def headers(self, place: Place) -> dict[str, str]:
        """What this form alone says beside the file."""
        return {}

    @abstractmethod
    def write(self, view: Any, told: Iterable[list[Item]]) -> Iterator[bytes]:
        """The file's bytes, a piece for each batch of items."""

    def _at_once(self, view: Any) -> HttpResponse:
        return HttpResponse(b"".join(self._pieces(view)), content_type=self.content_type)

    def _streamed(self, view: Any) -> StreamingHttpResponse:
        pieces: Iterable[bytes] = () if view.request.method == "HEAD" else self._pieces(view)
        return StreamingHttpResponse(pieces, content_type=self.content_type)

    def _pieces(self, view: Any) -> Iterator[bytes]:
        return self.write(view, batches(partial(_rows, view), view.tell))


def _rows(view: Any) -> QuerySet[Any]:
    """All that the request leaves of the list, in its order. Raises `WrongParameters`, for what is to be told too."""
    _ = view.telling
    rows = view.filter_queryset(view.get_queryset())
    found: QuerySet[Any] = view.paginator.in_order(rows, view.request, view)
    return found


def _is_short(rows: QuerySet[Any]) -> bool:
    return rows.order_by()[: SHORT + 1].count() <= SHORT


class CsvFile(ListFile):
    """`text/csv`, and the address that ends in `.csv`."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8; header=present"

    def headers(self, place: Place) -> dict[str, str]:
        described = place.address(CsvMetadata.format)
        return {"Link": f'<{described}>; rel="describedby"; type="{CSVW_TYPE}"'}

    def write(self, view: Any, told: Iterable[list[Item]]) -> Iterator[bytes]:
        return csv_of(columns_of(view), told)


class JsonFile(ListFile):
    """The address that ends in `.json`: the form of a page that holds the whole list."""

    media_type = "application/json"
    format = "json"
    content_type = "application/json"

    def write(self, view: Any, told: Iterable[list[Item]]) -> Iterator[bytes]:
        yield b'{"next":null,"previous":null,"results":['
        between = b""
        for batch in told:
            yield between + JSONRenderer().render(batch)[1:-1]
            between = b","
        yield b"]}"


class CsvMetadata(WholeListRenderer):
    """The address that ends in `.csv-metadata.json`: the CSVW of the CSV with the same parameters."""

    media_type = CSVW_TYPE
    format = "csv-metadata.json"

    def answer(self, view: Any) -> HttpResponse:
        _rows(view)  # refuses what the CSV would refuse
        place = Place(view.request, self.format)
        told = metadata(
            address=place.relative(CsvFile.format),
            title=place.name.replace("-", " ").capitalize(),
            description=cleandoc(type(view).__doc__ or ""),
            columns=columns_of(view),
            key=view.lookup_field,
            is_open=not view.request.user.is_authenticated,
        )
        return HttpResponse(json.dumps(told, ensure_ascii=False, indent=2), content_type=CSVW_TYPE)
