"""How some activities stand: the sentence, the wall, what to ask about, what changed, each activity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aims.choices import Mark
from reporting.choices import Direction, Headline
from reporting.lines.rows import Sums
from reporting.rules import movement_of, movement_sentence
from reporting.selectors.behind import Behind
from reporting.selectors.changes import ChangeList, change_lists
from reporting.selectors.exceptions import BoardException
from reporting.selectors.overview import Run, sentence_runs
from reporting.selectors.standings import Standing
from reporting.selectors.wall import KeyItem, Part, WallObjective, WallRow, key_of


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A row of a wall that shows the marks of some activities of an aim, and so no headline of it."""

    number: str
    title: str
    url: str
    objectives: Sequence[WallObjective]


@dataclass(frozen=True, slots=True)
class Block:
    """An objective with those of its activities that are told."""

    number: str
    statement: str
    url: str
    standings: Sequence[Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it; `behind` is None where no money is told, `headline` and `direction` where nothing is summed up."""

    sentence: Sequence[Run]
    headline: Headline | None
    headline_reason: str
    direction: Direction | None
    wall: Sequence[WallRow | PlainRow]
    key: Sequence[KeyItem]
    exceptions: Sequence[BoardException]
    movement: str
    lists: Sequence[ChangeList]
    silent: Sequence[Standing]
    blocks: Sequence[Block]
    behind: Behind | None

    @property
    def changed(self) -> Sequence[ChangeList]:
        """The lists of what changed that hold something."""
        return [each for each in self.lists if each.count]


def picture_of(
    sums: Sums | None,
    marks: Sequence[Standing],
    *,
    wall: Sequence[WallRow | PlainRow],
    exceptions: Sequence[BoardException] = (),
    blocks: Sequence[Block] = (),
    behind: Behind | None = None,
    lists: Callable[[str], str] = lambda figure: "",
) -> Picture:
    """The picture of these activities; the sums are of all of them, `lists` has the list that a figure counts."""
    return Picture(
        sentence=sentence_runs(sums.counts, lists) if sums else [],
        headline=sums.headline if sums else None,
        headline_reason=sums.headline_reason if sums else "",
        direction=sums.direction if sums else None,
        wall=wall,
        key=key_of(marks),
        exceptions=exceptions,
        movement=movement_sentence(movement_of(each.direction for each in marks)),
        lists=change_lists(marks),
        silent=[each for each in marks if each.mark == Mark.NO_UPDATE],
        blocks=blocks,
        behind=behind,
    )


def plain_rows(aims: Iterable[Part], objectives: Mapping[str, Part], marks: Iterable[Standing]) -> list[PlainRow]:
    """A row per aim that has any of the activities, with those alone."""
    walls: defaultdict[str, list[WallObjective]] = defaultdict(list)
    for number, found in _by_objective(marks).items():
        walls[number.partition(".")[0]].append(WallObjective(number, objectives[number].url, found))
    return [PlainRow(aim.number, aim.title, aim.url, walls[aim.number]) for aim in aims if aim.number in walls]


def blocks_of(objectives: Mapping[str, Part], marks: Iterable[Standing]) -> list[Block]:
    """The activities under their objectives; objectives without any are left out."""
    return [
        Block(number, objectives[number].title, objectives[number].url, found)
        for number, found in _by_objective(marks).items()
    ]


def _by_objective(marks: Iterable[Standing]) -> dict[str, list[Standing]]:
    found: defaultdict[str, list[Standing]] = defaultdict(list)
    for mark in marks:
        found[mark.objective].append(mark)
    return found
