"""The rules of money that need no database."""

from funding.rules.money import in_billions, in_millions
from funding.rules.returns import Around, Figures, month_of, problems_of, warnings_of
from funding.rules.variance import Variance, Word, variance

__all__ = [
    "Around",
    "Figures",
    "Variance",
    "Word",
    "in_billions",
    "in_millions",
    "month_of",
    "problems_of",
    "variance",
    "warnings_of",
]
