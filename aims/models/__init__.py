"""The strategy and its progress, one subject a file."""

from aims.models.changes import StrategyChange
from aims.models.dates import DateChangeRequest, Milestone
from aims.models.editors import UpdateEditor
from aims.models.events import Event
from aims.models.evidence import EvidenceFile
from aims.models.notices import Mail, MailPreference, Notice
from aims.models.periods import Extension, ReviewPeriod
from aims.models.progress import ProgressUpdate
from aims.models.strategy import Aim, KeyActivity, Objective, Place, Strategy
from aims.models.workbooks import Workbook

__all__ = [
    "Aim",
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
    "ReviewPeriod",
    "Strategy",
    "StrategyChange",
    "UpdateEditor",
    "Workbook",
]
