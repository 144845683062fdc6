"""What an uploaded workbook would change, before it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from aims.models import KeyActivity, Workbook
from aims.rules import UpdateValues
from aims.rules.wording import long_date
from aims.selectors.card import Card
from aims.selectors.workbooks import cards_now
from aims.services.workbooks import LEAVE, SEND, Entry, entries_of, moved
from aims.workbooks.columns import ANSWERS, LISTS, Answer, Column, told

NOTHING = {"forecast": "As now", "exempt_paragraph": "Not exempt"}


@dataclass(frozen=True, slots=True)
class Change:
    """One answer: what the card opens with, and what the workbook says."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One activity's update as the workbook would leave it; `problem` says why it cannot any more."""

    activity: KeyActivity
    is_sent: bool
    changes: tuple[Change, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Preview:
    """All that a workbook would do: what is sent, what is saved, and the numbers that it leaves alone."""

    planned: tuple[Planned, ...]
    gone: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def sent(self) -> int:
        """How many updates go for approval."""
        return sum(one.is_sent for one in self.planned)

    @property
    def drafted(self) -> int:
        """How many are kept as drafts."""
        return len(self.planned) - self.sent

    @property
    def is_possible(self) -> bool:
        """Whether nothing moved since the workbook was uploaded."""
        return not self.gone and not any(one.problem for one in self.planned)


def preview_of(workbook: Workbook, by: User, on: date) -> Preview:
    """The preview of a workbook that waits; as many queries for one activity as for all."""
    entries = entries_of(workbook)
    told_of = [entry for entry in entries if entry.step != LEAVE]
    cards = cards_now(by, on, [entry.number for entry in told_of])
    return Preview(
        planned=tuple(_planned(entry, cards[entry.number]) for entry in told_of if entry.number in cards),
        gone=tuple(entry.number for entry in told_of if entry.number not in cards),
        left=tuple(entry.number for entry in entries if entry.step == LEAVE),
    )


def _planned(entry: Entry, card: Card) -> Planned:
    return Planned(
        activity=card.activity,
        is_sent=entry.step == SEND,
        changes=tuple(_changes(card.activity, card.values, entry.values)),
        problem=moved(entry.version, entry.basis, card),
    )


def _changes(activity: KeyActivity, before: UpdateValues, after: UpdateValues) -> Iterator[Change]:
    stood, says = told(before, activity), told(after, activity)
    for column in ANSWERS:
        if stood[column.field] != says[column.field]:
            yield Change(column.heading, _in_words(column, stood[column.field]), _in_words(column, says[column.field]))


def _in_words(column: Column, answer: Answer) -> str:
    if isinstance(answer, date):
        return long_date(answer)
    if not answer:
        return NOTHING.get(column.field, "")
    return LISTS[column.field][answer] if column.field in LISTS else answer
