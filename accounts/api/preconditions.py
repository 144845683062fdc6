"""Changing what one has seen: `If-Match` with the item's strong entity tag (RFC 9110, 13.1.1).

The tag is of the representation as this asker reads it, so that whoever changes an item has seen all that they may
see of it. Compared under the item's lock: of many who hold one tag, one gets through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.http import parse_etags, quote_etag
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.refusals import PreconditionFailed, PreconditionRequired


def entity_tag(representation: Mapping[str, Any]) -> str:
    """The strong entity tag of an item as the API writes it."""
    return tag_of(JSONRenderer().render(representation))


def tag_of(content: bytes) -> str:
    """The strong entity tag of an answer's bytes."""
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def require_match(request: Request, representation: Mapping[str, Any]) -> None:
    """Raise `PreconditionRequired` without `If-Match`, `PreconditionFailed` where it names another state.

    A weak tag never matches, and `*` matches every state: it says that whatever stands may be overwritten.
    """
    given = request.headers.get("If-Match")
    if not given:
        raise PreconditionRequired
    if given.strip() != "*" and entity_tag(representation) not in parse_etags(given):
        raise PreconditionFailed
