"""What a file is before it is opened as a workbook: refuses what is none, or would unpack to too much."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from aims.workbooks.limits import (
    MEGABYTE,
    MOST_BYTES,
    MOST_PACKED_TIGHT,
    MOST_PARTS,
    MOST_UNPACKED,
    SMALL_PART,
)

ENCRYPTED = 0x1
CHUNK = 256 * 1024
MARKUP = (".xml", ".rels", ".vml")
INSIDE = (".zip", ".xlsx", ".xlsm", ".docx", ".ods", ".gz", ".7z", ".rar")
DECLARED_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})")
FRESH = "download the sheet anew and copy your answers into it"

# How files of other kinds begin, and what to do about each.
BEGINNINGS = {
    b"%PDF": "This is a PDF: upload the workbook itself, saved as .xlsx",
    b"{\\rtf": "This is a text document: upload the workbook itself, saved as .xlsx",
    b"\x1f\x8b": "This is a compressed file: upload the workbook itself, saved as .xlsx",
    b"7z\xbc\xaf": "This is a compressed file: upload the workbook itself, saved as .xlsx",
    b"Rar!": "This is a compressed file: upload the workbook itself, saved as .xlsx",
}
TEXT = "This is text or CSV, whatever its name: in Excel choose Save As, Excel Workbook (.xlsx)"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED = b"PK\x03\x04"
# Parts that only files of other kinds have, or that no workbook of ours needs.
TELLING_PARTS = (
    (r"xl/workbook\.bin", "This is a binary workbook (.xlsb): in Excel choose Save As, Excel Workbook (.xlsx)"),
    (r"word/.*", "This is a Word document: upload the workbook itself"),
    (r"ppt/.*", "This is a presentation: upload the workbook itself"),
    (r"Index/.*\.iwa", "This is an Apple Numbers file: choose File, Export To, Excel (.xlsx)"),
    (
        r".*vbaproject.*\.bin|.*/macrosheets/.*",
        "The workbook holds macros: save it as Excel Workbook (.xlsx) without them",
    ),
    (r".*/externallinks/.*", "The workbook links to another file: in Excel choose Data, Edit Links, Break Link"),
    (r".*/embeddings/.*|.*/activex/.*", "The workbook has other files inside: delete them from its sheets"),
)


class Unfit(Exception):
    """The file cannot be taken; its words say what to do."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How much a kind of file may hold, and what makes a fresh one of it."""

    most_bytes: int = MOST_BYTES
    most_unpacked: int = MOST_UNPACKED
    fresh: str = FRESH


FOR_UPDATES = Terms()


def open_parcel(content: bytes, terms: Terms = FOR_UPDATES) -> ZipFile:
    """The parts of a workbook, each looked through once; raises `Unfit`.

    Nothing is unpacked beyond what the terms allow in all, whatever the sizes that the file declares.
    """
    _look_at_beginning(content, terms)
    try:
        parcel = ZipFile(BytesIO(content))
        _look_at_parts(parcel.infolist(), terms)
        _look_inside(parcel, terms)
    except (BadZipFile, EOFError, zlib.error) as error:
        message = f"The file is cut off or damaged: save it in Excel once more, or {terms.fresh}"
        raise Unfit(message) from error
    return parcel


def _look_at_beginning(content: bytes, terms: Terms) -> None:
    if not content:
        raise Unfit("The file is empty: save the workbook and upload it again")
    if len(content) > terms.most_bytes:
        most = terms.most_bytes // MEGABYTE
        raise Unfit(f"The file is larger than {most} MB: remove pictures and other sheets from it")
    if not content.startswith(PACKED):
        raise Unfit(another_kind(content, terms))


def another_kind(content: bytes, terms: Terms) -> str:
    """What to do about content that is no packed file; `TEXT` where it is text."""
    if content.startswith(OLD_CONTAINER):
        return _old(content)
    told = [message for beginning, message in BEGINNINGS.items() if content.startswith(beginning)]
    return told[0] if told else _unknown(content, terms)


def _old(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "The workbook is locked with a password: in Excel choose File, Info, Protect Workbook and remove it"
    return "This is a file of an old kind (.xls or .doc): in Excel choose Save As, Excel Workbook (.xlsx)"


def _unknown(content: bytes, terms: Terms) -> str:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        return "This is a web page or XML, whatever its name: in Excel choose Save As, Excel Workbook (.xlsx)"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_text(content[:4096]):
        return TEXT
    return f"This is not an Excel workbook (.xlsx): {terms.fresh}"


def _is_text(head: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\r\n" for byte in head)


def _look_at_parts(parts: list[ZipInfo], terms: Terms) -> None:
    """Judge by the table of contents alone, before anything is unpacked."""
    if len(parts) > MOST_PARTS:
        raise Unfit(f"The file has more than {MOST_PARTS} parts: {terms.fresh}")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        raise Unfit(f"The file holds a part twice: {terms.fresh}")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise Unfit("The file is locked with a password: remove it and upload the file again")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise Unfit("The file is packed in an unusual way: save it in Excel once more")
    _look_at_sizes(parts, terms)
    _look_at_names(names)


def _look_at_sizes(parts: list[ZipInfo], terms: Terms) -> None:
    tight = any(p.file_size > max(SMALL_PART, MOST_PACKED_TIGHT * p.compress_size) for p in parts)
    if tight or sum(part.file_size for part in parts) > terms.most_unpacked:
        raise Unfit(f"The file unpacks to far more than such a sheet can hold: {terms.fresh}")


def _look_at_names(names: list[str]) -> None:
    for pattern, message in TELLING_PARTS:
        if any(re.fullmatch(pattern, name, re.IGNORECASE) for name in names):
            raise Unfit(message)
    if any(name.endswith(INSIDE) for name in names):
        raise Unfit("The file has other files packed inside: upload the workbook alone")


def _look_inside(parcel: ZipFile, terms: Terms) -> None:
    """Unpack every part once: checks its sum, its length as declared, and that it is plain UTF-8 markup."""
    for part in parcel.infolist():
        with parcel.open(part) as stream:
            tail = b""
            for position, chunk in enumerate(iter(lambda stream=stream: stream.read(CHUNK), b"")):  # type: ignore[misc]
                _look_at_chunk(part.filename, tail + chunk, terms, first=position == 0)
                tail = chunk[-16:]
    _look_at_kind(parcel, terms)


def _look_at_chunk(name: str, chunk: bytes, terms: Terms, *, first: bool) -> None:
    if first and chunk.startswith(PACKED):
        raise Unfit("The file has other files packed inside: upload the workbook alone")
    if not name.lower().endswith(MARKUP):
        return
    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
        raise Unfit(f"The file declares entities, which no spreadsheet program writes: {terms.fresh}")
    if first and not _is_plain(chunk):
        raise Unfit("The file is written in another encoding than UTF-8: save it in Excel once more")


def _is_plain(head: bytes) -> bool:
    declared = DECLARED_ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    named = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii", b"ascii")
    return named and b"\0" not in head[:64] and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _look_at_kind(parcel: ZipFile, terms: Terms) -> None:
    names = parcel.namelist()
    if "mimetype" in names and b"opendocument" in parcel.read("mimetype"):
        raise Unfit("This is an OpenDocument file (.ods): choose Save As, Excel 2007–365 (.xlsx)")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unfit(f"This is a packed file, but no workbook: {terms.fresh}")
    if b"macroEnabled" in parcel.read("[Content_Types].xml"):
        raise Unfit("The workbook may hold macros (.xlsm): save it as Excel Workbook (.xlsx)")
