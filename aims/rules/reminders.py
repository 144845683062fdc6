"""Which reminder of a round falls on which day, and which one is to be told now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from aims.choices import NoticeKind
from aims.rules.periods import LONDON

DUE_IN = (14, 7, 1)
OVERDUE_BY = (1, 7)
WEEK = 7
FIRST_HOUR, LAST_HOUR = 8, 20  # on the clock in London; nobody is reminded at night


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when one post's updates are taken in a round, both days included.

    `known_on` is the day on which this deadline was set: the opening, or the day on which it was moved or extended.
    """

    opened_on: date
    known_on: date
    day: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """One step of the way to a deadline and past it; `days` is the distance to it, None for the kick-off."""

    on: date
    kind: NoticeKind
    days: int | None = None

    @property
    def name(self) -> str:
        """Its name in keys and in print, "due-7"."""
        kind = self.kind.replace("_", "-")
        return kind if self.days is None else f"{kind}-{self.days}"


def reminders_until(deadline: Deadline, on: date) -> tuple[Reminder, ...]:
    """The reminders that fall on a day or before it, in order.

    What would have fallen before the deadline was known is left out, and so is what falls on the day of the opening:
    the kick-off says it all.
    """
    steps = [
        *(Reminder(deadline.day - timedelta(days=days), NoticeKind.DUE, days) for days in DUE_IN),
        *(Reminder(deadline.day + timedelta(days=days), NoticeKind.OVERDUE, days) for days in OVERDUE_BY),
        *_weekly(deadline.day, on),
    ]
    fallen = [step for step in steps if deadline.known_on <= step.on <= on and step.on > deadline.opened_on]
    if on < deadline.opened_on:
        return ()
    return (Reminder(deadline.opened_on, NoticeKind.KICK_OFF), *fallen)


def escalations_until(deadline: Deadline, on: date) -> tuple[Reminder, ...]:
    """What the approvers of a post are told of it: nothing until it is a week overdue, then as often as its holders."""
    late = [step for step in reminders_until(deadline, on) if step.kind == NoticeKind.OVERDUE]
    return tuple(replace(step, kind=NoticeKind.ESCALATED) for step in late if step.days and step.days >= WEEK)


def reminder_to_tell(fallen: Sequence[Reminder], told: Collection[str]) -> Reminder | None:
    """The one reminder to tell of those that have fallen, given the names of those told before; None: there is none.

    The latest: after days of silence it alone catches up. Once a later one was told, because the clock went back
    since, none that lies before it follows.
    """
    told_later = set(told) - {reminder.name for reminder in fallen}
    if not fallen or told_later or fallen[-1].name in told:
        return None
    return fallen[-1]


def is_decent_hour(now: datetime) -> bool:
    """Whether reminders may go out at an instant: from 08:00 until 20:00 in London."""
    return FIRST_HOUR <= now.astimezone(LONDON).hour < LAST_HOUR


def _weekly(day: date, on: date) -> list[Reminder]:
    first = max(OVERDUE_BY) + WEEK
    late = range(first, (on - day).days + 1, WEEK)
    return [Reminder(day + timedelta(days=days), NoticeKind.OVERDUE, days) for days in late]
