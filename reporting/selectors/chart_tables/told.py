"""What the charts need to know of one review, whether it is sealed or still under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from aims.choices import Mark
from aims.rules import half_year
from reporting.charts.milestones import Dated
from reporting.choices import Headline


@dataclass(frozen=True, slots=True)
class Part:
    """An aim or an objective; `sums` are pounds behind Red, behind Amber, not known and not traced.

    The headline is None where nothing was summed up.
    """

    number: str
    name: str
    headline: Headline | None
    sums: tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Group:
    """How many key activities of an objective stand under a mark and stood under another in the review before."""

    objective: str
    mark: Mark
    previous: Mark | None
    count: int


class Told(Protocol):
    """One review, whole or narrowed to a part; `before` names the one that it is compared with, or is empty."""

    @property
    def label(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date: ...
    @property
    def as_at(self) -> date: ...
    @property
    def aims(self) -> Sequence[Part]: ...
    @property
    def objectives(self) -> Sequence[Part]: ...
    @property
    def groups(self) -> Sequence[Group]: ...
    @property
    def milestones(self) -> Sequence[Dated]: ...


@dataclass(frozen=True)
class Within:
    """A review narrowed to an aim, an objective or an activity, by number."""

    told: Told
    part: str

    @property
    def label(self) -> str:
        return self.told.label

    @property
    def before(self) -> str:
        return self.told.before

    @property
    def starts(self) -> date:
        return self.told.starts

    @property
    def ends(self) -> date:
        return self.told.ends

    @property
    def as_at(self) -> date:
        return self.told.as_at

    @property
    def aims(self) -> Sequence[Part]:
        return tuple(aim for aim in self.told.aims if is_within(aim.number, self.part))

    @property
    def objectives(self) -> Sequence[Part]:
        return tuple(each for each in self.told.objectives if is_within(each.number, self.part))

    @property
    def groups(self) -> Sequence[Group]:
        return tuple(group for group in self.told.groups if is_within(group.objective, self.part))

    @property
    def milestones(self) -> Sequence[Dated]:
        return tuple(dated for dated in self.told.milestones if is_within(_activity(dated), self.part))


def within(told: Told, part: str) -> Told:
    """One part of a review; all of it for ""."""
    return Within(told, part) if part else told


def is_within(number: str, part: str) -> bool:
    """Whether a number is that of a part or of what lies under it: 1.1.10 is under 1.1, 11.1 is not under 1."""
    return f"{number}.".startswith(f"{part}.")


def _activity(dated: Dated) -> str:
    return dated.reference.partition("/")[0]


def milestones_near(told: Told) -> tuple[Dated, ...]:
    """Those in or next to the half year: not reached before it, and promised by the end of the next."""
    last = half_year(told.ends).next().ends
    return tuple(dated for dated in told.milestones if _is_near(dated, told.starts, last))


def _is_near(dated: Dated, starts: date, last: date) -> bool:
    stands_at = dated.completed or dated.agreed
    if stands_at is None or stands_at > last:
        return False
    return dated.completed is None or dated.completed >= starts
