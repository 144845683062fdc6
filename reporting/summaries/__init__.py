"""Positions, parts and summaries, computed in SQL from approved updates, dates and the strategy.

Positions come from the updates, parts from the positions, summaries from the parts; each step can be done for a few
activities, objectives or scopes, or for the whole period. Callers hold the locks (`reporting.locks`).
"""

from reporting.summaries.parts import write_parts
from reporting.summaries.positions import Written, write_positions
from reporting.summaries.rounds import Round, known_of, round_of
from reporting.summaries.sums import write_summaries

__all__ = ["Round", "Written", "known_of", "round_of", "write_parts", "write_positions", "write_summaries"]
