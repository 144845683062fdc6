"""The PDF as PDF/UA asks for it, as far as it can be read back: tags, language, title, headers, bookmarks."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from django.template.loader import render_to_string
from weasyprint import CSS, HTML

from reporting.choices import PackFormat
from reporting.packs.content import Paper
from reporting.packs.formats.html import STYLE_SHEET
from reporting.packs.formats.pdf import OwnFontsAlone
from tests.reporting.packs.tagged_pdf import Tagged

ALLOWED = (
    *("Document", "Part", "Art", "Sect", "Div", "Span", "Link", "NonStruct", "Figure", "Caption", "P"),
    *("H1", "H2", "H3", "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TR", "TH", "TD"),
)


@pytest.fixture(scope="module")
def tagged(files: dict[PackFormat, bytes]) -> Tagged:
    return Tagged.read(files[PackFormat.PDF])


def test_it_says_that_it_is_tagged_accessible_and_british(tagged: Tagged, paper: Paper) -> None:
    root: Any = tagged.pdf.Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "en-GB"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    metadata = tagged.pdf.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert metadata["dc:title"] == paper.full_title
    assert str(tagged.pdf.docinfo.Title) == paper.full_title


def test_every_element_is_one_that_pdf_ua_knows_and_hangs_in_the_tree(tagged: Tagged) -> None:
    elements = [element for element in tagged._walk(tagged.root) if "/S" in element]
    assert {str(element.S).removeprefix("/") for element in elements} <= set(ALLOWED)
    assert len(elements) > 500
    assert all("/P" in element for element in elements)


def test_every_piece_of_marked_content_belongs_to_an_element(tagged: Tagged) -> None:
    numbers = tagged.root.ParentTree.Nums
    pages = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
    for page in tagged.pdf.pages:
        owners = pages[int(page.StructParents)]
        assert all("/S" in owner for owner in owners)


def test_headings_step_down_one_at_a_time(tagged: Tagged) -> None:
    levels = [int(str(element.S)[2]) for element in tagged.elements("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_header_cell_says_what_it_heads_and_every_table_has_some(tagged: Tagged) -> None:
    heads = tagged.elements("/TH")
    assert {str(head.A.Scope) for head in heads} == {"/Column", "/Row"}
    tables = tagged.elements("/Table")
    assert all(any(str(kid.get("/S", "")) == "/TH" for kid in tagged._walk(table)) for table in tables)


def test_the_header_row_is_repeated_where_a_table_goes_on() -> None:
    rows = "".join(f"<tr><th scope=row>{at}</th></tr>" for at in range(200))
    page = f"<html lang=en><title>x</title><table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    style = CSS(string=render_to_string(STYLE_SHEET))
    read = Tagged.read(HTML(string=page, url_fetcher=OwnFontsAlone()).write_pdf(stylesheets=[style], pdf_tags=True))
    assert len(read.pdf.pages) > 1
    assert len(read.elements("/THead")) == len(read.pdf.pages)


def test_the_sections_are_bookmarks(tagged: Tagged, paper: Paper) -> None:
    with tagged.pdf.open_outline() as outline:
        (top,) = outline.root
        titles = [item.title for item in top.children]
    for title, section in zip(titles[-len(paper.sections) :], paper.sections, strict=True):
        assert title.startswith(section.number)
        assert title.endswith(section.title)


def test_every_page_has_its_number_and_the_seal(tagged: Tagged, paper: Paper) -> None:
    words = "".join(tagged.pieces.values())
    last = len(tagged.pdf.pages)
    assert words.count(f"Seal {paper.edition.seal}") >= last
    assert all(f"Page {number} of {last}" in words for number in range(1, last + 1))


def test_there_is_no_picture_without_words(tagged: Tagged) -> None:
    assert all("/Alt" in figure for figure in tagged.elements("/Figure"))


def test_its_typeface_is_our_own_and_inside(files: dict[PackFormat, bytes]) -> None:
    pdf = pikepdf.open(BytesIO(files[PackFormat.PDF]))
    fonts = {str(item.FontName) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item}
    assert fonts
    assert all("Pack" in name or "Source" in name for name in fonts)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:1/x", "data:text/css,x", "pack-font:../../../settings.py", "pack-font:"],
)
def test_nothing_but_the_typeface_is_fetched(address: str) -> None:
    with pytest.raises((ValueError, OSError)):
        OwnFontsAlone()(address)
