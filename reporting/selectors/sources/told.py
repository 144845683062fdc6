"""What is told of an activity or a scope, the same whatever it is told from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.db.models import Model, Q, QuerySet

from aims.choices import Mark, Rag, State
from aims.models import Aim, KeyActivity, Objective, ReviewPeriod
from reporting.choices import Direction, LineKind, Scope
from reporting.lines.rows import Promised, Sums
from reporting.models import Erratum

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a figure rests on: its period by slug, its day, and the seal of the review that holds it, if one does."""

    period: str
    as_at: date
    seal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTold:
    """Where one activity stood; `state` and `rag` are carried forward, and never counted, where `mark` is "no update".

    `moves` counts all agreed moves of its dates, those of its milestones too. `errata` correct what was sealed.
    """

    basis: Basis
    is_due: bool
    mark: Mark
    previous_mark: Mark | None
    direction: Direction
    long_direction: Direction
    state: State | None
    rag: Rag | None
    forecast_rag: Rag | None
    suggested_rag: Rag | None
    suggestion_reason: str
    override_reason: str
    overdue_milestones: int
    start: Promised
    end: Promised
    moves: int
    errata: Sequence[Erratum] = ()

    @property
    def is_carried_forward(self) -> bool:
        """Whether state and ratings were last approved for an earlier period, and nothing new counts."""
        return self.mark == Mark.NO_UPDATE and self.state is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SumsTold:
    """What was summed up over one scope; `money` is None for whoever is told its ratings alone."""

    basis: Basis
    sums: Sums
    money: Sums | None
    errata: Sequence[Erratum] = ()

    @property
    def comparable(self) -> int:
        """The denominator of movement: the activities that can be compared with the review before."""
        return self.sums.improved + self.sums.unchanged + self.sums.worsened


class Teller(Protocol):
    """Whatever tells positions and sums."""

    def positions(self, activities: Sequence[KeyActivity]) -> Mapping[int, PositionTold]:
        """By primary key; what it does not know is left out. Activities come with their owner."""
        ...

    def marked(self, marks: Collection[str]) -> Q:
        """On activities: those that stand at one of these marks."""
        ...

    def sums(self, scope: Scope, keys: Collection[str]) -> Mapping[str, SumsTold]:
        """By the key within the scope; what counts nothing may be left out."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What parts of one kind were told with, by number: the fields that may differ from their rows.

    Posts, places and bodies stand by slug; `posts` are the titles that posts had.
    """

    by_number: Mapping[str, Mapping[str, Any]]
    posts: Mapping[str, str]


PARTS: Mapping[type[Model], LineKind] = {
    Aim: LineKind.AIM,
    Objective: LineKind.OBJECTIVE,
    KeyActivity: LineKind.ACTIVITY,
}


def kind_of(rows: QuerySet[Any]) -> LineKind:
    """Which part of the strategy they are."""
    return PARTS[rows.model]


class Source(ABC):
    """One period at one time, told whole: which parts of the strategy stood, in which words, and how."""

    @property
    @abstractmethod
    def basis(self) -> Basis:
        """What all of it rests on."""

    @property
    @abstractmethod
    def period(self) -> ReviewPeriod:
        """The period that is told."""

    @property
    @abstractmethod
    def told_until(self) -> datetime | None:
        """What was approved later counts for nothing; None where nothing is left out."""

    @property
    @abstractmethod
    def known(self) -> datetime | None:
        """Until when dates and money are known; None where nothing is left out."""

    @abstractmethod
    def standing(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those of some aims, objectives or activities that it tells of."""

    @abstractmethod
    def terms(self, kind: LineKind) -> Terms:
        """The words of aims, objectives or activities, wherever their rows may have changed since."""

    @abstractmethod
    def positions(self, activities: Sequence[KeyActivity]) -> Mapping[int, PositionTold]:
        """As `Teller` says."""

    @abstractmethod
    def marked(self, marks: Collection[str]) -> Q:
        """As `Teller` says."""

    @abstractmethod
    def sums(self, scope: Scope, keys: Collection[str]) -> Mapping[str, SumsTold]:
        """As `Teller` says."""
