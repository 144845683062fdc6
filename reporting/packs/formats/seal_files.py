"""The seal's own material, so that anyone can recompute it with sha256sum (`docs/seal.md`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reporting.packs.content import Edition
from reporting.packs.hashed import HashedLine
from reporting.rules.seal import LineOfSeal, first_row, row_of


def seal_files(edition: Edition, lines: Sequence[HashedLine]) -> dict[str, str]:
    """What was hashed, one line of the seal a row, all files in the same order.

    The exempt parts and their salts are in the exempt version alone; canonical JSON holds no line end.
    """
    files = {
        "seal/seal.txt": _rows((first_row(edition.previous), *map(_of_seal, lines))),
        "seal/public.jsonl": _rows(line.public for line in lines),
        "seal/public-hashes.txt": _rows(line.public_hash for line in lines),
        "seal/exempt-hashes.txt": _rows(line.exempt_hash for line in lines),
    }
    if edition.is_exempt:
        files |= {
            "seal/exempt.jsonl": _rows(line.exempt for line in lines),
            "seal/salts.txt": _rows(line.salt for line in lines),
        }
    return files


def _of_seal(line: HashedLine) -> str:
    return row_of(LineOfSeal(line.kind, line.key, line.hash))


def _rows(texts: Iterable[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
