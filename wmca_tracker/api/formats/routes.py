"""The addresses of a list's files: its own, with `.csv`, `.json` or `.csv-metadata.json` in the place of the slash."""

from __future__ import annotations

import re
from typing import Any

from django.urls import URLPattern, re_path
from rest_framework.viewsets import ViewSetMixin

from accounts.api.whole import AsTheAddressSays
from wmca_tracker.api.formats.files import CsvFile, CsvMetadata, JsonFile

FORMS = (CsvFile, JsonFile, CsvMetadata)


def files_of(address: str, name: str, viewset: type[ViewSetMixin], **options: Any) -> list[URLPattern]:
    """The files of the list at an address, a regular expression; routes are named `<name>-csv` and so on.

    The description of the API tells of them with the list, not as operations of their own.
    """
    as_file = {"detail": False, "content_negotiation_class": AsTheAddressSays, "schema": None}
    return [
        re_path(
            f"^{address}{re.escape(f'.{form.suffix}')}$",
            viewset.as_view({"get": "list"}, renderer_classes=[form], **as_file, **options),
            name=f"{name}-{form.format}",
        )
        for form in FORMS
    ]
