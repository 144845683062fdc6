"""The rules of progress, as pure functions: no database, no clock; `docs/rules.md` explains each with an example."""

from aims.rules.completion import SENT, TO_SEND, completion_of
from aims.rules.marks import mark_for
from aims.rules.periods import (
    HalfYear,
    counts,
    default_as_at,
    end_of_day,
    half_year,
    half_years_around,
    is_due,
    opening_deadline,
)
from aims.rules.quality import Finding, QualityFacts, Said, likeness, quality_findings, repeated, words_of
from aims.rules.reminders import (
    Deadline,
    Reminder,
    escalations_until,
    is_decent_hour,
    reminder_to_tell,
    reminders_until,
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
    "SENT",
    "TO_SEND",
    "Deadline",
    "DeliveryFacts",
    "Finding",
    "HalfYear",
    "LastUpdate",
    "MilestoneFact",
    "QualityFacts",
    "Reminder",
    "Said",
    "Suggestion",
    "Thresholds",
    "UpdateContext",
    "UpdateValues",
    "completion_of",
    "counts",
    "default_as_at",
    "end_of_day",
    "escalations_until",
    "half_year",
    "half_years_around",
    "is_better",
    "is_decent_hour",
    "is_due",
    "is_rated",
    "likeness",
    "mark_for",
    "no_change_problem",
    "opening_deadline",
    "quality_findings",
    "reminder_to_tell",
    "reminders_until",
    "repeated",
    "suggest_rag",
    "update_problems",
    "words_of",
]
