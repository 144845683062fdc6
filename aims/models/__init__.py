"""The strategy and its progress, one subject a file."""

from aims.models.actions import ActionReport, BoardAction
from aims.models.changes import StrategyChange
from aims.models.dates import DateChangeRequest, Milestone
from aims.models.editors import UpdateEditor
from aims.models.events import Event
from aims.models.evidence import EvidenceFile
from aims.models.notices import Mail, MailPreference, Notice
from aims.models.periods import Extension, ReviewPeriod
from aims.models.progress import ProgressUpdate
from aims.models.reopening import ReopenedActivity, Reopening
from aims.models.strategy import Aim, KeyActivity, Objective, Place, Strategy
from aims.models.workbooks import Workbook

__all__ = [
    "ActionReport",
    "Aim",
    "BoardAction",
    "DateChangeRequest",
    "Event",
    "EvidenceFile",
    "Extension",
    "KeyActivity",
    "Mail",
    "MailPreference",
    "Milestone",
    "Notice",
    "Objective",
    "Place",
    "ProgressUpdate",
    "ReopenedActivity",
    "Reopening",
    "ReviewPeriod",
    "Strategy",
    "StrategyChange",
    "UpdateEditor",
    "Workbook",
]
