"""The cover of the Board's paper, as the office fills it in before it closes a round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting.choices import Verb
from reporting.lines.rows import Recommendation

USUAL = (
    Recommendation(number="1", verb=Verb.NOTE, text="the position of the strategy, and what has changed since."),
    Recommendation(number="2", verb=Verb.AGREE, text="what each exception asks of the Board."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """When the Board meets, which director presents, what it is asked to do."""

    board_on: date | None = None
    director: str = ""
    recommendations: tuple[Recommendation, ...] = USUAL


NOTHING_ON_IT = Cover()
