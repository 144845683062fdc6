"""Why a file is refused; each sentence says what to do next."""

from __future__ import annotations

from aims.errors import Refused

ALLOWED = (
    "a PDF, a Word, Excel or PowerPoint file (docx, xlsx, pptx), an OpenDocument file (odt, ods, odp)"
    " or a picture (png, jpg, gif, webp)"
)


class Unfit(Refused):
    """The file cannot be kept as evidence."""


def damaged(what: str) -> Unfit:
    """It begins like the kind that its name says, and then breaks off or goes astray."""
    return Unfit(f"This is not a whole {what}: open it, save it again and attach the new file")
