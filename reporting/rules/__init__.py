"""The rules of roll-up, as pure functions: no database, no clock; `docs/rules.md` explains each with an example."""

from reporting.rules.counts import ActivityPosition, Counts, tally
from reporting.rules.headlines import Member, Verdict, headline, score, worst_member
from reporting.rules.movement import Movement, direction, movement_of, movement_sentence
from reporting.rules.sentences import Piece, position_pieces, position_sentence
from reporting.rules.shares import share, share_text

__all__ = [
    "ActivityPosition",
    "Counts",
    "Member",
    "Movement",
    "Piece",
    "Verdict",
    "direction",
    "headline",
    "movement_of",
    "movement_sentence",
    "position_pieces",
    "position_sentence",
    "score",
    "share",
    "share_text",
    "tally",
    "worst_member",
]
