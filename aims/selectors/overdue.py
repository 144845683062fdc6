"""Who is to be reminded that an action of theirs is overdue: each person once, in the digest of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from aims.choices import NoticeKind
from aims.models import BoardAction, Notice
from aims.selectors.reminders import holders_of_each, not_reminded


@dataclass(frozen=True, slots=True)
class PlannedOfAction:
    """One reminder to one person about one action whose day has gone by."""

    person: User
    action: BoardAction

    @property
    def key(self) -> str:
        """Its name among all notices to the person."""
        return f"action-overdue {self.action.reference}"


def planned_of_actions(on: date) -> list[PlannedOfAction]:
    """What is to be told on a day to whoever holds the posts, deputies included; one query where nothing is overdue."""
    overdue = BoardAction.objects.overdue(on).filter(period__strategy__is_in_force=True)
    actions = list(overdue.select_related("period", "owner").order_by("due_on", "pk"))
    if not actions:
        return []
    told = set(Notice.objects.filter(kind=NoticeKind.ACTION_OVERDUE).values_list("person", "action"))
    holders, silent = holders_of_each({action.owner_id for action in actions}, on), not_reminded(on)
    return [
        PlannedOfAction(person, action)
        for action in actions
        for person in holders[action.owner_id]
        if person.pk not in silent and (person.pk, action.pk) not in told
    ]
