"""The strategy and its progress, one subject a file."""

from aims.models.dates import DateChangeRequest, Milestone
from aims.models.editors import UpdateEditor
from aims.models.events import Event
from aims.models.periods import Extension, ReviewPeriod
from aims.models.progress import ProgressUpdate
from aims.models.strategy import Aim, KeyActivity, Objective, Place, Strategy

__all__ = [
    "Aim",
    "DateChangeRequest",
    "Event",
    "Extension",
    "KeyActivity",
    "Milestone",
    "Objective",
    "Place",
    "ProgressUpdate",
    "ReviewPeriod",
    "Strategy",
    "UpdateEditor",
]
