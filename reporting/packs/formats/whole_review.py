"""A whole review for programs: the open data of its pack, and beside it the review and its lines as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reporting.packs.content import Paper
from reporting.packs.formats.data import data_files, zipped
from reporting.packs.hashed import HashedLine

MORE = """
review.json tells of the review itself. lines.ndjson holds every line of it, a JSON object each: what the line tells
(public) with its hashes. Written with sorted keys and no spaces, public is what was hashed; seal/public.jsonl has it
to the letter.
"""


def write(paper: Paper, lines: Sequence[HashedLine], review: Mapping[str, Any]) -> bytes:
    """The zip's bytes; `lines` are those of the seal in their order, `review` is what `review.json` tells."""
    files = {
        "review.json": json.dumps(review, ensure_ascii=False, indent=2) + "\n",
        "lines.ndjson": "".join(map(_line, range(1, len(lines) + 1), lines)),
    }
    return zipped(paper, files | data_files(paper, lines), MORE)


def _line(number: int, line: HashedLine) -> str:
    """One line; its public part stands as it was hashed, which is JSON already."""
    named = {"line": number, "kind": line.kind, "key": line.key}
    hashes = {"hash": line.hash, "public_hash": line.public_hash, "exempt_hash": line.exempt_hash}
    head = json.dumps(named | hashes, ensure_ascii=False, separators=(",", ":"))
    return f'{head[:-1]},"public":{line.public}}}\n'
