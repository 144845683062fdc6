"""How far an activity's update of a round has come, as the performance office counts it."""

from typing import Final

from aims.choices import Completion, Stage

TO_SEND: Final = (Completion.NOT_STARTED, Completion.DRAFT, Completion.RETURNED)
SENT: Final = (Completion.SUBMITTED, Completion.APPROVED)


def completion_of(*, due: bool, open_stage: str | None, has_return_note: bool, has_approved: bool) -> Completion:
    """The state of completion of one activity in one round.

    Only updates that stand in this round are asked about: `open_stage` is the stage of the one that is not signed off
    (None: there is none), `has_approved` says that another one is. What was written after the deadline stands in the
    next round and starts nothing here.
    """
    if open_stage == Stage.SUBMITTED:
        return Completion.SUBMITTED
    if has_approved:
        return Completion.APPROVED
    if open_stage == Stage.DRAFT:
        return Completion.RETURNED if has_return_note else Completion.DRAFT
    return Completion.NOT_STARTED if due else Completion.NOT_DUE
