"""Something about a sealed review that is not as it was sealed."""

from __future__ import annotations

from dataclasses import dataclass

from reporting.models import Review, SealedLine


@dataclass(frozen=True, slots=True)
class Finding:
    """What differs, and where: the review by its period and how often it was sealed, the line by place and name."""

    review: str
    line: str
    what: str

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.review, self.line])) + f": {self.what}"

    @classmethod
    def of(cls, review: Review, what: str) -> Finding:
        """One about a review as a whole."""
        return cls(_name(review), "", what)

    @classmethod
    def of_line(cls, review: Review, line: SealedLine, what: str) -> Finding:
        """One about a line."""
        return cls(_name(review), f"line {line.position} ({line.kind} {line.key})".replace(" )", ")"), what)


def _name(review: Review) -> str:
    return f"{review.period.slug} sealed for the {ORDINALS.get(review.number, f'{review.number}th')} time"


ORDINALS = {1: "first", 2: "second", 3: "third"}
