"""Exempt text stands in the exempt version and in no public file: not in its bytes, unzipped or decompressed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from reporting.choices import LineKind, PackAudience, PackFormat
from reporting.lines import Book, Line, bind, read_line, write
from reporting.packs.content import Paper
from reporting.packs.formats.data import write as write_data
from reporting.packs.forms import made
from reporting.packs.hashed import HashedLine
from reporting.packs.paper import compose
from reporting.rules.seal import line_hashes
from tests.reporting.packs.books import make_book, make_edition, without_exempt
from tests.reporting.packs.tagged_pdf import everything_in

MARKER = "XQZEXEMPT"
SALT = "5a17" * 16


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book(exempt=f"{MARKER}: the contractor asks for £2m.")


@pytest.fixture(scope="module")
def public(book: Book) -> Paper:
    return compose(without_exempt(book), make_edition())


@pytest.fixture(scope="module")
def exempt(book: Book) -> Paper:
    return compose(book, make_edition(PackAudience.EXEMPT))


def lines_of(book: Book, *, exempt: bool) -> Iterator[HashedLine]:
    """The activities' lines as they would be sealed."""
    for row in book.activities:
        public, secret = write(row), write(book.exempt[row.number])
        hashes = line_hashes(public, secret, SALT)
        rest = (secret, SALT) if exempt else ()
        yield HashedLine("activity", row.number, public, hashes.public, hashes.exempt, hashes.line, *rest)


def everything(form: PackFormat, content: bytes) -> bytes:
    """All bytes of a file, and of whatever is packed in it."""
    if form == PackFormat.PDF:
        return everything_in(content)
    if not content.startswith(b"PK"):
        return content
    archive = zipfile.ZipFile(BytesIO(content))
    return b"\0".join([content, *(archive.read(name) + name.encode() for name in archive.namelist())])


@pytest.mark.parametrize("form", list(PackFormat))
def test_a_public_file_holds_no_exempt_text(form: PackFormat, public: Paper, book: Book) -> None:
    content = made(form, public, list(lines_of(book, exempt=False)))
    found = everything(form, content)
    assert b"Deliver work 1.1.1" in found
    assert MARKER.encode() not in found
    assert MARKER.encode("utf-16-be") not in found
    assert SALT.encode() not in found


@pytest.mark.parametrize("form", list(PackFormat))
def test_the_exempt_file_holds_it_and_names_the_paragraph(form: PackFormat, exempt: Paper, book: Book) -> None:
    found = everything(form, made(form, exempt, list(lines_of(book, exempt=True))))
    assert MARKER.encode() in found
    assert b"Schedule 12A" in found


def test_both_versions_name_the_paragraph_of_the_law_and_only_one_the_licence(public: Paper, exempt: Paper) -> None:
    law = "paragraph 3 of Schedule 12A of the Local Government Act 1972"
    assert public.standing == f"Public. Passages exempt under {law} are left out"
    assert exempt.standing == f"Exempt: not for publication under {law}"
    archives = [zipfile.ZipFile(BytesIO(write_data(paper, []))) for paper in (public, exempt)]
    licensed = [b"open-government-licence" in archive.read("csv-metadata.json") for archive in archives]
    assert licensed == [True, False]


def test_a_book_of_public_lines_alone_has_nothing_exempt(book: Book) -> None:
    head = Line(LineKind.REVIEW, "", book.head)
    whole = Line(LineKind.STRATEGY, "", book.whole)
    lines = [read_line(LineKind.ACTIVITY, line.key, line.public) for line in lines_of(book, exempt=False)]
    assert bind([head, whole, *lines]).exempt == {}
