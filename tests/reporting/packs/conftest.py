"""One small pack in every form, made once for all that look at it."""

from __future__ import annotations

import pytest

from reporting.choices import PackFormat
from reporting.lines import Book
from reporting.packs.content import Paper
from reporting.packs.forms import made
from tests.reporting.packs.books import make_book, make_correction, make_paper


@pytest.fixture(scope="session")
def book() -> Book:
    return make_book()


@pytest.fixture(scope="session")
def paper(book: Book) -> Paper:
    return make_paper(book, corrections=(make_correction("Counted twice."),))


@pytest.fixture(scope="session")
def files(paper: Paper) -> dict[PackFormat, bytes]:
    return {form: made(form, paper, []) for form in PackFormat}
