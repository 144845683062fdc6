"""The one mark that stands for an activity."""

from aims.choices import Mark, Rag, State
from aims.rules.suggestion import is_rated

_BY_STATE = {
    State.COMPLETE.value: Mark.COMPLETE,
    State.NOT_STARTED.value: Mark.NOT_STARTED,
    State.DEFERRED.value: Mark.DEFERRED,
    State.CANCELLED.value: Mark.CANCELLED,
}


def mark_for(state: str | None, rag: str | None, role: str, has_counting_update: bool, due: bool) -> Mark:
    """The mark of an activity in a period.

    `state` and `rag` are those of its counting update, else of its last approved one (None: never reported).
    What was due and has no counting update is "no update" whatever it was before; so is what nothing is known of.
    """
    if (due and not has_counting_update) or state is None:
        return Mark.NO_UPDATE
    if state != State.IN_PROGRESS:
        return _BY_STATE[state]
    if rag and is_rated(role, state):
        return Mark(Rag(rag).value)
    return Mark.UNRATED
