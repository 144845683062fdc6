"""The pack as PDF/UA: tagged, titled, in its language, with bookmarks, page numbers and headers on every page.

WeasyPrint needs Pango and HarfBuzz from the system (`.ci/pango`): without them this module cannot be imported.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reporting.packs.content import Paper
from reporting.packs.formats.html import page

FONTS = Path(settings.BASE_DIR, "static", "build", "fonts")
SCHEME = "pack-font:"


def write(paper: Paper) -> bytes:
    """The file's bytes."""
    document = HTML(string=page(paper, with_fonts=True), url_fetcher=OwnFontsAlone())
    made: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_identifier=paper.edition.seal[:32].encode(),
        finisher=_finish,
    )
    return made


class OwnFontsAlone(URLFetcher):  # type: ignore[misc]
    """What WeasyPrint may open: the files of the typeface, and nothing else on this machine or beyond."""

    def fetch(self, url: str, headers: object = None) -> Any:
        """A file of the typeface; raises `ValueError` for whatever else is asked for."""
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or Path(name).name != name:
            raise ValueError(f"not fetched: {url[:80]}")
        return URLFetcherResponse(url, (FONTS / name).read_bytes())


def _finish(document: Any, pdf: Any) -> None:
    """Tell of each header cell what it heads, in the place of identifiers that a table over two pages would repeat."""
    elements: Any = (item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/StructElem")
    by_reference = {item.reference: item for item in elements}
    for element in by_reference.values():
        if element["S"] == "/TH":
            element["A"]["Scope"] = "/Column" if _is_in_head(element, by_reference) else "/Row"
            element.pop("ID", None)
        elif element["S"] == "/TD":
            element["A"].pop("Headers", None)


def _is_in_head(element: Any, by_reference: dict[bytes, Any]) -> bool:
    row = by_reference[element["P"]]
    return bool(by_reference[row["P"]]["S"] == "/THead")
