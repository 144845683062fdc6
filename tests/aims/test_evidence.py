"""What is kept as evidence and what is refused, by looking into the file; each refusal says what to do."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.base import ContentFile

from aims.evidence import SUFFIXES, Unfit, look_into
from aims.models.evidence import MOST_BYTES
from tests.aims import evidence_files as made
from tests.aims.evidence_files import WHOLE, archive, office, open_document, png, types

EOCD = struct.Struct("<4s4H2IH")
MIB = 1024 * 1024


def looked(name: str, data: bytes) -> None:
    look_into(ContentFile(data, name=name), name)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_of_each_kind_is_kept(name: str) -> None:
    found = look_into(ContentFile(WHOLE[name]), name)

    assert (found.name, found.size) == (name, len(WHOLE[name]))
    assert found.sha256 == hashlib.sha256(WHOLE[name]).hexdigest()


def test_every_kind_has_its_whole_file() -> None:
    assert {name.rpartition(".")[2].lower() for name in WHOLE} == set(SUFFIXES)


def test_the_type_is_found_in_the_file() -> None:
    assert look_into(ContentFile(WHOLE["site.jpg"]), "site.jpg").content_type == "image/jpeg"
    assert look_into(ContentFile(WHOLE["plan.ods"]), "plan.ods").content_type.endswith("opendocument.spreadsheet")


def test_a_file_is_left_at_its_beginning() -> None:
    file = ContentFile(WHOLE["minutes.pdf"])
    file.seek(3)
    look_into(file, "minutes.pdf")

    assert file.tell() == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Minutes  of 3 May.pdf", "Minutes of 3 May.pdf"),
        ("Ma\u0301ire.pdf", "Máire.pdf"),
        ("v1.2 final.pdf", "v1.2 final.pdf"),
        ("Évidence – 証拠.pdf", "Évidence – 証拠.pdf"),
        ("it's (1).PDF", "it's (1).PDF"),
    ],
)
def test_a_name_is_kept_in_one_readable_form(given: str, kept: str) -> None:
    assert look_into(ContentFile(made.pdf()), given).name == kept


NAMES = {
    "a path": ("../../etc/minutes.pdf", "holds a folder"),
    "a path of Windows": ("C:\\minutes.pdf", "holds a folder"),
    "a NUL": ("minutes\0.pdf", "cannot be seen"),
    "a line end": ("minutes\r\nSet-Cookie: a=b.pdf", "cannot be seen"),
    "turned round": ("annex\u202efdp.pdf", "cannot be seen"),
    "a space of no width": ("min\u200butes.pdf", "cannot be seen"),
    "half a character": ("min\ud800utes.pdf", "cannot be seen"),
    "a quotation mark": ('minutes".pdf', "rename it"),
    "markup": ("<img src=x>.pdf", "rename it"),
    "a stream of Windows": ("minutes.pdf:evil.pdf", "rename it"),
    "a second ending": ("invoice.exe.pdf", "two endings"),
    "a second ending behind spaces": ("invoice.html   .pdf", "two endings"),
    "no ending": ("minutes", "a name and an ending"),
    "nothing but an ending": (".pdf", "a name and an ending"),
    "dots": ("...pdf", "a name and an ending"),
    "an ending that is empty": ("minutes.pdf.", "a name and an ending"),
    "no name": ("", "a name and an ending"),
    "too long": ("x" * 200 + ".pdf", "Shorten the file's name to 120"),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_name_that_pretends_or_hides_something_is_refused(case: str) -> None:
    name, problem = NAMES[case]
    with pytest.raises(Unfit, match=re.escape(problem)):
        looked(name, made.pdf())


def spoilt(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


def with_end(data: bytes, **changed: int) -> bytes:
    """An archive whose directory's end says something else."""
    names = ("mark", "disk", "first", "here", "parts", "size", "offset", "comment")
    fields = dict(zip(names, EOCD.unpack(data[-22:]), strict=True))
    return data[:-22] + EOCD.pack(*(fields | changed).values())


def encrypted(data: bytes) -> bytes:
    """An archive whose directory says that its parts are."""
    at, found = 0, bytearray(data)
    while (at := found.find(b"PK\x01\x02", at)) >= 0:
        found[at + 8] |= 1
        at += 4
    return bytes(found)


def named_twice() -> bytes:
    file = BytesIO(office("docx"))
    with zipfile.ZipFile(file, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr("[Content_Types].xml", types("text/plain"))
    return file.getvalue()


def bomb() -> bytes:
    """Ten parts that say they unpack to 40 MB each."""
    return office("xlsx", **{f"xl__sheet{number}_": bytes(40 * MIB) for number in range(10)})


LAUGHS = '<!DOCTYPE Types [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Types><Override ContentType="&b;"/></Types>'
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
HIDDEN = '<file-entry xmlns="urn:x" full-path="Basic/Standard/Module1.xml"/>'
LOCKED = '<encryption-data xmlns="urn:x"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)
ODF_MACROS = {"Basic/Standard/Module1.xml": "<m/>"}

CONTENTS: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "empty": ("minutes.pdf", b"", "is empty"),
    "too large": ("minutes.pdf", made.pdf(bytes(MOST_BYTES)), "larger than 10 MB"),
    "a web page": ("page.html", HTML, "Print the page as a PDF"),
    "a drawing that can run scripts": ("logo.svg", b"<svg/>", "PNG or a PDF"),
    "a program": ("setup.exe", b"MZ", "Attach a PDF"),
    "a script": ("run.sh", b"#!/bin/sh", "Attach a PDF"),
    "text": ("notes.txt", b"Notes", "Attach a PDF"),
    "an archive": ("all.zip", archive({"a": "b"}), "one by one"),
    "an old Word file": ("plan.doc", OLD_OFFICE, "Save it as docx or as a PDF"),
    "an old Excel file": ("plan.xls", OLD_OFFICE, "Save it as xlsx or as a PDF"),
    "an old PowerPoint file": ("plan.ppt", OLD_OFFICE, "Save it as pptx or as a PDF"),
    "a Word file with macros": ("plan.docm", office("docx"), "without macros"),
    "a picture of a telephone": ("photo.heic", b"\0\0\0\x18ftypheic", "as a JPEG"),
    "a web page named pdf": ("minutes.pdf", HTML, "holds a web page or XML"),
    "a program named pdf": ("minutes.pdf", b"MZ\x90\0", "holds a program"),
    "a script named png": ("site.png", b"#!/bin/sh\n", "holds a script"),
    "a picture named pdf": ("minutes.pdf", png(), "holds a PNG picture"),
    "a JPEG named png": ("site.png", made.jpeg(), "holds a JPEG picture"),
    "a PDF named docx": ("plan.docx", made.pdf(), "holds a PDF"),
    "a protected or old file named docx": ("plan.docx", OLD_OFFICE, "protected by a password"),
    "zeros": ("minutes.pdf", bytes(100), "holds something else"),
    "a page, then a PDF": ("minutes.pdf", HTML + made.pdf(), "holds a web page"),
    "a PDF that begins like a page": ("minutes.pdf", made.pdf(HTML), "begins like a web page"),
    "a PDF without its end": ("minutes.pdf", made.pdf()[:-8], "not a whole PDF"),
    "a PDF with a program behind it": ("minutes.pdf", made.pdf() + b"MZ" + bytes(4000), "not a whole PDF"),
    "a PDF of no version": ("minutes.pdf", spoilt(made.pdf(), b"1.7", b"x.y"), "not a whole PDF"),
    "a PNG cut off": ("site.png", png()[:-6], "not a whole PNG"),
    "a PNG without a picture": ("site.png", png(made.IHDR, made.IEND), "not a whole PNG"),
    "a PNG in disorder": ("site.png", png(made.IDAT, made.IHDR, made.IEND), "not a whole PNG"),
    "a PNG with a wrong checksum": ("site.png", spoilt(png(), b"IDATx", b"IDATy"), "not a whole PNG"),
    "a PNG with an archive behind it": ("site.png", png() + archive({"a": "b"}), "not a whole PNG"),
    "a PNG chunk without end": ("site.png", png(made.IHDR, b"\xff\xff\xff\xffIDAT"), "not a whole PNG"),
    "a JPEG cut off": ("site.jpg", made.jpeg(end=b""), "not a whole JPEG"),
    "a JPEG without a frame": ("site.jpg", made.jpeg(made.SCAN), "not a whole JPEG"),
    "a JPEG without a scan": ("site.jpg", made.jpeg(made.FRAME), "not a whole JPEG"),
    "a JPEG gone astray": ("site.jpg", made.jpeg(b"<?php echo 1;"), "not a whole JPEG"),
    "a JPEG segment of no length": ("site.jpg", made.jpeg(b"\xff\xe1\0\0"), "not a whole JPEG"),
    "a GIF cut off": ("site.gif", made.gif(end=b""), "not a whole GIF"),
    "a GIF without a picture": ("site.gif", made.gif(b""), "not a whole GIF"),
    "a GIF that is a script": ("site.gif", b"GIF89a=1;alert(1)//" + bytes(40), "not a whole GIF"),
    "a GIF with a page behind it": ("site.gif", made.gif() + HTML, "not a whole GIF"),
    "a WebP cut off": ("site.webp", made.webp()[:-2], "not a whole WebP"),
    "a WebP with something behind it": ("site.webp", made.webp() + b"PK", "not a whole WebP"),
    "a sound named webp": ("site.webp", made.webp(b"fmt ", b"\0\0", b"WAVE"), "not a whole WebP"),
    "an archive named docx": ("plan.docx", archive({"a": "b"}), "not a whole Word document"),
    "a workbook named docx": ("plan.docx", office("xlsx"), "not a whole Word document"),
    "a text named ods": ("plan.ods", open_document("odt"), "not a whole OpenDocument spreadsheet"),
    "macros in a docx": ("plan.docx", office("docx", word__vbaProject=b"x"), "holds macros"),
    "macros under another name": ("plan.docx", office("docx", "application/vnd.ms-office.vbaProject"), "holds macros"),
    "a docm named docx": ("plan.docx", archive({"[Content_Types].xml": types(MACROS)}), "holds macros"),
    "macro sheets": ("plan.xlsx", office("xlsx", xl__macrosheets__sheet1_=b"x"), "holds macros"),
    "controls that run": ("plan.pptx", office("pptx", ppt__activeX1_=b"x"), "holds macros"),
    "macros in an odt": ("plan.odt", open_document("odt", parts=ODF_MACROS), "holds macros"),
    "macros that the manifest names": ("plan.odt", open_document("odt", HIDDEN), "holds macros"),
    "a protected odt": ("plan.odt", open_document("odt", LOCKED), "protected by a password"),
    "a protected archive": ("plan.docx", encrypted(office("docx")), "protected by a password"),
    "a docx cut off": ("plan.docx", office("docx")[:-30], "not a whole Word document"),
    "a docx with something behind it": ("plan.docx", office("docx") + b"<html>", "not a whole Word document"),
    "a directory with a comment": ("plan.docx", with_end(office("docx"), comment=9), "not a whole Word document"),
    "a directory elsewhere": ("plan.docx", with_end(office("docx"), offset=0), "not a whole Word document"),
    "a directory of two disks": ("plan.docx", with_end(office("docx"), disk=1), "not a whole Word document"),
    "a directory of another length": ("plan.docx", with_end(office("docx"), parts=9), "not a whole Word document"),
    "a part outside": ("plan.docx", office("docx", **{"..__..__evil_": b"x"}), "not a whole Word document"),
    "a part named twice": ("plan.docx", named_twice, "not a whole Word document"),
    "entities that multiply": ("plan.docx", archive({"[Content_Types].xml": LAUGHS}), "not a whole Word document"),
    "types that are no XML": ("plan.docx", archive({"[Content_Types].xml": "<"}), "not a whole Word document"),
    "a list of types of 3 MB": ("plan.docx", archive({"[Content_Types].xml": " " * 3 * MIB}), "not a whole Word doc"),
    "400 MB in 400 kB": ("plan.xlsx", bomb, "unpacks to more than 256 MB"),
    "5000 parts": ("plan.docx", lambda: office("docx", **{f"p{n}": b"" for n in range(5000)}), "more than 4000 parts"),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_a_file_that_is_no_evidence_is_refused_with_what_to_do(case: str) -> None:
    name, given, problem = CONTENTS[case]
    data = given if isinstance(given, bytes) else given()
    with pytest.raises(Unfit, match=re.escape(problem)):
        looked(name, data)


def test_the_table_is_long() -> None:
    assert len(CONTENTS) + len(NAMES) > 80


LONG: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a GIF of many blocks": ("site.gif", lambda: made.gif(b"\x2c" + bytes(9) + b"\x02" + b"\x01\x01" * 4 * MIB, b"")),
    "a PNG of many chunks": ("site.png", lambda: png(made.IHDR, *[made.chunk(b"tEXt", b"")] * 800_000)),
    "a JPEG of many segments": ("site.jpg", lambda: made.jpeg(*[made.segment(0xE1, b"")] * 2_000_000)),
    "an archive of many directories": ("plan.docx", lambda: office("docx") + b"PK\x05\x06" * 2 * MIB),
}


@pytest.mark.parametrize("case", LONG)
def test_a_file_made_to_be_read_for_ever_is_read_once(case: str) -> None:
    name, make = LONG[case]
    with pytest.raises(Unfit, match="This is not a whole"):
        looked(name, make())


@pytest.mark.parametrize("cut", range(40))
def test_a_file_that_breaks_off_anywhere_is_refused_and_nothing_else_happens(cut: int) -> None:
    for name, data in WHOLE.items():
        length = len(data) * cut // 40
        if name == "site.JPEG" or length == len(data):
            continue
        with pytest.raises(Unfit):
            looked(name, data[:length])
