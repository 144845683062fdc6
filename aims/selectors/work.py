"""What is due from a person in the round."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from accounts.querysets import Asker
from aims.choices import Stage, State
from aims.models import KeyActivity, ProgressUpdate, Reopening, ReviewPeriod
from aims.rules import default_as_at
from aims.rules.wording import long_date
from aims.selectors.facts import Standing, standings
from aims.selectors.lapses import Lapse, Lapses, lapses_of
from aims.selectors.periods import extensions_of, next_period, open_round
from aims.selectors.said import mark_of

RETURNED, DRAFT, DUE, SENT, APPROVED = "returned", "draft", "due", "sent", "approved"
TO_DO = (RETURNED, DRAFT, DUE)
WORDS = {
    RETURNED: "Returned",
    DRAFT: "Draft",
    DUE: "Update due",
    SENT: "Sent, with the approver",
    APPROVED: "Approved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One activity in a person's round; `no_change_problem` is None where one click is enough.

    `deadline` is its own post's, `is_extended` says that the office put it off, `days_left` is negative once it has
    passed. `standing` is in the open round; `current` the update under way, if any.
    """

    activity: KeyActivity
    status: str
    note: str
    no_change_problem: str | None
    deadline: date
    is_extended: bool
    days_left: int
    lapses: tuple[Lapse, ...]
    standing: Standing
    current: ProgressUpdate | None

    @property
    def words(self) -> str:
        """The status as the list prints it."""
        return WORDS[self.status]

    @property
    def is_to_do(self) -> bool:
        """Whether the next step is the owner's."""
        return self.status in TO_DO

    @property
    def is_late(self) -> bool:
        """Whether what is sent now counts for the next period."""
        return self.days_left < 0

    @property
    def timing(self) -> str:
        """What is particular about its deadline: put off, or passed; empty where it is everybody's."""
        if self.is_to_do and self.is_late:
            return f"Was due {long_date(self.deadline)}"
        return f"Extended to {long_date(self.deadline)}" if self.is_to_do and self.is_extended else ""

    @property
    def may_repeat(self) -> bool:
        """Whether "no change" would be taken."""
        return self.status == DUE and not self.no_change_problem

    @property
    def anchor(self) -> str:
        """The id of its row on the page, and how those of its fields begin."""
        return anchor_of(self.activity)


@dataclass(frozen=True, slots=True)
class GoneBy:
    """One activity with dates that have gone by."""

    activity: KeyActivity
    lapses: tuple[Lapse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A person's round: what is to do, the most pressing first, then what is done.

    `gone_by` are dates of activities from which no update is to come; `following` is the period that takes what is
    sent after the deadline, None while it is not made. A round that was opened again by a `reopening` asks about the
    activities that this names, and no other.
    """

    period: ReviewPeriod
    following: ReviewPeriod | None
    deadline: date
    days_left: int
    to_do: tuple[WorkItem, ...]
    done: tuple[WorkItem, ...]
    gone_by: tuple[GoneBy, ...]
    reopening: Reopening | None = None

    @property
    def total(self) -> int:
        """How many updates the round asks of the person."""
        return len(self.to_do) + len(self.done)

    @property
    def unchanged(self) -> tuple[WorkItem, ...]:
        """Those for which "no change" would be taken."""
        return tuple(item for item in self.to_do if item.may_repeat)

    @property
    def late(self) -> int:
        """How many are to do although their deadline has passed."""
        return sum(item.is_late for item in self.to_do)

    def item(self, number: str) -> WorkItem | None:
        """The activity's row; None where the round asks nothing of the person about it."""
        return next((item for item in (*self.to_do, *self.done) if item.activity.number == number), None)


def anchor_of(activity: KeyActivity) -> str:
    """The id of an activity's row in the list: a number's dots would read as classes in a selector."""
    return f"card-{activity.number.replace('.', '-')}"


def work_of(user: Asker, on: date) -> Work | None:
    """All that the open round asks of a person; a bounded number of queries, None between rounds."""
    return work_on(_answered_by(user, on), on)


def work_on(activities: Collection[int], on: date) -> Work | None:
    """What the open round asks about these activities, whoever answers for them."""
    period = open_round()
    if period is None:
        return None
    asked = KeyActivity.objects.filter(pk__in=activities).asked_in(period)
    found = standings(list(asked.values_list("pk", flat=True)), period)
    lapses = lapses_of(found, on)
    items = sorted(_items(found, lapses, period, on), key=_pressing)
    to_do = tuple(item for item in items if item.is_to_do)
    deadline = min((item.deadline for item in to_do or items), default=period.submission_closes)
    return Work(
        period=period,
        following=next_period(period) if any(item.is_late for item in to_do) else None,
        deadline=deadline,
        days_left=(deadline - on).days,
        to_do=to_do,
        done=tuple(item for item in items if not item.is_to_do),
        gone_by=_gone_by(found, lapses, {item.activity.pk for item in to_do}),
        reopening=period.reopenings.last(),
    )


def gone_by(user: Asker, on: date) -> tuple[GoneBy, ...]:
    """The dates gone by of all the person's activities: what is asked of them between rounds."""
    lapses = lapses_of(_answered_by(user, on), on)
    rows = KeyActivity.objects.filter(pk__in=lapses).order_by("order")
    return tuple(GoneBy(row, lapses[row.pk]) for row in rows)


def due_count(user: Asker, on: date) -> int:
    """How many updates a person still has to send in the open round; three queries."""
    period = open_round()
    if period is None or not user.is_authenticated:
        return 0
    mine = KeyActivity.objects.visible_to(user).standing(on).answered_by(user, on).asked_in(period)
    sent = period.updates.exclude(stage=Stage.DRAFT).since_reopening().values("activity")
    stopped = ProgressUpdate.objects.approved().filter(
        period__ends__lt=period.starts, state__in=[State.COMPLETE, State.CANCELLED]
    )
    return mine.exclude(pk__in=sent).exclude(pk__in=stopped.values("activity")).count()


def _answered_by(user: Asker, on: date) -> list[int]:
    mine = KeyActivity.objects.visible_to(user).standing(on).answered_by(user, on)
    return list(mine.values_list("pk", flat=True))


def _gone_by(found: dict[int, Standing], lapses: Lapses, told: Collection[int]) -> tuple[GoneBy, ...]:
    elsewhere = [GoneBy(found[pk].activity, each) for pk, each in lapses.items() if pk not in told]
    return tuple(sorted(elsewhere, key=lambda row: row.activity.order))


def _items(found: dict[int, Standing], lapses: Lapses, period: ReviewPeriod, on: date) -> Iterator[WorkItem]:
    """A row for each activity that is due, or has been told of already."""
    opened = _open_updates(found)
    approved = ProgressUpdate.objects.approved().since_reopening()
    sent = approved.filter(activity__in=found, period__ends__gte=period.ends)
    told = set(sent.values_list("activity", flat=True))
    extended = extensions_of(period, {standing.activity.owner_id for standing in found.values()})
    for pk, standing in found.items():
        status = _status(opened.get(pk), pk in told)
        if status != DUE or standing.is_due(on):
            until = extended.get(standing.activity.owner_id)
            yield _item(standing, opened.get(pk), status, until, lapses.get(pk, ()), on)


def _open_updates(activities: Collection[int]) -> dict[int, ProgressUpdate]:
    rows = (
        ProgressUpdate.objects.open()
        .filter(activity__in=activities)
        .select_related("author", "via__organisation", "returned_by")
    )
    return {row.activity_id: row for row in rows}


def _item(
    standing: Standing,
    update: ProgressUpdate | None,
    status: str,
    extended: date | None,
    lapses: tuple[Lapse, ...],
    on: date,
) -> WorkItem:
    period, problem = standing.period, None
    if status == DUE:
        problem = standing.no_change_problem(default_as_at(on, period.ends))
    deadline = extended or period.submission_closes
    return WorkItem(
        activity=standing.activity,
        status=status,
        note=_note(standing, update, status, problem),
        no_change_problem=problem,
        deadline=deadline,
        is_extended=extended is not None,
        days_left=(deadline - on).days,
        lapses=lapses,
        standing=standing,
        current=update,
    )


def _pressing(item: WorkItem) -> tuple[object, ...]:
    """Returned first, then by deadline, then where a date has gone by, then what is begun; else by number."""
    gone_by = any(not lapse.waits for lapse in item.lapses)
    order = item.activity.order
    return item.status == APPROVED, item.status != RETURNED, item.deadline, not gone_by, item.status != DRAFT, order


def _status(update: ProgressUpdate | None, approved: bool) -> str:
    if update is None:
        return APPROVED if approved else DUE
    if update.stage == Stage.SUBMITTED:
        return SENT
    return RETURNED if update.returned_by_id else DRAFT


def _note(standing: Standing, update: ProgressUpdate | None, status: str, problem: str | None) -> str:
    if update and status == RETURNED:
        return f"Returned to you: “{update.return_note or next(iter(update.return_notes.values()), '')}”"
    if update and status == DRAFT:
        return "Started, not sent yet"
    told = update or standing.last
    if told is None:
        return "Not reported before"
    stood = f"{mark_of(told).label} on {told.as_at:%-d %B %Y}"
    return f"{stood}. {problem}" if problem else stood
