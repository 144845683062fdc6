"""Looking into a file: what its name says, what its bytes say, and whether the two agree."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.base import File

from aims.evidence import documents, pictures
from aims.evidence.names import clean_name
from aims.evidence.refusals import ALLOWED, Unfit
from aims.models.evidence import MOST_BYTES

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN_PACKAGE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MEGABYTES = MOST_BYTES // 1024 // 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: how it is served, how it begins, and what makes it whole."""

    content_type: str
    begins: tuple[bytes, ...]
    check: Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a file was found to be; `name` is fit to be shown and saved under."""

    name: str
    content_type: str
    size: int
    sha256: str


JPEG = Kind("image/jpeg", (b"\xff\xd8\xff",), pictures.check_jpeg)
KINDS = {
    "pdf": Kind("application/pdf", (b"%PDF-",), documents.check_pdf),
    "docx": Kind(f"{OPEN_PACKAGE}wordprocessingml.document", (ZIP,), documents.check_word),
    "xlsx": Kind(f"{OPEN_PACKAGE}spreadsheetml.sheet", (ZIP,), documents.check_excel),
    "pptx": Kind(f"{OPEN_PACKAGE}presentationml.presentation", (ZIP,), documents.check_powerpoint),
    "odt": Kind(f"{OPEN_DOCUMENT}text", (ZIP,), documents.check_text),
    "ods": Kind(f"{OPEN_DOCUMENT}spreadsheet", (ZIP,), documents.check_spreadsheet),
    "odp": Kind(f"{OPEN_DOCUMENT}presentation", (ZIP,), documents.check_presentation),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",), pictures.check_png),
    "jpg": JPEG,
    "jpeg": JPEG,
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a"), pictures.check_gif),
    "webp": Kind("image/webp", (b"RIFF",), pictures.check_webp),
}
SUFFIXES = tuple(KINDS)
# Macros of the old formats can hide where only the program itself finds them, so that none is told from the outside.
ADVICE = {
    "doc": "Save it as docx or as a PDF and attach that: what old Word files hold cannot be told for sure",
    "xls": "Save it as xlsx or as a PDF and attach that: what old Excel files hold cannot be told for sure",
    "ppt": "Save it as pptx or as a PDF and attach that: what old PowerPoint files hold cannot be told for sure",
    "docm": "Save it as docx, without macros, and attach that",
    "xlsm": "Save it as xlsx, without macros, and attach that",
    "pptm": "Save it as pptx, without macros, and attach that",
    "xlsb": "Save it as xlsx and attach that",
    "heic": "Save the photograph as a JPEG and attach that",
    "zip": "Unpack it and attach the files one by one",
    "svg": "Save the drawing as a PNG or a PDF and attach that",
    "html": "Print the page as a PDF and attach that, or give its link",
    "htm": "Print the page as a PDF and attach that, or give its link",
}
LOOKS = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a picture, sound or film",
    b"PK\x03\x04": "an Office file or a zip archive",
    COMPOUND: "an old Office file, or one that is protected by a password",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"#!": "a script",
    b"<": "a web page or XML",
}


def look_into(file: File[bytes], name: str) -> Found:
    """What a file is; raises `Unfit` for one that is no evidence. Leaves the file at its beginning."""
    readable = clean_name(name)
    kind = _kind_named(readable)
    if not file.size:
        raise Unfit("The file is empty: attach the one that holds the evidence")
    if file.size > MOST_BYTES:
        raise Unfit(f"The file is larger than {MEGABYTES} MB: make it smaller, or give a link to it")
    file.seek(0)
    data = file.read(MOST_BYTES + 1)
    file.seek(0)
    if not data.startswith(kind.begins):
        raise Unfit(f"The file's name says {readable.rpartition('.')[2]}, but it holds {_looks_like(data)}: {_REMEDY}")
    kind.check(data)
    return Found(readable, kind.content_type, len(data), hashlib.sha256(data).hexdigest())


_REMEDY = "save it again in the form that its name says"


def _kind_named(name: str) -> Kind:
    suffix = name.rpartition(".")[2].lower()
    kind = KINDS.get(suffix)
    if kind is None:
        raise Unfit(ADVICE.get(suffix, f"Attach {ALLOWED}"))
    return kind


def _looks_like(data: bytes) -> str:
    stripped = data[:64].lstrip()
    return next((words for begins, words in LOOKS.items() if stripped.startswith(begins)), "something else")
