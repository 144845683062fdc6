"""What OPTIONS answers: which methods there are, and where they are described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.metadata import BaseMetadata
from rest_framework.reverse import reverse

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Described(BaseMetadata):
    """The addresses of the description; `Allow` has the methods. The library would tell of fields that are not sent."""

    def determine_metadata(self, request: Request, view: APIView) -> dict[str, str]:
        """The same for everybody and for every address."""
        return {name: reverse(f"api-{name}", request=request) for name in ("schema", "docs")}
