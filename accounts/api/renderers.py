"""JSON in one form only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class PlainJsonRenderer(JSONRenderer):
    """Without the indentation that `Accept` can ask for elsewhere: one state of an item has one entity tag."""

    def get_indent(self, accepted_media_type: str, renderer_context: Mapping[str, Any]) -> None:
        """None, whatever was asked for."""
