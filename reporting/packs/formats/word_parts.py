"""What python-docx has no words for: fields, page turns, header rows, cells filled quickly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor, Twips
from docx.text.paragraph import Paragraph

from reporting.packs.content import Paper

PORTRAIT, LANDSCAPE = (11906, 16838), (16838, 11906)  # A4 in twentieths of a point
MARGIN = 850
FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def field(paragraph: Any, instruction: str, shown: Iterable[str]) -> None:
    """A field that Word works out anew, with what it shows until then."""
    run = paragraph.add_run()
    _begin(run, "begin")
    _instruction(paragraph.add_run(), instruction)
    _begin(paragraph.add_run(), "separate")
    for place, line in enumerate(shown):
        run = paragraph.add_run(line)
        if place:
            run._r.insert(0, OxmlElement("w:br"))
    _begin(paragraph.add_run(), "end")


def _begin(run: Any, kind: str) -> None:
    character = OxmlElement("w:fldChar")
    character.set(qn("w:fldCharType"), kind)
    run._r.append(character)


def _instruction(run: Any, text: str) -> None:
    made = OxmlElement("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = f" {text} "
    run._r.append(made)


def unnumbered(paragraph: Any) -> None:
    """A heading without its style's number."""
    number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    number.get_or_add_numId().val = 0
    paragraph.paragraph_format.left_indent = 0
    paragraph.paragraph_format.first_line_indent = 0


def turn(document: Any, is_wide: bool) -> bool:
    """A new page, across or upright; returns which it is."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    width, height = LANDSCAPE if is_wide else PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Twips(width), Twips(height)
    return is_wide


def pages(document: Any, paper: Paper) -> None:
    """Margins, and at the foot of every page the seal and its number."""
    for section in document.sections:
        section.left_margin = section.right_margin = section.bottom_margin = Twips(MARGIN)
        section.top_margin = Twips(MARGIN + 250)
    first = document.sections[0]
    first.page_width, first.page_height = (Twips(length) for length in PORTRAIT)
    header, footer = first.header.paragraphs[0], first.footer.paragraphs[0]
    header.add_run(f"{paper.authority} · {paper.standing}").font.size = Pt(8)
    footer.add_run(f"Seal {paper.edition.seal}").font.size = Pt(6.5)
    numbers = first.footer.add_paragraph()
    numbers.add_run("Page ")
    field(numbers, "PAGE", ["1"])
    numbers.add_run(" of ")
    field(numbers, "NUMPAGES", ["1"])


def cells_of(table: Any) -> list[list[Any]]:
    """The cells of a table row by row; python-docx's own way takes minutes for a long one."""
    return [list(row.tc_lst) for row in table._tbl.tr_lst]


def fill(
    cell: Any, text: str, *, mark: str = "", colour: str | None = None, strong: bool = False, right: bool = False
) -> None:
    """Write a new cell's words, its mark before them."""
    paragraph = Paragraph(cell.p_lst[0], None)  # type: ignore[arg-type]
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if mark:
        coloured(paragraph.add_run(mark), colour)
    paragraph.add_run(text).bold = strong or None


def fill_marks(cell: Any, groups: Sequence[Sequence[tuple[str, str | None]]]) -> None:
    """Write the marks of the wall."""
    paragraph = Paragraph(cell.p_lst[0], None)  # type: ignore[arg-type]
    for group in groups:
        for symbol, colour in group:
            coloured(paragraph.add_run(f"{symbol} "), colour)
        paragraph.add_run("  ")


def coloured(run: Any, colour: str | None) -> None:
    """A mark in its ink."""
    run.bold = True
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def finish_table(table: Any, title: str, widths: Sequence[int], *, is_wide: bool) -> None:
    """Repeat the header row, keep rows whole, tell a screen reader what the table is, and share out the width."""
    room = (LANDSCAPE if is_wide else PORTRAIT)[0] - 2 * MARGIN
    properties = table._tbl.tblPr
    table.autofit = False
    look = properties.find(qn("w:tblLook"))
    for name, value in (("firstRow", "1"), ("firstColumn", "1"), ("noHBand", "1"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    properties.append(caption)
    grid = table._tbl.tblGrid.gridCol_lst
    shares = [room * width // 100 for width in widths]
    for column, share in zip(grid, shares, strict=True):
        column.set(qn("w:w"), str(share))
    for place, row in enumerate(table._tbl.tr_lst):
        _finish_row(row, shares, is_header=place == 0)


def _finish_row(row: Any, shares: Sequence[int], *, is_header: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, share in zip(row.tc_lst, shares, strict=True):
        cell.width = share * 635  # in English metric units


def same_every_time(content: bytes) -> bytes:
    """The same archive without the hour at which it was made: one paper gives one file."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, FIRST_DAY_OF_ZIP), old.read(name), ZIP_DEFLATED)
    return file.getvalue()
