"""The rules of progress, as pure functions: no database, no clock; `docs/rules.md` explains each with an example."""

from aims.rules.marks import mark_for
from aims.rules.periods import (
    HalfYear,
    counts,
    default_as_at,
    end_of_day,
    half_year,
    half_years_around,
    is_due,
)
from aims.rules.repeats import LastUpdate, no_change_problem
from aims.rules.suggestion import (
    NO_BASELINE,
    DeliveryFacts,
    MilestoneFact,
    Suggestion,
    is_better,
    is_rated,
    suggest_rag,
)
from aims.rules.thresholds import Thresholds
from aims.rules.updates import UpdateContext, UpdateValues, update_problems

__all__ = [
    "NO_BASELINE",
    "DeliveryFacts",
    "HalfYear",
    "LastUpdate",
    "MilestoneFact",
    "Suggestion",
    "Thresholds",
    "UpdateContext",
    "UpdateValues",
    "counts",
    "default_as_at",
    "end_of_day",
    "half_year",
    "half_years_around",
    "is_better",
    "is_due",
    "is_rated",
    "mark_for",
    "no_change_problem",
    "suggest_rag",
    "update_problems",
]
