"""What the Board asked for and how far it is: of one review, of one person, of one action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.querysets import Asker
from aims.models import ActionReport, BoardAction, ReviewPeriod
from aims.querysets import BoardActionQuerySet, sees_live
from aims.rules.wording import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """One action; `said` is the latest report, empty where nothing was reported, `days_left` negative once overdue."""

    action: BoardAction
    said: str
    is_done: bool
    days_left: int

    @property
    def is_overdue(self) -> bool:
        """Whether its day has gone by and nobody has reported it done."""
        return not self.is_done and self.days_left < 0

    @property
    def words(self) -> str:
        """How far it is, as lists print it."""
        if self.is_done:
            return "Done"
        due = long_date(self.action.due_on)
        return f"Was due {due}" if self.is_overdue else f"Due {due}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One report on an action; `who` is the person for staff and the Board, the post for anyone else."""

    text: str
    is_done: bool
    at: datetime
    who: str


def open_actions(user: Asker, on: date) -> tuple[ActionItem, ...]:
    """The open actions of the posts that a person holds, the one due first at the top; one query."""
    rows = BoardAction.objects.visible_to(user, on).answered_by(user, on).open()
    return _items(rows.order_by("due_on", "period__starts", "number"), on)


def actions_of(period: ReviewPeriod, user: Asker, on: date) -> tuple[ActionItem, ...]:
    """All that the Board asked for in one review, by number; one query."""
    rows = BoardAction.objects.visible_to(user, on).filter(period=period).with_last_report()
    return _items(rows.order_by("number"), on)


def item_of(action: BoardAction, on: date) -> ActionItem:
    """One action as lists show it; one query."""
    return _items(BoardAction.objects.filter(pk=action.pk).with_last_report(), on)[0]


def reports_on(action: BoardAction, user: Asker) -> tuple[Reported, ...]:
    """What was reported about an action, the latest first; one query."""
    reports = action.reports.select_related("by").order_by("-pk")
    return tuple(_reported(report, action, sees_live(user)) for report in reports)


def _items(rows: BoardActionQuerySet, on: date) -> tuple[ActionItem, ...]:
    return tuple(_item(action, on) for action in rows.select_related("period", "owner__organisation", "activity"))


def _item(action: Any, on: date) -> ActionItem:
    """From a row with its last report."""
    return ActionItem(
        action=action,
        said=action.last_report or "",
        is_done=bool(action.is_done),
        days_left=(action.due_on - on).days,
    )


def _reported(report: ActionReport, action: BoardAction, names_people: bool) -> Reported:
    who = report.by.name if names_people else action.owner.title
    return Reported(text=report.text, is_done=report.is_done, at=report.at, who=who)
