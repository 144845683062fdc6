"""Composing the lines of a review from the database, as it stands when a round is closed."""

from reporting.sealing.composing import expected, lines_of
from reporting.sealing.cover import NOTHING_ON_IT, Cover

__all__ = ["NOTHING_ON_IT", "Cover", "expected", "lines_of"]
