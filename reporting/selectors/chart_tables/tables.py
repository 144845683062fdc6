"""From what reviews tell to the tables of the charts; None where there is nothing to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from aims.choices import Mark
from reporting.charts.behind import AimMoney, BehindTable
from reporting.charts.heat import HeatRow, HeatTable
from reporting.charts.milestones import Dated, MilestoneTable
from reporting.charts.movement import Move, MovementTable
from reporting.charts.strips import Strip, StripTable
from reporting.choices import Headline
from reporting.frames import TrendTable, trend_table
from reporting.selectors.chart_tables.told import Group, Told, is_within, milestones_near

MOST_MILESTONES = 20  # of the whole strategy in one picture
ACTIVITY_DOTS = 2  # in its number
ORDER = {mark: place for place, mark in enumerate([*Mark, None])}


def trend_in(reviews: Sequence[Told]) -> TrendTable | None:
    """The reviews that count anything, oldest first."""
    counted = [(told.label, group.mark, group.count) for told in reviews for group in told.groups]
    labels = [told.label for told in reviews if told.groups]
    return trend_table(labels, counted) if counted else None


def strips_in(told: Told) -> StripTable | None:
    """Aims that have key activities."""
    found = Counter[Mark]()
    for group in told.groups:
        found[group.mark] += group.count
    marks = tuple(mark for mark in Mark if found[mark])
    by_aim = [(aim, _counted(told.groups, aim.number, marks)) for aim in told.aims]
    strips = tuple(Strip(aim.number, aim.name, counts) for aim, counts in by_aim if any(counts))
    return StripTable(marks, strips) if strips else None


def _counted(groups: Sequence[Group], aim: str, marks: Sequence[Mark]) -> tuple[int, ...]:
    found = Counter[Mark]()
    for group in groups:
        if is_within(group.objective, aim):
            found[group.mark] += group.count
    return tuple(found[mark] for mark in marks)


def heat_in(reviews: Sequence[Told]) -> HeatTable | None:
    """The objectives of the last review, through those that know any of them."""
    now = reviews[-1]
    columns = [(told.label, _headlines(told)) for told in reviews]
    known = [
        (label, found)
        for label, found in columns
        if any(found.get(objective.number) is not None for objective in now.objectives)
    ]
    rows = tuple(
        HeatRow(objective.number, objective.name, tuple(found.get(objective.number) for _, found in known))
        for objective in now.objectives
    )
    return HeatTable(tuple(label for label, _ in known), rows) if known and rows else None


def _headlines(told: Told) -> Mapping[str, Headline | None]:
    return {objective.number: objective.headline for objective in told.objectives}


def movement_in(told: Told) -> MovementTable | None:
    """Against the review that this one is compared with."""
    found = Counter[tuple[Mark | None, Mark | None]]()
    for group in told.groups:
        found[group.previous, group.mark] += group.count
    return moves_table(told.before, told.label, found) if told.before and found else None


def moves_table(before: str, now: str, found: Mapping[tuple[Mark | None, Mark | None], int]) -> MovementTable:
    """Counts by mark before and mark now, in the order of the scale."""
    ordered = sorted(found.items(), key=lambda item: (ORDER[item[0][0]], ORDER[item[0][1]]))
    return MovementTable(before, now, tuple(Move(source, target, count) for (source, target), count in ordered))


def milestones_in(told: Told, part: str) -> MilestoneTable | None:
    """Of an activity every milestone with a day; else those in or next to the half year.

    In the strategy's order; of the whole strategy only so many, those furthest behind first.
    """
    is_activity = part.count(".") == ACTIVITY_DOTS
    found = tuple(dated for dated in told.milestones if any(dated.known)) if is_activity else milestones_near(told)
    is_whole = not part and len(found) > MOST_MILESTONES
    table = MilestoneTable(
        as_at=told.as_at,
        number=len(found),
        done=sum(dated.completed is not None and dated.completed <= told.as_at for dated in found),
        overdue=sum(dated.overdue is not None for dated in found),
        lines=tuple(sorted(found, key=_behind, reverse=True)[:MOST_MILESTONES]) if is_whole else found,
        is_near=not is_activity,
    )
    return table if found else None


def _behind(dated: Dated) -> int:
    """The days that it stands behind its baseline, or is overdue."""
    return max(dated.variance or 0, dated.overdue or 0)


def behind_in(told: Told) -> BehindTable | None:
    """All aims, where any has money behind it."""
    aims = tuple(AimMoney(aim.number, aim.name, aim.sums) for aim in told.aims)
    return BehindTable(aims) if any(amount for aim in aims for amount in aim.sums) else None
