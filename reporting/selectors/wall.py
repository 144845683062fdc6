"""The wall: a row per aim or objective, a mark per key activity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aims.choices import Mark
from aims.models import Aim, Objective
from reporting.choices import Direction, Headline
from reporting.models import Summary
from reporting.selectors.standings import Standing

COUNTED = (Mark.COMPLETE, Mark.GREEN, Mark.AMBER, Mark.RED, Mark.NO_UPDATE)


@dataclass(frozen=True, slots=True)
class WallObjective:
    """The marks of one objective."""

    number: str
    url: str
    marks: Sequence[Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallRow:
    """One row; `figures` are (header, value) with the same headers in every row."""

    number: str
    title: str
    url: str
    objectives: Sequence[WallObjective]
    headline: Headline
    headline_reason: str
    direction: Direction
    figures: Sequence[tuple[str, str]]

    @property
    def headline_label(self) -> str:
        """The headline in words."""
        return self.headline.label

    @property
    def direction_label(self) -> str:
        """The direction of travel in words."""
        return self.direction.label

    @property
    def direction_symbol(self) -> str:
        """The mark before those words."""
        return self.direction.symbol


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One line of the key: a mark, its words and how many there are."""

    mark: Mark
    count: int

    @property
    def label(self) -> str:
        """The mark in words."""
        return self.mark.label


def key_of(marks: Iterable[Standing]) -> list[KeyItem]:
    """How many stand under each mark, in the scale's order; marks of none are left out."""
    found = Counter(standing.mark for standing in marks)
    return [KeyItem(mark, found[mark]) for mark in Mark if found[mark]]


def aim_rows(
    aims: Iterable[Aim],
    objectives: Iterable[Objective],
    marks: Iterable[Standing],
    summaries: Mapping[str, Summary],
) -> list[WallRow]:
    """A row per aim with its objectives; `summaries` are those of the aims, by number."""
    walls = _by_aim(objectives, _by_objective(marks))
    return [wall_row(aim, aim.title, walls[aim.pk], summaries.get(aim.number)) for aim in aims]


def objective_rows(
    objectives: Iterable[Objective],
    marks: Iterable[Standing],
    summaries: Mapping[str, Summary],
) -> list[WallRow]:
    """A row per objective; `summaries` are those of the objectives, by number."""
    found = _by_objective(marks)
    return [
        wall_row(
            objective,
            objective.statement,
            [_wall_objective(objective, found)],
            summaries.get(objective.number),
        )
        for objective in objectives
    ]


def wall_row(
    part: Aim | Objective, title: str, objectives: Sequence[WallObjective], summary: Summary | None
) -> WallRow:
    """The row of one part; without a summary it says that nothing has been summed up."""
    return WallRow(
        number=part.number,
        title=title,
        url=part.get_absolute_url(),
        objectives=objectives,
        headline=Headline(summary.headline) if summary else Headline.NOT_RATED,
        headline_reason=summary.headline_reason if summary else "Nothing has been summed up yet.",
        direction=Direction(summary.direction) if summary else Direction.NOT_COMPARABLE,
        figures=_figures(summary),
    )


def _figures(summary: Summary | None) -> list[tuple[str, str]]:
    counted = {mark: getattr(summary, mark.value, None) for mark in COUNTED}
    return [(mark.label, "–" if count is None else str(count)) for mark, count in counted.items()]


def _by_objective(marks: Iterable[Standing]) -> dict[int, list[Standing]]:
    found = defaultdict(list)
    for mark in marks:
        found[mark.objective_id].append(mark)
    return found


def _by_aim(objectives: Iterable[Objective], marks: Mapping[int, Sequence[Standing]]) -> dict[int, list[WallObjective]]:
    found = defaultdict(list)
    for objective in objectives:
        found[objective.aim_id].append(_wall_objective(objective, marks))
    return found


def _wall_objective(objective: Objective, marks: Mapping[int, Sequence[Standing]]) -> WallObjective:
    return WallObjective(objective.number, objective.get_absolute_url(), marks.get(objective.pk, []))
