"""What the demonstration tells of each activity, as written in `content/aim-*.toml`.

An entry has a `track` of one letter a round, oldest first: G, A, R on track, at risk, off track; W on track against
the suggestion; N not started; I under way without a rating; C complete; D deferred; X cancelled; H "no change";
`-` no update; `.` nothing due any more. `told` holds a narrative for each round that has words of its own.

`why` gives cause, impact and action for every round that is behind, `why_2` for the second alone; `ask` is put in the
open round, `ask_2` was put in the second and holds the Board's answer, "agreed" and its words, too; `because` and
`evidence` explain a rating better than suggested.

A step is "<dates> <title>", its dates in half-years counted from the first round: `2` due in the second and done,
`2e` due early in it, `2~3` moved with agreement, `2?5` its move asked for and undecided, `2x3` asked for and
declined, `2>3` done only in the third, `2>` not done. What is due after the fourth lies ahead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

CONTENT = Path(__file__).parent / "content"
ROUNDS: Final = 4
WITHOUT_WORDS: Final = "H-."
BEHIND: Final = "AR"
STEP = re.compile(
    r"(?P<due>\d)(?P<early>e?)(?P<moves>(~\d)*)((?P<answer>[?x])(?P<asked>\d))?(?P<late>>)?(?P<done>\d?) (?P<title>.+)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone; every number counts half-years from the first round. `done` is None where it is not reached."""

    title: str
    due: int
    early: bool
    moves: tuple[int, ...]
    asked: int | None
    is_declined: bool
    done: int | None

    @property
    def promised(self) -> int:
        """The half-year that is agreed last."""
        return (self.due, *self.moves)[-1]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why an activity is behind."""

    cause: str
    impact: str
    action: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the Board in a past round, and what it answered."""

    ask: str
    reply: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is told of one activity; `told` by round from 1. `stage` is how far its update of the open round is."""

    number: str
    track: str
    told: Mapping[int, str]
    steps: tuple[Step, ...] = ()
    reasons: Mapping[int, Reasons] = field(default_factory=dict)
    ask: str = ""
    asked: Mapping[int, Asked] = field(default_factory=dict)
    because: str = ""
    evidence: str = ""
    exempt: str = ""
    decided_by: str = ""
    decision: str = ""
    until: int | None = None
    starts: int | None = None
    moved_end: tuple[int, int] | None = None
    undated: bool = False
    stage: str = "approved"
    note: str = ""

    def code(self, number: int) -> str:
        """The letter of a round; nothing was written where the track ends early."""
        return self.track[number - 1 : number] or "-"

    @property
    def first_half(self) -> int:
        """The half-year in which it starts: 0 for before the first round."""
        if self.starts:
            return self.starts
        waiting = len(self.track) - len(self.track.lstrip("N-")) if "N" in self.track else 0
        return waiting + 1 if waiting else 0

    @property
    def last_half(self) -> int | None:
        """The round in which it completes."""
        return self.track.index("C") + 1 if "C" in self.track else None


def read_stories() -> dict[str, Story]:
    """Every story by the number of its activity."""
    return {
        number: _story(number, entry)
        for path in sorted(CONTENT.glob("aim-*.toml"))
        for number, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def _story(number: str, entry: dict[str, Any]) -> Story:
    track = entry.pop("track")
    worded = [place for place, code in enumerate(track, start=1) if code not in WITHOUT_WORDS]
    told = dict(zip(worded, entry.pop("told"), strict=True))
    decided_by, decision = entry.pop("decision", ("", ""))
    moved_end = entry.pop("moved_end", None)
    return Story(
        number=number,
        track=track,
        told=told,
        steps=tuple(read_step(text) for text in entry.pop("steps", ())),
        reasons=_reasons(track, entry),
        asked={each: Asked(*entry.pop(f"ask_{each}")) for each in range(1, ROUNDS) if f"ask_{each}" in entry},
        decided_by=decided_by,
        decision=decision,
        moved_end=(moved_end[0], moved_end[1]) if moved_end else None,
        **entry,
    )


def _reasons(track: str, entry: dict[str, Any]) -> dict[int, Reasons]:
    usual = entry.pop("why", None)
    own = {number: entry.pop(f"why_{number}", usual) for number in range(1, ROUNDS + 1)}
    return {number: Reasons(*own[number]) for number, code in enumerate(track, start=1) if code in BEHIND}


def read_step(text: str) -> Step:
    """A step from its line; raises `ValueError` for one that is not well formed."""
    found = STEP.fullmatch(text)
    if found is None:
        raise ValueError(f"Not a step: {text}")
    due = int(found["due"])
    moves = tuple(int(half) for half in found["moves"].replace("~", ""))
    waiting = found["answer"] == "?"
    done = int(found["done"]) if found["done"] else None
    if not found["late"] and not waiting:
        done = (due, *moves)[-1]
    return Step(
        title=found["title"],
        due=due,
        early=bool(found["early"]),
        moves=moves,
        asked=int(found["asked"]) if found["asked"] else None,
        is_declined=found["answer"] == "x",
        done=done if done and done <= ROUNDS else None,
    )
