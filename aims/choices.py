"""Every scale of the strategy's progress: its words, its order and how it is drawn.

Wording, colours and shapes follow the UK reporting conventions ("Status" in the reporting guide): word, shape
and colour always go together, so that no status is ever told by colour alone.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """Where a key activity is in its life, whatever its rating."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETE = "complete", "Complete"
    DEFERRED = "deferred", "Deferred"
    CANCELLED = "cancelled", "Cancelled"


class Rag(models.TextChoices):
    """Delivery confidence of WMCA's own commitment, best first."""

    GREEN = "green", "On track"
    AMBER = "amber", "At risk"
    RED = "red", "Off track"


class Role(models.TextChoices):
    """What the combined authority does about an activity; Influence carries no rating."""

    DELIVER = "deliver", "Deliver"
    ENABLE = "enable", "Enable"
    INFLUENCE = "influence", "Influence"


class Kind(models.TextChoices):
    """Whether an activity has an end; a continuing one never becomes complete."""

    TIME_BOUND = "time_bound", "Time-bound"
    CONTINUING = "continuing", "Continuing"


class Stage(models.TextChoices):
    """How far a progress update has come; returning one makes it a draft again."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"


class Sending(models.TextChoices):
    """What becomes of what a program writes: kept as a draft, or sent for approval."""

    DRAFT = Stage.DRAFT.value, "Keep as a draft"
    SUBMITTED = Stage.SUBMITTED.value, "Send for approval"


class Completion(models.TextChoices):
    """How far an activity's update of one round has come; the first three are still to be sent."""

    NOT_STARTED = "not_started", "Not started"
    DRAFT = "draft", "Draft"
    RETURNED = "returned", "Returned"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"
    NOT_DUE = "not_due", "No longer due"


class Signal(models.TextChoices):
    """What lets the performance office doubt an update, or the lack of one; a question, never a verdict."""

    SILENT = "silent", "Silent for two periods"
    GREEN_OVERDUE = "green_overdue", "On track with overdue milestones"
    BETTER = "better", "Rated better than suggested"
    COPIED = "copied", "The words of last time"
    REPEATED = "repeated", "The same words in several activities"
    RETURN_PASSED = "return_passed", "The promised return to on track has passed"
    RED_WITHOUT_ASK = "red_without_ask", "Off track, and nothing asked of the Board"
    NO_BASELINE = "no_baseline", "No baseline"


class PeriodState(models.TextChoices):
    """The life of a review period."""

    SCHEDULED = "scheduled", "Scheduled"
    OPEN = "open", "Open"
    CLOSING = "closing", "Closing"
    CLOSED = "closed", "Closed"


class Cause(models.TextChoices):
    """Why delivery is at risk: a fixed list, so that delays can be counted."""

    FUNDING = "funding", "Funding or approval"
    PROCUREMENT = "procurement", "Procurement or contract"
    PARTNER = "partner", "Partner or third party"
    PLANNING = "planning", "Planning or consents"
    PEOPLE = "people", "People or skills"
    DESIGN = "design", "Design or scope"
    SUPPLY = "supply", "Supply or cost inflation"
    POLICY = "policy", "Policy or legal change"
    WEATHER = "weather", "Weather or site"
    OTHER = "other", "Other"


class DateField(models.TextChoices):
    """Which promised date a date change request moves."""

    START = "start", "Planned start"
    END = "end", "Planned end"
    MILESTONE = "milestone", "Milestone"


class Decision(models.TextChoices):
    """What became of a date change request."""

    REQUESTED = "requested", "Requested"
    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"


class ChangeKind(models.TextChoices):
    """How the strategy itself can change; what moves is retired and succeeded."""

    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    RETIRED = "retired", "Retired"


class Audience(models.TextChoices):
    """Who may read an event."""

    PUBLIC = "public", "Anyone"
    STAFF = "staff", "Staff and the Board"
    PARTIES = "parties", "The owner, the approver and the office"
    OFFICE = "office", "The performance office"


class NoticeKind(models.TextChoices):
    """What a person is told by mail."""

    KICK_OFF = "kick_off", "The round is open"
    DUE = "due", "Updates are due soon"
    OVERDUE = "overdue", "Updates are overdue"
    ESCALATED = "escalated", "Updates that you approve are overdue"
    CHASED = "chased", "The performance office asks"
    RETURNED = "returned", "An update was returned"
    APPROVED = "approved", "An update was approved"
    DATE_DECIDED = "date_decided", "A new date was decided"
    ACTION_ASKED = "action_asked", "The Board asked for an action"
    ACTION_OVERDUE = "action_overdue", "An action is overdue"
    ANSWERED = "answered", "The Board answered what was asked of it"
    SEAL_BROKEN = "seal_broken", "A sealed review differs from what was sealed"


class MailKind(models.TextChoices):
    """Reminders go in one digest a day; decisions are gathered for some minutes; the rest goes at once."""

    DIGEST = "digest", "Reminder"
    DECISIONS = "decisions", "Decisions"
    CHASE = "chase", "Message of the performance office"
    ALARM = "alarm", "Alarm"


class EventKind(models.TextChoices):
    """What can happen; the label finishes the sentence "<who> …"."""

    UPDATE_DRAFTED = "update.drafted", "saved a draft"
    UPDATE_SUBMITTED = "update.submitted", "sent the update for approval"
    UPDATE_RETURNED = "update.returned", "returned the update"
    UPDATE_APPROVED = "update.approved", "approved the update"
    MILESTONE_ADDED = "milestone.added", "added a milestone"
    MILESTONE_COMPLETED = "milestone.completed", "completed a milestone"
    BASELINE_SET = "baseline.set", "set the baseline"
    DATE_CHANGE_REQUESTED = "date_change.requested", "asked for a new date"
    DATE_CHANGE_AMENDED = "date_change.amended", "changed the new date asked for"
    DATE_CHANGE_AGREED = "date_change.agreed", "agreed a new date"
    DATE_CHANGE_DECLINED = "date_change.declined", "declined a new date"
    EVIDENCE_ADDED = "evidence.added", "attached a file"
    EVIDENCE_WITHDRAWN = "evidence.withdrawn", "withdrew a file"
    OBJECTIVE_ADDED = "objective.added", "added the objective"
    OBJECTIVE_CHANGED = "objective.changed", "changed the objective"
    OBJECTIVE_RETIRED = "objective.retired", "retired the objective"
    ACTIVITY_ADDED = "activity.added", "added the activity"
    ACTIVITY_CHANGED = "activity.changed", "changed the activity"
    ACTIVITY_RETIRED = "activity.retired", "retired the activity"
    CHANGE_PLANNED = "change.planned", "planned a change"
    CHANGE_WITHDRAWN = "change.withdrawn", "withdrew a planned change"
    PERIOD_CREATED = "period.created", "created the review period"
    PERIOD_OPENED = "period.opened", "opened the round"
    PERIOD_CLOSING = "period.closing", "began to close the round"
    PERIOD_CLOSED = "period.closed", "closed the round"
    REVIEW_REOPENED = "review.reopened", "reopened the round"
    REVIEW_AGREED = "review.agreed", "recorded that the Board agreed the review"
    REVIEW_PUBLISHED = "review.published", "published the review"
    REVIEW_CORRECTED = "review.corrected", "added an erratum"
    BOARD_ANSWERED = "board.answered", "recorded the Board's answer"
    ACTION_ASKED = "action.asked", "recorded an action that the Board asked for"
    ACTION_REPORTED = "action.reported", "reported on an action"
    WINDOWS_CHANGED = "period.windows", "changed the windows of the round"
    DEADLINE_EXTENDED = "deadline.extended", "extended the deadline"
    CHASED = "owner.chased", "asked for the updates"
    POST_ADDED = "post.added", "added the post"
    POST_CHANGED = "post.changed", "changed the post"
    POST_HELD = "post.held", "gave the post to somebody"
    POST_LEFT = "post.left", "ended a holding of the post"
    AWARD_CHANGED = "award.changed", "changed the award"
    RETURNER_NAMED = "stream.returner", "named who returns the figures"
    ALLOCATED = "allocation.made", "allocated money"
    ALLOCATION_ENDED = "allocation.ended", "ended an allocation"
    RETURN_SUBMITTED = "funding_return.submitted", "sent a funding return for approval"
    RETURN_APPROVED = "funding_return.approved", "approved a funding return"
    RETURN_GIVEN_BACK = "funding_return.returned", "gave a funding return back"
    PERSON_ADDED = "person.added", "added a person"
    KEY_MADE = "key.made", "made a key for a program"
    KEY_REVOKED = "key.revoked", "revoked a key for a program"
    PERSON_CHANGED = "person.changed", "changed a person"


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a mark is drawn: `shape` names the SVG symbol, `colour` and `ink` are sRGB hex, `pattern` a stroke."""

    shape: str
    symbol: str
    colour: str
    ink: str
    dashed: bool = False


class Mark(models.TextChoices):
    """The one mark that stands for an activity on the wall; the marks split all activities without overlap."""

    COMPLETE = "complete", "Complete"
    GREEN = "green", "On track"
    AMBER = "amber", "At risk"
    RED = "red", "Off track"
    UNRATED = "unrated", "In progress, not rated"
    NO_UPDATE = "no_update", "No update"
    NOT_STARTED = "not_started", "Not started"
    DEFERRED = "deferred", "Deferred"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def drawing(self) -> Drawing:
        """How this mark is drawn on the wall, in tags and in charts."""
        return DRAWINGS[self]

    @property
    def css(self) -> str:
        """The last part of the mark's class name."""
        return self.value.replace("_", "-")


DRAWINGS: dict[Mark, Drawing] = {
    Mark.COMPLETE: Drawing("tick", "✓", "#1d5ba6", "#ffffff"),
    Mark.GREEN: Drawing("circle", "●", "#00703c", "#ffffff"),
    Mark.AMBER: Drawing("triangle", "▲", "#f7ad2d", "#0b0c0c"),
    Mark.RED: Drawing("square", "■", "#aa0f1f", "#ffffff"),
    Mark.UNRATED: Drawing("diamond", "◆", "#ffffff", "#0b5b66"),
    Mark.NO_UPDATE: Drawing("none", "▢", "#ffffff", "#50595f", dashed=True),
    Mark.NOT_STARTED: Drawing("ring", "○", "#b8bec4", "#2b3136"),
    Mark.DEFERRED: Drawing("bar", "▬", "#54319f", "#ffffff"),
    Mark.CANCELLED: Drawing("slash", "╱", "#3d3d3d", "#ffffff"),
}
