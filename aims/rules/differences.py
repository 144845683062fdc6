"""Which words of a text changed, so that whoever signs off reads those first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, takewhile

MOST_COMPARED = 600  # parts a side; matching grows with the square of their number

# A part is its word, or its sentence, with the space before it; what is compared is the part without that space.
WORDS = re.compile(r"\w+(?:[’'.,\-–/]\w+)*|[^\w\s]")
SENTENCES = re.compile(r"\S[^.!?\n]*[.!?]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `changed` where the other text lacks it."""

    text: str
    changed: bool = False


Pieces = tuple[Piece, ...]
Stretch = tuple[int, int, int, int, bool]


def differences(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces, the changed words marked; each side's pieces put together give its text again.

    Case counts, the amount of white space does not. A long middle in which nearly all changed is compared sentence by
    sentence and, where even these are too many, marked as a whole: the work is bounded whatever is written.
    """
    old, new = _parts(WORDS, before), _parts(WORDS, after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = "".join(old[head : len(old) - tail]), "".join(new[head : len(new) - tail])
    stretches = [
        ("".join(old[:head]), "".join(new[:head]), False),
        *_compared(middle_old, middle_new),
        ("".join(old[len(old) - tail :]), "".join(new[len(new) - tail :]), False),
    ]
    return _pieces((old, changed) for old, _, changed in stretches), _pieces(
        (new, changed) for _, new, changed in stretches
    )


def _compared(before: str, after: str) -> list[tuple[str, str, bool]]:
    """What stands on both sides of each stretch, and whether it changed."""
    for pattern in (WORDS, SENTENCES):
        old, new = _parts(pattern, before), _parts(pattern, after)
        if max(len(old), len(new)) <= MOST_COMPARED:
            return [("".join(old[a:b]), "".join(new[c:d]), changed) for a, b, c, d, changed in _stretches(old, new)]
    return [(before, after, True)]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    matcher = SequenceMatcher(None, [part.strip() for part in old], [part.strip() for part in new])
    for kind, *bounds in matcher.get_opcodes():
        a, b, c, d = bounds
        yield a, b, c, d, kind != "equal"


def _parts(pattern: re.Pattern[str], text: str) -> list[str]:
    """The text cut into parts, nothing left out: space at its end goes with the last part."""
    ends = [found.end() for found in pattern.finditer(text)]
    if not ends:
        return [text] if text else []
    ends[-1] = len(text)
    return [text[start:end] for start, end in pairwise([0, *ends])]


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many parts both begin with."""
    pairs = zip(old, new, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].strip() == pair[1].strip(), pairs))


def _pieces(stretches: Iterator[tuple[str, bool]]) -> Pieces:
    """Neighbours of one kind put together, empty ones left out; the space before a changed word is not marked."""
    found: list[Piece] = []
    for text, changed in stretches:
        space = text[: len(text) - len(text.lstrip())] if changed else ""
        for part in (Piece(space), Piece(text.removeprefix(space), changed)):
            _append(found, part)
    return tuple(found)


def _append(found: list[Piece], part: Piece) -> None:
    if not part.text:
        return
    if found and found[-1].changed == part.changed:
        part = Piece(found.pop().text + part.text, part.changed)
    found.append(part)
