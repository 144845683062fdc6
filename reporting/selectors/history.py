"""What happened to an activity, as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.querysets import Asker
from aims.choices import DateField, EventKind, Rag, State
from aims.models import DateChangeRequest, Event, KeyActivity
from aims.querysets import sees_live
from aims.rules.wording import long_date
from aims.selectors.naming import STRATEGY_EVENTS, Names, differences_of, names_for
from reporting.choices import Reply
from reporting.selectors.money_words import ALLOCATIONS, of_target

ENTRIES_SHOWN = 60
DECISIONS = (EventKind.BOARD_ANSWERED, EventKind.ACTION_ASKED, EventKind.ACTION_REPORTED)
OF_DATES = (
    EventKind.DATE_CHANGE_REQUESTED,
    EventKind.DATE_CHANGE_AMENDED,
    EventKind.DATE_CHANGE_AGREED,
    EventKind.DATE_CHANGE_DECLINED,
)
BY_THE_OFFICE = (*STRATEGY_EVENTS, *DECISIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline; `status` and its label are empty where none was given."""

    who: str
    what: str
    when: datetime
    detail: str
    status: str
    status_label: str


def history_of(activity: KeyActivity, user: Asker, on: date, until: datetime | None = None) -> Sequence[Entry]:
    """The latest events that the person may read, up to an instant, newest first; one query, some more for names.

    Staff and the Board read who acted; anyone else reads the post.
    """
    seen = Event.objects.visible_to(user, on).filter(activity=activity)
    told = seen.filter(at__lte=until) if until else seen
    rows = told.select_related("by", "via__organisation", "owner", "period", "milestone", "date_change__milestone")
    events = list(rows.order_by("-at", "-id")[:ENTRIES_SHOWN])
    names_people = sees_live(user)
    names = names_for(
        terms for event in events if event.kind in STRATEGY_EVENTS for terms in (event.before, event.after)
    )
    return [_entry(event, activity, names_people, names) for event in events]


def _entry(event: Event, activity: KeyActivity, names_people: bool, names: Names) -> Entry:
    status, label = _status(event.after)
    return Entry(
        who=_who(event, activity, names_people),
        what=_what(event),
        when=event.at,
        detail=_agreed(event, names) if event.kind in STRATEGY_EVENTS else _detail(event),
        status=status,
        status_label=label,
    )


def _who(event: Event, activity: KeyActivity, names_people: bool) -> str:
    if names_people or event.via or event.by is None:
        return event.who
    if event.kind == EventKind.ACTION_REPORTED and event.owner:
        return event.owner.title
    return "The performance office" if event.kind in BY_THE_OFFICE else activity.owner.title


def _agreed(event: Event, names: Names) -> str:
    """What changed of the activity itself, and why."""
    changed = [difference.sentence for difference in differences_of(event.before, event.after, names)]
    begins = f"From {event.period.label} on" if event.period else ""
    return ". ".join(filter(None, [*changed, begins, event.after.get("reason", "")]))


def _what(event: Event) -> str:
    words = EventKind(event.kind).label
    if event.after.get("no_change"):
        words = "sent “no change since last time” for approval"
    told_of = event.period and (event.update_id or event.kind in DECISIONS)
    return f"{words} for {event.period.label}" if event.period and told_of else words


def _status(after: Mapping[str, Any]) -> tuple[str, str]:
    if after.get("rag"):
        return after["rag"], Rag(after["rag"]).label
    if after.get("state"):
        return after["state"], State(after["state"]).label
    return "", ""


def _detail(event: Event) -> str:
    if event.kind in OF_DATES:
        return _date_change(event)
    if event.kind in ALLOCATIONS:
        return of_target(event)
    if event.after.get("file"):
        return str(event.after["file"])
    if event.milestone:
        return event.milestone.title
    if event.after.get("reply"):
        return f"{Reply(event.after['reply']).label}: {event.after['text']}"
    return event.after.get("note") or event.after.get("narrative") or event.after.get("text") or ""


def _date_change(event: Event) -> str:
    dates = " to ".join(long_date(date.fromisoformat(values["date"])) for values in (event.before, event.after))
    words = event.after.get("reason") or event.after.get("note") or ""
    return f"{_moved(event.date_change)}: {dates}. {words}".strip()


def _moved(change: DateChangeRequest | None) -> str:
    if change is None:
        return "Date"
    return change.milestone.title if change.milestone else DateField(change.field).label
