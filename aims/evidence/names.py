"""Names of files, as people may read and save them."""

from __future__ import annotations

import unicodedata

from aims.evidence.refusals import Unfit

LONGEST = 120
NOT_IN_A_NAME = '<>:"|?*'
# Control and format characters (the latter turn a name round on the screen), halves of characters, line ends.
UNREADABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
RUN_BY_A_CLICK = frozenset(
    (
        *("bat", "cmd", "docm", "exe", "hta", "htm", "html", "jar", "js", "lnk"),
        *("msi", "php", "pptm", "ps1", "scr", "sh", "svg", "vbs", "xlsm"),
    )
)


def clean_name(given: str) -> str:
    """The name in one form of Unicode with single spaces; raises `Unfit` for one that pretends or hides something."""
    name = unicodedata.normalize("NFC", given)
    if any(unicodedata.category(letter) in UNREADABLE for letter in name):
        raise Unfit("The file's name holds characters that cannot be seen: rename it and attach it again")
    name = " ".join(name.split())
    if {"/", "\\"} & set(name):
        raise Unfit("The file's name holds a folder: attach it under its name alone")
    if set(name) & set(NOT_IN_A_NAME):
        raise Unfit(f"The file's name holds one of {' '.join(NOT_IN_A_NAME)}: rename it and attach it again")
    _check_endings(name)
    if len(name) > LONGEST:
        raise Unfit(f"Shorten the file's name to {LONGEST} characters")
    return name


def _check_endings(name: str) -> None:
    stem, _, suffix = name.rpartition(".")
    if not stem.strip(" .") or not suffix:
        raise Unfit("Give the file a name and an ending, such as minutes.pdf")
    if RUN_BY_A_CLICK & {each.strip() for each in stem.lower().split(".")[1:]}:
        raise Unfit("The file's name has two endings, one of them of a program or a page: rename it")
