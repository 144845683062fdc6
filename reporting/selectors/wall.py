"""The wall: a row per aim or objective, a mark per key activity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aims.choices import Mark
from aims.models import Aim, Objective
from reporting.choices import Direction, Headline
from reporting.lines.rows import Sums
from reporting.selectors.standings import Standing

Figure = tuple[str, str, str]
Lists = Callable[[str, str], str]

COUNTED = (Mark.COMPLETE, Mark.GREEN, Mark.AMBER, Mark.RED, Mark.NO_UPDATE)


@dataclass(frozen=True, slots=True)
class WallObjective:
    """The marks of one objective."""

    number: str
    url: str
    marks: Sequence[Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallRow:
    """One row; `figures` are (header, value, url of what it counts), the same headers in every row.

    There are none where a table tells them.
    """

    number: str
    title: str
    url: str
    objectives: Sequence[WallObjective]
    headline: Headline
    headline_reason: str
    direction: Direction
    figures: Sequence[Figure]

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
    url: str = ""

    @property
    def label(self) -> str:
        """The mark in words."""
        return self.mark.label


@dataclass(frozen=True, slots=True)
class Part:
    """An aim or an objective as the wall names it."""

    number: str
    title: str
    url: str


def key_of(marks: Iterable[Standing], lists: Mapping[Mark, str] | None = None) -> list[KeyItem]:
    """How many stand under each mark, in the scale's order, with the list of each; marks of none are left out."""
    found = Counter(standing.mark for standing in marks)
    return [KeyItem(mark, found[mark], (lists or {}).get(mark, "")) for mark in Mark if found[mark]]


def aim_parts(aims: Iterable[Aim]) -> list[Part]:
    """Aims as they stand."""
    return [Part(aim.number, aim.title, aim.get_absolute_url()) for aim in aims]


def objective_parts(objectives: Iterable[Objective]) -> list[Part]:
    """Objectives as they stand."""
    return [Part(each.number, each.statement, each.get_absolute_url()) for each in objectives]


def aim_rows(
    aims: Iterable[Part], objectives: Iterable[Part], marks: Iterable[Standing], sums: Mapping[str, Sums]
) -> list[WallRow]:
    """A row per aim with its objectives, without figures; `sums` are those of the aims, by number."""
    walls = defaultdict(list)
    for wall in _wall_objectives(objectives, marks):
        walls[wall.number.partition(".")[0]].append(wall)
    return [_row(aim, walls[aim.number], sums.get(aim.number), ()) for aim in aims]


def _nowhere(figure: str, objective: str) -> str:
    return ""


def objective_rows(
    objectives: Sequence[Part], marks: Iterable[Standing], sums: Mapping[str, Sums], lists: Lists = _nowhere
) -> list[WallRow]:
    """A row per objective with its figures; `sums` are by number, `lists` has what a figure of an objective counts."""
    walls = _wall_objectives(objectives, marks)
    return [
        _row(part, [wall], sums.get(part.number), _figures(part.number, sums.get(part.number), lists))
        for part, wall in zip(objectives, walls, strict=True)
    ]


def _row(part: Part, objectives: Sequence[WallObjective], sums: Sums | None, figures: Sequence[Figure]) -> WallRow:
    """The row of one part; without sums it says that nothing has been summed up."""
    return WallRow(
        number=part.number,
        title=part.title,
        url=part.url,
        objectives=objectives,
        headline=sums.headline if sums else Headline.NOT_RATED,
        headline_reason=sums.headline_reason if sums else "Nothing has been summed up yet.",
        direction=sums.direction if sums else Direction.NOT_COMPARABLE,
        figures=figures,
    )


def _figures(objective: str, sums: Sums | None, lists: Lists) -> list[Figure]:
    if sums is None:
        return [(mark.label, "–", "") for mark in COUNTED]
    counted = [(mark, getattr(sums.counts, mark.value)) for mark in COUNTED]
    return [(mark.label, str(count), lists(mark.value, objective) if count else "") for mark, count in counted]


def _wall_objectives(objectives: Iterable[Part], marks: Iterable[Standing]) -> list[WallObjective]:
    found = defaultdict(list)
    for mark in marks:
        found[mark.objective].append(mark)
    return [WallObjective(each.number, each.url, found[each.number]) for each in objectives]
