"""How an update's evidence speaks of the files that are attached to it."""

from __future__ import annotations

from collections.abc import Sequence

BEGINS = "See the attached file"


def evidence_in_words(said: str, files: Sequence[str]) -> str:
    """What the owner wrote; where that is nothing, the names of the attached files.

    A sentence that was made so before is made anew: a file may have come or gone since.
    """
    if said.strip() and not said.startswith(BEGINS):
        return said
    if not files:
        return ""
    return f"{BEGINS}{'s' if len(files) > 1 else ''}: {', '.join(files)}"
