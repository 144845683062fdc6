"""Words as they go into files: nothing in them that a program could take for a command."""

from __future__ import annotations

import re
import unicodedata

# With one of these first, after whatever a program leaves out, a spreadsheet reads a formula.
OPENS_A_FORMULA = "=+-@−"
LEFT_OUT = "Cc", "Cf", "Zs", "Zl", "Zp"
# What XML cannot hold, and what reorders or hides the words around it.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(text: str) -> str:
    """The words that every file prints, with one kind of line end; what cannot be printed is left out."""
    one_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", UNPRINTABLE.sub("", one_end)).strip()


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula, also in full-width and other forms of its signs."""
    for character in text:
        if unicodedata.category(character) not in LEFT_OUT:
            return unicodedata.normalize("NFKC", character)[:1] in OPENS_A_FORMULA
    return False


def harmless(text: str) -> str:
    """The text as a field of CSV: an apostrophe goes before what could be taken for a formula."""
    return f"'{text}" if looks_like_a_formula(text) or text[:1] in ("\t", "\r", "\n") else text
