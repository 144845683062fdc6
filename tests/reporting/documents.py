"""What documents tell a reader to do, to be done by a test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def blocks_of(document: str, language: str) -> list[str]:
    """The fenced blocks of a document in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / document).read_text(), re.DOTALL | re.MULTILINE)


def statements_of(document: str) -> list[str]:
    """The SQL statements of a document, one by one."""
    return [each.strip() for block in blocks_of(document, "sql") for each in block.split(";\n") if each.strip()]
