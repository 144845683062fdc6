"""Which module makes which form. They are loaded when a file is made: what they need is large, and may be missing."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from reporting.choices import PackFormat
from reporting.packs.content import Paper
from reporting.packs.hashed import HashedLine

MODULES = {
    PackFormat.HTML: "html",
    PackFormat.PDF: "pdf",
    PackFormat.WORD: "word",
    PackFormat.EXCEL: "excel",
    PackFormat.CSV: "data",
}


class CannotMake(Exception):
    """This form cannot be made on this machine, which lacks what draws it."""


def made(form: PackFormat, paper: Paper, lines: Sequence[HashedLine]) -> bytes:
    """The bytes of the paper in this form; `lines` are those of its seal. Raises `CannotMake`."""
    try:
        module = import_module(f"reporting.packs.formats.{MODULES[form]}")
    except OSError as error:  # a library of the system that cannot be loaded
        raise CannotMake(str(error).partition("\n")[0]) from error
    content: bytes = module.write(paper, lines) if form == PackFormat.CSV else module.write(paper)
    return content
