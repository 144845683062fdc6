"""The one form in which bodies are taken: JSON (RFC 8259), small, flat and without doubt about what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from accounts.api.refusals import TooLarge

LARGEST = 256 * 1024  # bytes; an update with every field full is a quarter of it
DEEPEST = 8
DETAIL_LENGTH = 200


class StrictJsonParser(JSONParser):
    """Reads a body of JSON in UTF-8.

    Raises `ParseError` for what is no JSON, for a name that comes twice, for numbers that JSON does not have, for half
    a surrogate pair, and for lists in lists past `DEEPEST`. `refuse_large` has kept out what is too large to read.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            said = json.loads(stream.read().decode(), object_pairs_hook=_once_each)
            json.dumps(said, ensure_ascii=False, allow_nan=False).encode()  # what cannot be written cannot be kept
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON in UTF-8: {error}"[:DETAIL_LENGTH]) from error
        _refuse_depth(said)
        return said


def refuse_large(request: Request) -> None:
    """Raise `TooLarge` for a body that announces more than `LARGEST`, before any of it is read."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if announced.isdecimal() and int(announced) > LARGEST:
        raise TooLarge


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _refuse_depth(said: Any) -> None:
    level = [said]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise ParseError(f"The body is nested more than {DEEPEST} deep.")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
