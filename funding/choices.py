"""How money may be spent, how it moves, and how far a return has come."""

from django.db import models


class SpendKind(models.TextChoices):
    """What an award may pay for."""

    CAPITAL = "capital", "Capital"
    REVENUE = "revenue", "Revenue"
    MIXED = "mixed", "Capital and revenue"


class AmountKind(models.TextChoices):
    """Which of a stream's two amounts a dated change moves."""

    AWARD = "award", "Award"
    OVER_PROGRAMMING = "over_programming", "Over-programming"


class ReturnStage(models.TextChoices):
    """How far a funding return has come; one that was given back is followed by a new revision."""

    SUBMITTED = "submitted", "Waiting for approval"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"


class SumUnit(models.IntegerChoices):
    """What one in a file's columns of sums stands for."""

    POUNDS = 1, "Pounds"
    THOUSANDS = 1_000, "Thousands of pounds (£000)"
    MILLIONS = 1_000_000, "Millions of pounds (£m)"


class ImportState(models.TextChoices):
    """How far a file of returns has come."""

    READING = "reading", "Being read"
    TO_NAME = "to_name", "Waits for its columns to be named"
    REFUSED = "refused", "Cannot be taken over"
    READ = "read", "Waits to be taken over"
    STOPPED = "stopped", "Stopped"
    TAKING_OVER = "taking_over", "Being taken over"
    TAKEN_OVER = "taken_over", "Taken over"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it."""
        return self in (ImportState.READING, ImportState.TAKING_OVER, ImportState.UNDOING)
