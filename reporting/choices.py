"""The scales that aggregation adds: what is summed over, its headline and its movement."""

from django.db import models


class Scope(models.TextChoices):
    """What a summary sums over; its key is the reference within that scope ("" for the strategy)."""

    STRATEGY = "strategy", "Strategy"
    AIM = "aim", "Aim"
    OBJECTIVE = "objective", "Objective"
    ORGANISATION = "organisation", "Organisation"
    PLACE = "place", "Place"
    ROLE = "role", "Role"
    STREAM = "stream", "Funding stream"


class Headline(models.TextChoices):
    """The one word for a scope; also the class of its tag."""

    COMPLETE = "complete", "Complete"
    GREEN = "green", "On track"
    AMBER = "amber", "At risk"
    RED = "red", "Off track"
    NOT_RATED = "not_rated", "Not rated"
    NOT_ENOUGH = "not_enough_evidence", "Not enough evidence"


class Direction(models.TextChoices):
    """Direction of travel against an earlier review: better and worse, never a number up or down."""

    BETTER = "better", "Improving"
    SAME = "same", "No change"
    WORSE = "worse", "Worsening"
    NOT_COMPARABLE = "not_comparable", "Not comparable"

    @property
    def symbol(self) -> str:
        """The mark that goes before the word."""
        return {"better": "▲", "same": "►", "worse": "▼"}.get(self.value, "–")
