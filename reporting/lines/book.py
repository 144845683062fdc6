"""A review as its pages, its pack and its data read it: every row of its lines, whether sealed or still under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reporting.choices import LineKind
from reporting.lines.codec import read
from reporting.lines.rows import (
    ActionLine,
    ActivityLine,
    AimLine,
    AllocationLine,
    ChangeLine,
    DateMoveLine,
    Exempt,
    MilestoneLine,
    ObjectiveLine,
    ReviewLine,
    ScopeLine,
    StrategyLine,
    StreamLine,
)

FORMS: Mapping[LineKind, type[Any]] = {
    LineKind.REVIEW: ReviewLine,
    LineKind.STRATEGY: StrategyLine,
    LineKind.AIM: AimLine,
    LineKind.OBJECTIVE: ObjectiveLine,
    LineKind.ACTIVITY: ActivityLine,
    LineKind.MILESTONE: MilestoneLine,
    LineKind.STREAM: StreamLine,
    LineKind.ALLOCATION: AllocationLine,
    LineKind.ORGANISATION: ScopeLine,
    LineKind.PLACE: ScopeLine,
    LineKind.ROLE: ScopeLine,
    LineKind.DATE_MOVE: DateMoveLine,
    LineKind.CHANGE: ChangeLine,
    LineKind.ACTION: ActionLine,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line before it is sealed; only activities have an exempt part."""

    kind: LineKind
    key: str
    row: Any
    exempt: Exempt | None = None


@dataclass(frozen=True, kw_only=True)
class Book:
    """All lines of a review, by kind, each kind in the order of the strategy.

    `exempt` holds the exempt parts by activity, and is empty for whoever may not read them.
    """

    head: ReviewLine
    whole: StrategyLine
    aims: tuple[AimLine, ...]
    objectives: tuple[ObjectiveLine, ...]
    activities: tuple[ActivityLine, ...]
    milestones: tuple[MilestoneLine, ...]
    streams: tuple[StreamLine, ...]
    allocations: tuple[AllocationLine, ...]
    organisations: tuple[ScopeLine, ...]
    places: tuple[ScopeLine, ...]
    roles: tuple[ScopeLine, ...]
    date_moves: tuple[DateMoveLine, ...]
    changes: tuple[ChangeLine, ...]
    actions: tuple[ActionLine, ...]
    exempt: Mapping[str, Exempt]

    @cached_property
    def by_number(self) -> Mapping[str, ActivityLine]:
        """The activities by number."""
        return {line.number: line for line in self.activities}


def bind(lines: Iterable[Line]) -> Book:
    """The book of these lines, which are in the order of `LineKind`."""
    rows: dict[LineKind, list[Any]] = {kind: [] for kind in LineKind}
    exempt = {}
    for line in lines:
        rows[line.kind].append(line.row)
        if line.exempt:
            exempt[line.key] = line.exempt
    return Book(
        head=rows[LineKind.REVIEW][0],
        whole=rows[LineKind.STRATEGY][0],
        aims=tuple(rows[LineKind.AIM]),
        objectives=tuple(rows[LineKind.OBJECTIVE]),
        activities=tuple(rows[LineKind.ACTIVITY]),
        milestones=tuple(rows[LineKind.MILESTONE]),
        streams=tuple(rows[LineKind.STREAM]),
        allocations=tuple(rows[LineKind.ALLOCATION]),
        organisations=tuple(rows[LineKind.ORGANISATION]),
        places=tuple(rows[LineKind.PLACE]),
        roles=tuple(rows[LineKind.ROLE]),
        date_moves=tuple(rows[LineKind.DATE_MOVE]),
        changes=tuple(rows[LineKind.CHANGE]),
        actions=tuple(rows[LineKind.ACTION]),
        exempt=exempt,
    )


def read_line(kind: str, key: str, public: str, exempt: str = "") -> Line:
    """A line from its sealed texts; without the exempt one for whoever may not read it."""
    found = read(exempt, Exempt) if kind == LineKind.ACTIVITY and len(exempt) > len("{}") else None
    return Line(LineKind(kind), key, read(public, FORMS[LineKind(kind)]), found)
