"""The smallest whole file of each kind that is kept as evidence, and the parts to spoil one with."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

PACKAGE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": f"{PACKAGE}wordprocessingml.document.main+xml",
    "xlsx": f"{PACKAGE}spreadsheetml.sheet.main+xml",
    "pptx": f"{PACKAGE}presentationml.presentation.main+xml",
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OPEN_MAIN = {
    "odt": f"{OPEN_DOCUMENT}text",
    "ods": f"{OPEN_DOCUMENT}spreadsheet",
    "odp": f"{OPEN_DOCUMENT}presentation",
}


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n" + body + b"1 0 obj\n<</Type/Catalog>>\nendobj\nstartxref\n9\n%%EOF\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


IHDR = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
IDAT = chunk(b"IDAT", zlib.compress(b"\0\0"))
IEND = chunk(b"IEND", b"")


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks or (IHDR, IDAT, IEND))


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


FRAME = segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0")
SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x7f\xff\0\x12"


def jpeg(*segments: bytes, end: bytes = b"\xff\xd9") -> bytes:
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") + b"".join(segments or (FRAME, SCAN)) + end


def gif(body: bytes = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0", end: bytes = b";") -> bytes:
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + b"\x21\xf9\x04\0\0\0\0\0" + body + end


def webp(kind: bytes = b"VP8L", data: bytes = b"\x2f\0\0\0\0\x07", form: bytes = b"WEBP") -> bytes:
    body = form + kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


def types(*content_types: str) -> str:
    """The list of content types of an Office file."""
    overrides = "".join(f'<Override PartName="/part{n}" ContentType="{each}"/>' for n, each in enumerate(content_types))
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{space}">{overrides}</Types>'


def office(kind: str, *more_types: str, **more: bytes | str) -> bytes:
    """An Office file with further parts; two underscores stand for a slash, one at the end for .bin."""
    named = {name.replace("__", "/").removesuffix("_") + ".bin": content for name, content in more.items()}
    return archive({"[Content_Types].xml": types(MAIN[kind], *more_types), "word/document.xml": "<w/>", **named})


def manifest(inside: str = "") -> str:
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return f'<manifest:manifest xmlns:manifest="{space}">{inside}</manifest:manifest>'


def open_document(kind: str, inside: str = "", parts: Mapping[str, bytes | str] | None = None) -> bytes:
    basic = {"mimetype": OPEN_MAIN[kind], "content.xml": "<c/>", "META-INF/manifest.xml": manifest(inside)}
    return archive({**basic, **(parts or {})})


WHOLE = {
    "minutes.pdf": pdf(),
    "plan.docx": office("docx"),
    "plan.xlsx": office("xlsx"),
    "plan.pptx": office("pptx"),
    "plan.odt": open_document("odt"),
    "plan.ods": open_document("ods"),
    "plan.odp": open_document("odp"),
    "site.png": png(),
    "site.jpg": jpeg(),
    "site.JPEG": jpeg(),
    "site.gif": gif(),
    "site.webp": webp(),
}
