"""The addresses of a list's files: its own, with `.csv`, `.json` or `.csv-metadata.json` in the place of the slash."""

from __future__ import annotations

import re
from typing import Any

from django.urls import URLPattern, re_path
from rest_framework.viewsets import ViewSetMixin

from accounts.api.whole import AsTheAddressSays
from wmca_tracker.api.formats.files import CsvFile, CsvMetadata, JsonFile

FORMS = [CsvFile, JsonFile, CsvMetadata]
SUFFIX = "|".join(re.escape(form.format) for form in FORMS)


def files_of(address: str, name: str, viewset: type[ViewSetMixin], **options: Any) -> URLPattern:
    """The files of the list at an address, a regular expression: one route, `<name>-file`, for all its forms.

    The description of the API tells of them with the list, not as operations of their own.
    """
    as_file = {"renderer_classes": FORMS, "content_negotiation_class": AsTheAddressSays, "schema": None}
    view = viewset.as_view({"get": "list"}, detail=False, **as_file, **options)
    return re_path(rf"^{address}\.(?P<form>{SUFFIX})$", view, name=f"{name}-file")
