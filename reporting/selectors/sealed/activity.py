"""One key activity as a closed review told it, and what the reviews before had said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aims.choices import Mark, Rag, State
from aims.rules.differences import differences
from aims.selectors.naming import Difference
from reporting.choices import LineKind, Quality
from reporting.lines import rows
from reporting.lines.book import Book
from reporting.lines.rows import ActivityLine, ChangeLine, DateMoveLine, Exempt, Promised
from reporting.selectors.activity import Neighbour, Stand, Tag, Told
from reporting.selectors.annex import AskedItem, Link
from reporting.selectors.behind import Behind
from reporting.selectors.dates import PromisedDate
from reporting.selectors.errata import Note
from reporting.selectors.exceptions import BoardAnswer, reasons_of
from reporting.selectors.money import Money
from reporting.selectors.sealed.aims import payers_in
from reporting.selectors.sealed.exceptions import in_words, paid_in_all
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.milestones import milestones_of, variance_in_words
from reporting.selectors.sealed.review import asked_item, facts_of

NOTHING_EXEMPT = Exempt(narrative="", paragraph=None, evidence="")

# The fields whose errata stand beside each part of the page; all others stand under its heading.
FIELDS = {
    "stand": ("mark", "state", "rag", "forecast_rag", "direction", "long_direction", "overdue_milestones", "is_due"),
    "told": ("update", "carried"),
    "money": ("paid",),
    "dates": ("start", "end", "moves"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBefore:
    """What one earlier review said; `line` is as it was sealed."""

    label: str
    url: str
    line: ActivityLine


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the reviews up to this one sealed about an activity: its lines, the latest first, its moves, its changes."""

    lines: Sequence[SealedBefore] = ()
    moves: Sequence[DateMoveLine] = ()
    changes: Sequence[ChangeLine] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier review on the page; nothing was told where an update was due and none came."""

    label: str
    url: str
    tag: Tag
    told: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the activity itself, in the words of when it was agreed."""

    of: str
    reason: str
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedActivity:
    """Everything on the page; `notes` are the errata by the part of the page that they stand beside."""

    line: ActivityLine
    facts: Sequence[str]
    aim: Link
    objective: Link
    stand: Stand
    quality: Sequence[str]
    money: Money
    promises: Sequence[PromisedDate]
    earlier: Sequence[Earlier]
    moves: Sequence[DateMoveLine]
    changes: Sequence[Change]
    asked: Sequence[AskedItem]
    answer: BoardAnswer | None
    notes: dict[str, Sequence[Note]]
    previous: Neighbour | None
    next: Neighbour | None

    @property
    def has_dates(self) -> bool:
        """Whether any date was ever promised."""
        return any(promise.agreed for promise in self.promises)


def sealed_activity(book: Book, later: Later, number: str, history: History) -> SealedActivity | None:
    """The page, None where the review knows no such activity; with the exempt part that the book has of it."""
    line = book.by_number.get(number)
    if line is None:
        return None
    links, place = Links(book.head.slug), book.activities.index(line)
    aim = next(each for each in book.aims if number.startswith(f"{each.number}."))
    return SealedActivity(
        line=line,
        facts=facts_of(book, later),
        aim=Link(f"{aim.number} {aim.title}", links.aims()(aim.number)),
        objective=Link(_objective(book, line), links.objectives()(line.objective)),
        stand=_stand(line, book.exempt.get(number, NOTHING_EXEMPT)),
        quality=[Quality(flag).label for flag in line.quality],
        money=_money(book, line),
        promises=_promises(book, later, line),
        earlier=[_earlier(each) for each in history.lines],
        moves=history.moves,
        changes=[_change(each) for each in history.changes],
        asked=[asked_item(action, book, links) for action in book.actions if action.activity == number],
        answer=later.answers.get(number),
        notes=_notes(later, number),
        previous=_neighbour(book, place - 1),
        next=_neighbour(book, place + 1),
    )


def _objective(book: Book, line: ActivityLine) -> str:
    found = next(each for each in book.objectives if each.number == line.objective)
    return f"{found.number} {found.statement}"


def _stand(line: ActivityLine, exempt: Exempt) -> Stand:
    was = line.previous_mark
    return Stand(
        tag=Tag(value=line.mark.value, label=line.mark.label),
        carried=_status(line.state, line.rag) if line.mark == Mark.NO_UPDATE else None,
        direction=line.direction,
        long_direction=line.long_direction,
        was=f"was {was.label}" if was and was != line.mark else "",
        overdue_milestones=line.overdue_milestones,
        told=told_in(line.update, exempt) if line.update else None,
    )


def _status(state: State | None, rag: Rag | None) -> Tag | None:
    found = rag or state
    return Tag(value=found.value, label=str(found.label)) if found else None


def _rag(rag: Rag | None) -> Tag | None:
    return Tag(value=rag.value, label=rag.label) if rag else None


def told_in(update: rows.Told, exempt: Exempt = NOTHING_EXEMPT) -> Told:
    """What a sealed update says, with the exempt part that is given."""
    return Told(
        pk=0,
        period=update.period,
        as_at=update.as_at,
        tag=_status(update.state, update.rag),
        forecast=_rag(update.forecast_rag),
        suggested=_rag(update.suggested_rag),
        suggestion_reason=update.suggestion_reason,
        narrative=update.narrative,
        exempt=in_words(exempt),
        reasons=reasons_of(update),
        ask=update.ask,
        evidence=exempt.evidence,
        is_no_change=update.is_no_change,
    )


def _money(book: Book, line: ActivityLine) -> Money:
    payers = payers_in(book, (each for each in book.allocations if each.activity == line.number))
    return Money(Behind(allocated=paid_in_all(line)), payers)


def _promises(book: Book, later: Later, line: ActivityLine) -> list[PromisedDate]:
    milestones = milestones_of(book, later, line.number)
    return [
        _promise("Planned start", line.start),
        _promise("Planned end", line.end),
        *(
            PromisedDate(
                title=each.line.title,
                baseline=each.line.promised.baseline,
                agreed=each.line.promised.agreed,
                moves=each.line.promised.moves,
                completed=each.line.completed,
                overdue_days=each.line.overdue_days,
                variance=each.variance,
                history=(),
            )
            for each in milestones
        ),
    ]


def _promise(title: str, promised: Promised) -> PromisedDate:
    moved = (promised.agreed - promised.baseline).days if promised.agreed and promised.baseline else None
    return PromisedDate(
        title=title,
        baseline=promised.baseline,
        agreed=promised.agreed,
        moves=promised.moves,
        completed=None,
        overdue_days=None,
        variance=variance_in_words(moved),
        history=(),
    )


def _earlier(each: SealedBefore) -> Earlier:
    line = each.line
    return Earlier(
        label=each.label,
        url=each.url,
        tag=Tag(value=line.mark.value, label=line.mark.label),
        told=told_in(line.update) if line.update else None,
    )


def _change(line: ChangeLine) -> Change:
    return Change(
        of=line.of,
        reason=line.reason,
        differences=[
            Difference(each.field, each.label, *differences(each.before, each.after)) for each in line.differences
        ],
    )


def _notes(later: Later, number: str) -> dict[str, Sequence[Note]]:
    found = {part: later.errata.of(LineKind.ACTIVITY, number, fields) for part, fields in FIELDS.items()}
    beside = set(_numbers(found.values()))
    rest = [note for note in later.errata.of(LineKind.ACTIVITY, number) if note.number not in beside]
    return {**found, "rest": rest}


def _numbers(groups: Iterable[Sequence[Note]]) -> Iterable[int]:
    return (note.number for notes in groups for note in notes)


def _neighbour(book: Book, place: int) -> Neighbour | None:
    if not 0 <= place < len(book.activities):
        return None
    line = book.activities[place]
    return Neighbour(number=line.number, wording=line.description, url=Links(book.head.slug).activities()(line.number))
