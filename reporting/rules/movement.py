"""Direction of travel: better, same or worse than an earlier review, and the sentence about many."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reporting.choices import Direction
from reporting.rules.shares import percent_text

# Marks and headlines share these four words; every other mark or headline is not comparable.
_WORST_FIRST = ("red", "amber", "green", "complete")


@dataclass(frozen=True, slots=True)
class Movement:
    """How many activities, or scopes, went which way."""

    better: int = 0
    same: int = 0
    worse: int = 0
    not_comparable: int = 0

    @property
    def comparable(self) -> int:
        """The denominator of every share of movement."""
        return self.better + self.same + self.worse


def direction(now: str | None, before: str | None, *, rebaselined: bool = False) -> Direction:
    """The way from an earlier mark or headline to this one; None, any other word or a re-baseline compare with none."""
    if rebaselined or now not in _WORST_FIRST or before not in _WORST_FIRST:
        return Direction.NOT_COMPARABLE
    step = _WORST_FIRST.index(now) - _WORST_FIRST.index(before)
    if step == 0:
        return Direction.SAME
    return Direction.BETTER if step > 0 else Direction.WORSE


def movement_of(directions: Iterable[Direction]) -> Movement:
    """The directions counted."""
    found = Counter(directions)
    return Movement(
        better=found[Direction.BETTER],
        same=found[Direction.SAME],
        worse=found[Direction.WORSE],
        not_comparable=found[Direction.NOT_COMPARABLE],
    )


def movement_sentence(movement: Movement) -> str:
    """The movement in words with its denominator."""
    held = movement.better + movement.same
    if movement.comparable == 0:
        return "No activity can be compared with the earlier review."
    if movement.comparable == 1:
        return f"The one comparable activity {'improved or stayed the same' if held else 'worsened'}."
    percent = percent_text(held, movement.comparable)
    return f"{percent} of {movement.comparable} comparable activities improved or stayed the same.".capitalize()
