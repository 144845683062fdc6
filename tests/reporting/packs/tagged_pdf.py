"""A tagged PDF read back by its structure tree: its tables cell by cell, its headings, its whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s+<([0-9a-fA-F]+)>")
BROKEN = re.compile(r"(?<=\w)- (?=\w)")
SHOWS_TEXT = ("Tj", "TJ")


@dataclass
class Tagged:
    """A PDF with the text of each piece of marked content, by page and its number there."""

    pdf: pikepdf.Pdf
    pieces: dict[tuple[int, int], str]

    @classmethod
    def read(cls, content: bytes) -> Tagged:
        pdf = pikepdf.open(BytesIO(content))
        pieces: dict[tuple[int, int], str] = {}
        for page in pdf.pages:
            own = int(page.obj.objgen[0])
            for number, text in _pieces(page):
                key = own, number
                pieces[key] = pieces.get(key, "") + text
        return cls(pdf, pieces)

    @property
    def root(self) -> Any:
        return self.pdf.Root.StructTreeRoot

    def elements(self, *names: str) -> list[Any]:
        """Every structure element of these names, in order."""
        return [element for element in self._walk(self.root) if str(element.get("/S", "")) in names]

    def _walk(self, element: Any) -> Iterator[Any]:
        yield element
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary):
                yield from self._walk(kid)

    def text(self, element: Any) -> str:
        """The words of an element and all in it, with single spaces, wherever lines were broken."""
        words = " ".join("".join(self._texts(element, element.get("/Pg"))).split())
        return BROKEN.sub("-", words)

    def _texts(self, element: Any, page: Any) -> Iterator[str]:
        page = element.get("/Pg", page)
        for kid in _kids(element):
            if isinstance(kid, int):
                yield self.pieces.get((page.objgen[0], kid), "") + " "
            elif kid.get("/Type") != "/OBJR":
                yield from self._texts(kid, page)

    def rows(self, caption: str) -> list[list[str]]:
        """The rows of the table of this caption, on however many pages, without repeated headers."""
        found: list[list[str]] = []
        inside = False
        for table in self.elements("/Table"):
            captions = [self.text(kid) for kid in self._walk(table) if str(kid.get("/S", "")) == "/Caption"]
            inside = captions == [caption] if captions else inside
            if inside:
                rows = [kid for kid in self._walk(table) if str(kid.get("/S", "")) == "/TR"]
                cells = [[self.text(cell) for cell in _kids(row)] for row in rows]
                found += [row for row in cells if row not in found[:1]]
        return found


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _pieces(page: pikepdf.Page) -> Iterator[tuple[int, str]]:
    fonts = {str(name): _to_unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    stack: list[int | None] = []
    font: dict[int, str] = {}
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        name = str(operator)
        if name in ("BDC", "BMC"):
            stack.append(int(operands[1]["/MCID"]) if name == "BDC" and "/MCID" in operands[1] else None)
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in SHOWS_TEXT and stack and stack[-1] is not None:
            yield stack[-1], "".join(_shown(operands[0], font))


def _shown(operand: Any, font: dict[int, str]) -> Iterator[str]:
    for part in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(part, pikepdf.String):
            code = bytes(part)
            yield "".join(font.get(int.from_bytes(code[at : at + 2]), "�") for at in range(0, len(code), 2))


def _to_unicode(font: Any) -> dict[int, str]:
    found = {}
    for code, text in PAIR.findall(font.ToUnicode.read_bytes()):
        found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def everything_in(content: bytes) -> bytes:
    """Every byte of a PDF once its streams are decompressed, its metadata and its texts as people read them."""
    tagged = Tagged.read(content)
    parts = [content, "".join(tagged.pieces.values()).encode()]
    for item in tagged.pdf.objects:
        if isinstance(item, pikepdf.Stream):
            parts.append(item.read_bytes())
        parts.append(str(item).encode())
    return b"\0".join(parts)
