"""The scales that reporting adds: what is summed over, its headline and movement; what a review is made of."""

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


class LineKind(models.TextChoices):
    """What a sealed line tells of; lines stand in this order."""

    REVIEW = "review", "Review"
    STRATEGY = "strategy", "Strategy"
    AIM = "aim", "Aim"
    OBJECTIVE = "objective", "Objective"
    ACTIVITY = "activity", "Key activity"
    MILESTONE = "milestone", "Milestone"
    STREAM = "stream", "Funding stream"
    ALLOCATION = "allocation", "Allocation"
    ORGANISATION = "organisation", "Organisation"
    PLACE = "place", "Place"
    ROLE = "role", "Role"
    DATE_MOVE = "date_move", "Date moved"
    CHANGE = "change", "Change of the strategy"
    ACTION = "action", "Action asked for"


class ReviewStage(models.TextChoices):
    """How far a review has come; a reopened one is history, kept with its seal."""

    SEALED = "sealed", "Sealed"
    AGREED = "agreed", "Agreed"
    PUBLISHED = "published", "Published"
    REOPENED = "reopened", "Reopened"


class Reply(models.TextChoices):
    """What the Board answered to an ask."""

    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"
    DEFERRED = "deferred", "Deferred"
    NOTED = "noted", "Noted"


class Quality(models.TextChoices):
    """What a reader of an activity's line should know of what it rests on."""

    PROPOSED = "proposed", "Owner, role and kind not confirmed"
    NO_BASELINE = "no_baseline", "No baseline"
    CARRIED_FORWARD = "carried_forward", "Carried forward"
    NEVER_REPORTED = "never_reported", "Never reported"
    OVERRIDDEN = "overridden", "Rated better than the dates suggest"


class Verb(models.TextChoices):
    """What the Board is asked to do with a recommendation."""

    NOTE = "note", "Note"
    ENDORSE = "endorse", "Endorse"
    APPROVE = "approve", "Approve"
    AGREE = "agree", "Agree"


class PackAudience(models.TextChoices):
    """Who may read a pack: the exempt one holds what Schedule 12A keeps from the public."""

    PUBLIC = "public", "Public"
    EXEMPT = "exempt", "Exempt"


class PackFormat(models.TextChoices):
    """The forms of the pack, by the ending of the file's name."""

    HTML = "html", "Web page"
    PDF = "pdf", "PDF"
    WORD = "docx", "Word"
    EXCEL = "xlsx", "Excel"
    CSV = "zip", "CSV with metadata"
