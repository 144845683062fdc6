"""Taking over updates from a workbook: all of its rows or none, through the services that the card uses.

Lock order: the workbook, the round `FOR SHARE`, then all its activities in the order of their ids, so that two
people who take over rows of the same activities wait for each other and never in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from aims.choices import PeriodState, Stage
from aims.errors import AimsError, AlreadyDecided, Incomplete, NotAllowed, Refused, RowProblem, RowsRefused
from aims.models import KeyActivity, ReviewPeriod, Workbook
from aims.rules import UpdateValues
from aims.selectors.card import Card
from aims.selectors.periods import open_round
from aims.selectors.workbooks import cards_now
from aims.services.periods import share_lock
from aims.services.writing import save_draft, submit_update

SEND, DRAFT, LEAVE = "send", "draft", "leave"
KEPT_FOR = timedelta(days=3)  # exempt text may lie in it
FIELD_OF_RULE = {"state": "standing", "rag": "standing", "forecast_rag": "forecast"}
DAYS = tuple(field.name for field in fields(UpdateValues) if field.type == date | None)
MOVED = "Somebody has saved, sent or decided this update meanwhile"
NOT_YOURS = "This is no activity that you can update now"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to become of one activity's update: `step` says whether it is sent, kept as a draft, or left alone.

    `version` and `basis` say what it was made from: the open update's version, and the last approved one's key.
    """

    number: str
    version: int
    basis: int
    step: str
    values: UpdateValues


@dataclass(frozen=True, slots=True)
class Taken:
    """How many updates a workbook brought."""

    sent: int
    drafted: int


@transaction.atomic
def keep_workbook(*, name: str, entries: Sequence[Entry], by: User, now: datetime) -> Workbook:
    """Keep what an uploaded workbook says until it is taken over; the person's earlier ones are dropped.

    Everything is written once and rolled back, so that what it would be refused for is known now. Raises
    `RowsRefused`; `Refused` between rounds.
    """
    period = _round_taking_updates()
    problems = _rehearse(entries, by, now)
    if problems:
        raise RowsRefused(problems)
    Workbook.objects.waiting().filter(uploaded_by=by).update(answers=[], dropped_at=now)
    return Workbook.objects.create(
        period=period,
        name=name[:160],
        answers=[asdict(entry) for entry in entries],
        uploaded_by=by,
        uploaded_at=now,
    )


@transaction.atomic
def problems_with(*, entries: Sequence[Entry], by: User, now: datetime) -> list[RowProblem]:
    """All that these entries would be refused for, though others keep the workbook from being kept."""
    _round_taking_updates()
    return _rehearse(entries, by, now)


@transaction.atomic
def take_over(*, workbook: Workbook, by: User, now: datetime) -> Taken:
    """Send and save what a workbook says, all of it or nothing, and empty it.

    Raises `RowsRefused` with the rows that moved meanwhile, `AlreadyDecided` for the second of two clicks, `Refused`
    once its round has moved on.
    """
    locked: Workbook = Workbook.objects.select_for_update().get(pk=workbook.pk)
    if locked.uploaded_by_id != by.pk:
        raise NotAllowed("Only who uploaded a workbook can take it over")
    _refuse_ended(locked)
    if _round_taking_updates() != locked.period:
        raise Refused(
            f"{locked.period.label} takes no more updates: download a new workbook for the round that is open"
        )
    entries = entries_of(locked)
    problems = _write_all(entries, by, now)
    if problems:
        raise RowsRefused(problems)
    locked.answers, locked.taken_over_at = [], now
    locked.save()
    steps = [entry.step for entry in entries]
    return Taken(sent=steps.count(SEND), drafted=steps.count(DRAFT))


def drop_old_workbooks(*, now: datetime) -> int:
    """Empty the workbooks that nobody will take over: some days old, or of a round that takes no more updates."""
    waiting = Workbook.objects.waiting()
    old = waiting.filter(uploaded_at__lt=now - KEPT_FOR) | waiting.exclude(period__state=PeriodState.OPEN)
    return old.update(answers=[], dropped_at=now)


def entries_of(workbook: Workbook) -> tuple[Entry, ...]:
    """What a workbook says, as it was kept."""
    return tuple(Entry(**{**kept, "values": _values(kept["values"])}) for kept in workbook.answers)


def moved(version: int, basis: int, card: Card | None) -> str:
    """Why what was made from that version and basis no longer fits what stands; "" while it does."""
    if card is None:
        return NOT_YOURS
    sent = card.current is not None and card.current.stage == Stage.SUBMITTED
    return MOVED if sent or (version, basis) != (card.version, card.basis) else ""


def _values(kept: Mapping[str, Any]) -> UpdateValues:
    days = {name: date.fromisoformat(kept[name]) for name in DAYS if kept[name]}
    return UpdateValues(**{**kept, **days})


def _round_taking_updates() -> ReviewPeriod:
    """The open round, held against closing until the transaction ends."""
    period = open_round()
    if period is None or share_lock(period.pk) != PeriodState.OPEN:
        raise Refused("No round is open for updates now: the performance office opens the next one")
    return period


def _refuse_ended(workbook: Workbook) -> None:
    if workbook.taken_over_at:
        raise AlreadyDecided("This workbook has been taken over already: nothing was done twice")
    if workbook.dropped_at:
        raise AlreadyDecided("This workbook is no longer kept: upload it again")


def _rehearse(entries: Sequence[Entry], by: User, now: datetime) -> list[RowProblem]:
    with transaction.atomic():
        problems = _write_all(entries, by, now)
        transaction.set_rollback(True)
    return problems


def _write_all(entries: Sequence[Entry], by: User, now: datetime) -> list[RowProblem]:
    """Write what has to be written; what moved keeps everything else from being tried."""
    told = [entry for entry in entries if entry.step != LEAVE]
    cards = _hold(told, by, now)
    problems = [
        RowProblem(entry.number, "number", problem)
        for entry in told
        if (problem := moved(entry.version, entry.basis, cards.get(entry.number)))
    ]
    if problems:
        return problems
    return [problem for entry in told for problem in _write(entry, cards[entry.number].activity, by, now)]


def _hold(entries: Sequence[Entry], by: User, now: datetime) -> dict[str, Card]:
    """The cards of the entries as they stand, their activities locked."""
    on = timezone.localdate(now)
    numbers = [entry.number for entry in entries]
    found = KeyActivity.objects.visible_to(by).filter(number__in=numbers)
    list(found.order_by("pk").select_for_update(of=["self"]).values_list("pk"))
    return cards_now(by, on, numbers)


def _write(entry: Entry, activity: KeyActivity, by: User, now: datetime) -> Iterator[RowProblem]:
    """Send or save one entry; what refuses it is told, and leaves nothing of it."""
    try:
        with transaction.atomic():
            if entry.step == SEND:
                as_now = replace(entry.values, forecast_rag=entry.values.forecast_rag or entry.values.rag)
                submit_update(activity=activity, values=as_now, version=entry.version, by=by, now=now)
            else:
                save_draft(activity=activity, values=entry.values, version=entry.version, by=by, now=now)
    except Incomplete as error:
        for field, message in error.problems.items():
            yield RowProblem(entry.number, FIELD_OF_RULE.get(field, field), message)
    except AimsError as error:
        yield RowProblem(entry.number, "number", error.message)
