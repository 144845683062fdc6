"""PDF, Office and OpenDocument: what a file says that it holds, read within bounds and never unpacked as a whole."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from aims.evidence.refusals import Unfit, damaged

MOST_DIRECTORY = 1024 * 1024
MOST_PARTS = 4000
MOST_UNPACKED = 256 * 1024 * 1024
MOST_READ = 1024 * 1024
END_OF_DIRECTORY = struct.Struct("<4s4H2IH")
OPEN_PACKAGE = "application/vnd.openxmlformats-officedocument."
MACRO_PARTS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|activex)|^(basic|scripts)/", re.IGNORECASE)
MACRO_TYPES = re.compile(r"macro|vbaproject|activex", re.IGNORECASE)
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe)", re.IGNORECASE)

Elements = list[tuple[str, dict[str, str]]]


def check_pdf(data: bytes) -> None:
    """Begins and ends as a PDF does, and does not read as a page of HTML on the way."""
    if not re.match(rb"%PDF-[12]\.\d", data):
        raise damaged("PDF")
    if MARKUP.search(data, 0, 1024):
        raise Unfit("This PDF begins like a web page: print it as a new PDF and attach that")
    end = data[-2048:]
    if b"startxref" not in end or b"%%EOF" not in end[-1024:]:
        raise damaged("PDF")


def check_word(data: bytes) -> None:
    """A Word document without macros."""
    _check_package(data, "Word document", f"{OPEN_PACKAGE}wordprocessingml.document.main+xml")


def check_excel(data: bytes) -> None:
    """A workbook without macros."""
    _check_package(data, "Excel workbook", f"{OPEN_PACKAGE}spreadsheetml.sheet.main+xml")


def check_powerpoint(data: bytes) -> None:
    """A presentation without macros."""
    _check_package(data, "PowerPoint presentation", f"{OPEN_PACKAGE}presentationml.presentation.main+xml")


def check_text(data: bytes) -> None:
    """An OpenDocument text without macros."""
    _check_open_document(data, "OpenDocument text", "application/vnd.oasis.opendocument.text")


def check_spreadsheet(data: bytes) -> None:
    """An OpenDocument spreadsheet without macros."""
    _check_open_document(data, "OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet")


def check_presentation(data: bytes) -> None:
    """An OpenDocument presentation without macros."""
    _check_open_document(data, "OpenDocument presentation", "application/vnd.oasis.opendocument.presentation")


def _check_package(data: bytes, what: str, main: str) -> None:
    archive = _opened(data, what)
    elements = _elements(_part(archive, "[Content_Types].xml", what), what)
    declared = [attributes.get("ContentType", "") for _, attributes in elements]
    if any(MACRO_TYPES.search(each) for each in declared):
        raise _with_macros()
    if main not in declared:
        raise damaged(what)


def _check_open_document(data: bytes, what: str, main: str) -> None:
    archive = _opened(data, what)
    if _part(archive, "mimetype", what) != main.encode():
        raise damaged(what)
    elements = _elements(_part(archive, "META-INF/manifest.xml", what), what)
    if any(name == "encryption-data" for name, _ in elements):
        raise _with_password()
    if any(MACRO_PARTS.search(attributes.get("full-path", "")) for _, attributes in elements):
        raise _with_macros()
    if "content.xml" not in archive.namelist():
        raise damaged(what)


def _opened(data: bytes, what: str) -> zipfile.ZipFile:
    """The archive, once its directory is known to be short and nothing stands before it or behind it."""
    _check_directory(data, what)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OverflowError) as error:
        raise damaged(what) from error
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any(map(_leads_elsewhere, names)):
        raise damaged(what)
    if any(part.flag_bits & 1 for part in parts):
        raise _with_password()
    if any(MACRO_PARTS.search(name) for name in names):
        raise _with_macros()
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit("The file unpacks to more than 256 MB: take out what is not needed and attach it again")
    return archive


def _check_directory(data: bytes, what: str) -> None:
    """Read the end of the directory where Office writes it: no comment behind it, no second form of it before."""
    if len(data) < END_OF_DIRECTORY.size or data[-42:-38] == b"PK\x06\x07":
        raise damaged(what)
    mark, disk, first, here, parts, size, offset, comment = END_OF_DIRECTORY.unpack(data[-END_OF_DIRECTORY.size :])
    if mark != b"PK\x05\x06" or disk or first or comment or here != parts:
        raise damaged(what)
    if not data.startswith(b"PK\x03\x04") or offset + size + END_OF_DIRECTORY.size != len(data):
        raise damaged(what)
    if parts > MOST_PARTS or size > MOST_DIRECTORY:
        raise Unfit(f"The file has more than {MOST_PARTS} parts: take out what is not needed and attach it again")


def _leads_elsewhere(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or "\0" in name


def _part(archive: zipfile.ZipFile, name: str, what: str) -> bytes:
    """One small part; its real length counts, not the one that it declares."""
    try:
        with archive.open(name) as part:
            found = part.read(MOST_READ + 1)
    except (
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        struct.error,
    ) as error:
        raise damaged(what) from error
    if len(found) > MOST_READ:
        raise damaged(what)
    return found


def _elements(xml: bytes, what: str) -> Elements:
    """Every element by its local name with its attributes by theirs; a document type, and so entities, is refused."""
    found: Elements = []

    def note(name: str, attributes: dict[str, str]) -> None:
        found.append((_local(name), {_local(key): value for key, value in attributes.items()}))

    def refuse(*_: object) -> None:
        raise damaged(what)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = note
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise damaged(what) from error
    return found


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _with_macros() -> Unfit:
    return Unfit(
        "The file holds macros, which are never kept here: save it without them (docx, xlsx, pptx) or as a PDF"
    )


def _with_password() -> Unfit:
    return Unfit("The file is protected by a password: save it without one, so that those who may see it can open it")
