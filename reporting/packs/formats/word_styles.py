"""How the Word document looks: its styles, its language and its properties."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from reporting.packs.content import Paper

NUMBERED, POINT, QUIET, SMALL = "Pack paragraph", "Pack point", "Pack quiet", "Pack small"
TYPEFACE = "Arial"
PURPLE, GREY = "3C1053", "50595F"
# The ink of each mark, dark enough on white.
COLOURS = {
    "complete": "1D5BA6",
    "green": "00703C",
    "amber": "9A5200",
    "red": "AA0F1F",
    "unrated": "0B5B66",
    "deferred": "54319F",
}
WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NUMBERING = f"""<w:abstractNum {WORDS} w:abstractNumId="90">
<w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/><w:lvlText w:val="%1.0"/>
<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="680" w:hanging="680"/></w:pPr></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Packparagraph"/>
<w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="680" w:hanging="680"/></w:pPr></w:lvl>
</w:abstractNum>"""
NUMBERS = f'<w:num {WORDS} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'
HAIRLINES = f"""<w:tblPr {WORDS}><w:tblBorders>
<w:bottom w:val="single" w:sz="4" w:color="B1B4B6"/><w:insideH w:val="single" w:sz="4" w:color="B1B4B6"/></w:tblBorders>
<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>"""


def styled(document: Any, paper: Paper) -> None:
    """Give an empty document our styles, British English, and the title and subject of the paper."""
    _properties(document, paper)
    _fonts(document)
    _numbering(document)
    _table_style(document)


def _properties(document: Any, paper: Paper) -> None:
    known = document.core_properties
    known.title, known.author = paper.full_title, paper.authority
    known.subject = paper.standing
    known.comments = f"Seal {paper.edition.seal}"
    known.keywords, known.language, known.last_modified_by = "", "en-GB", paper.authority
    known.created = known.modified = paper.edition.sealed_at.replace(tzinfo=None)
    known.revision = 1


def _fonts(document: Any) -> None:
    for name, size, strong, colour in (
        ("Normal", 10.5, False, None),
        ("Title", 26, True, None),
        ("Subtitle", 14, False, PURPLE),
        ("Heading 1", 17, True, PURPLE),
        ("Heading 2", 12, True, "0B0C0C"),
        ("Caption", 10, True, "0B0C0C"),
    ):
        _dress(document.styles[name], size, strong, colour)
    for name, size, colour in ((NUMBERED, 10.5, None), (POINT, 9.5, None), (QUIET, 10.5, GREY), (SMALL, 8.5, None)):
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = document.styles["Normal"]
        _dress(made, size, False, colour)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles[POINT].paragraph_format.left_indent = Pt(34)
    document.styles[POINT].paragraph_format.space_after = Pt(3)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    _language(document)


def _dress(style: Any, size: float, strong: bool, colour: str | None) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = TYPEFACE, Pt(size), strong, False
    if colour:
        font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _language(document: Any) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _numbering(document: Any) -> None:
    """Heading 1 counts "1.0", numbered paragraphs below it "1.1": Word goes on counting where somebody adds one."""
    numbering = document.part.numbering_part.element
    first = numbering.find(qn("w:num"))
    first.addprevious(parse_xml(NUMBERING))
    numbering.append(parse_xml(NUMBERS))
    for name, level in (("Heading 1", 0), (NUMBERED, 1)):
        number = document.styles[name].element.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_ilvl().val = level
        number.get_or_add_numId().val = 90


def _table_style(document: Any) -> None:
    made = document.styles.add_style("Pack table", WD_STYLE_TYPE.TABLE)
    made.base_style = document.styles["Normal Table"]
    made.font.size = Pt(8)
    made.paragraph_format.space_after = Pt(1)
    made.element.append(parse_xml(HAIRLINES))
