"""What each sealed line tells, as typed rows: composed at the closing, read back wherever a closed review is shown.

`reporting.lines.codec` writes them as JSON. Fields are added with a default, never renamed or taken away: reviews that
were sealed before must still be read. Lines name posts and bodies, never persons. An amount is in pounds; None is not
known, zero is a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from aims.choices import Cause, Kind, Mark, Rag, Role, State
from aims.rules import Thresholds
from reporting.choices import Direction, Headline, Verb
from reporting.rules import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A body or a place, by its reference and its name."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """The post that answers for something."""

    slug: str
    title: str
    organisation: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What the Board is asked to do, as the cover numbers it."""

    number: str
    verb: Verb
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What was summed up for one scope: its counts, its money, its headline and movement."""

    counts: Counts
    improved: int
    unchanged: int
    worsened: int
    newly_complete: int
    allocated: Decimal
    behind_red: Decimal
    behind_amber: Decimal
    rating_not_known: Decimal
    not_traced: Decimal
    headline: Headline
    headline_reason: str
    score: Decimal | None
    direction: Direction
    worst: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """The review itself; `compared_with` and `long_compared_with` are the periods, by slug, it is compared with."""

    slug: str
    label: str
    name: str
    starts: date
    ends: date
    as_at: date
    submission_opens: date
    submission_closes: date
    closed_at: datetime
    number: int
    compared_with: str | None
    long_compared_with: str | None
    board_on: date | None
    director: str
    recommendations: tuple[Recommendation, ...]
    thresholds: Thresholds
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyLine:
    """The strategy as a whole."""

    slug: str
    title: str
    vision: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class AimLine:
    """One aim."""

    number: str
    title: str
    statement: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveLine:
    """One objective; `aim` is its aim's number."""

    number: str
    aim: str
    statement: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The update that counts, or the last approved one where nothing new came; without its exempt part."""

    period: str
    as_at: date
    submitted_at: datetime
    approved_at: datetime
    state: State
    rag: Rag | None
    forecast_rag: Rag | None
    rag_scale: str
    suggested_rag: Rag | None
    suggestion_reason: str
    override_reason: str
    narrative: str
    cause: Cause | None
    cause_detail: str
    impact: str
    action: str
    action_owner: str
    action_by: date | None
    return_to_green: date | None
    ask: str
    decision_by: str
    decision_on: date | None
    decision_reference: str
    deferred_until: date | None
    start_reason: str
    forecast_end: date | None
    is_no_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promised date: as first promised, as last agreed, and how often it moved."""

    baseline: date | None
    agreed: date | None
    moves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What one stream gives."""

    stream: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """One key activity and where it stood.

    `update` is the counting update; where none came, `carried` is the last approved one, shown greyed and never
    counted. `state` and `rag` are those of whichever there is. `moves` counts all agreed moves of its dates. `since` is
    the position day of the first review in an unbroken row at this mark, kept where the mark is Red or Amber.
    """

    number: str
    objective: str
    description: str
    role: Role
    kind: Kind
    is_proposed: bool
    post: PostLine
    places: tuple[Named, ...]
    contributors: tuple[Named, ...]
    is_due: bool
    mark: Mark
    previous_mark: Mark | None
    direction: Direction
    long_direction: Direction
    state: State | None
    rag: Rag | None
    forecast_rag: Rag | None
    overdue_milestones: int
    start: Promised
    end: Promised
    moves: int
    update: Told | None
    carried: Told | None
    paid: tuple[Paid, ...]
    quality: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempt:
    """An activity's exempt part: what Schedule 12A keeps from the public, and the evidence, which is for the Board."""

    narrative: str
    paragraph: int | None
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLine:
    """One milestone; `reference` is `1.1.1/2`, `overdue_days` None where it is not overdue."""

    reference: str
    activity: str
    title: str
    promised: Promised
    completed: date | None
    variance_days: int | None
    overdue_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLine:
    """One funding stream with its last approved return (`month` is its first day), and what it pays for summed up."""

    code: str
    name: str
    funder: str
    spend_kind: str
    starts_year: int | None
    ends_year: int | None
    source_note: str
    data_note: str
    award: Decimal
    over_programming: Decimal
    allocated: Decimal
    month: date | None
    committed: Decimal | None
    spend_to_date: Decimal | None
    budget_this_year: Decimal | None
    forecast_outturn: Decimal | None
    re_profiled: Decimal | None
    rating: Rag | None
    note: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationLine:
    """What one stream gives to one activity, or to an objective where it is not traced further."""

    stream: str
    activity: str | None
    objective: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeLine:
    """An organisation, a place or a role, with the activities that it counts."""

    slug: str
    name: str
    activities: tuple[str, ...]
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMoveLine:
    """One date agreed anew since the review before; `moves_so_far` counts the activity's up to this one."""

    activity: str
    what: str
    previous: date
    agreed: date
    reason: str
    agreed_at: datetime
    moves_so_far: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """One field that changed, before and after, as people read it."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of the strategy since the review before; `of` is "added", "retired", "reworded", "owner changed" …"""

    of: str
    number: str
    wording: str
    note: str
    reason: str
    differences: tuple[Differing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """One action that the Board asked for in an earlier review, and what has been reported by the closing."""

    reference: str
    asked_in: str
    text: str
    activity: str | None
    post: PostLine
    due_on: date
    is_done: bool
    reported: str
    reported_on: date | None
