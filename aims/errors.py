"""What can go wrong when progress is written; each says what to do next, in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aims.models import ProgressUpdate


class AimsError(Exception):
    """A refusal with a sentence for the person; nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(AimsError):
    """The person may not do this, however they are signed in."""


class NoRound(AimsError):
    """No period takes this update now."""


class Incomplete(AimsError):
    """The update cannot be sent yet; `problems` maps field names to what to do."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("The update needs more before it can be sent")
        self.problems = problems


class Stale(AimsError):
    """Somebody saved in between; `current` is what stands now, so that nothing is lost."""

    def __init__(self, current: ProgressUpdate) -> None:
        super().__init__("Somebody else has saved this update since you opened it")
        self.current = current


class Overtaken(AimsError):
    """Somebody changed this part of the strategy in between; the page shows what stands now beside what was written."""


class AlreadyDecided(AimsError):
    """Somebody decided first; the message says who and what."""


class Refused(AimsError):
    """The request makes no sense as things stand; the message says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What to do about one activity's row of a workbook, at the cell of a field."""

    number: str
    field: str
    message: str


class RowsRefused(AimsError):
    """Some rows of a workbook cannot be taken as things stand, so that none was."""

    def __init__(self, rows: Sequence[RowProblem]) -> None:
        super().__init__("Nothing was changed: some rows cannot be taken as they are")
        self.rows = tuple(rows)
