"""What a scope counts, and how the counts must fit together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from aims.choices import Rag, Role, State
from aims.rules import is_rated


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of one scope in one period, over activities that are not retired.

    The five states and `never_reported` split `activities`. A state is that of the counting update, else carried
    forward from the last approved one; a rating is counted only from a counting update. `updated` are the due
    with a counting update, `no_update` the due without, `no_update_rated` those of them in progress in a rated
    role. `unrated` are those in progress whose counting update carries no rating (Influence); `complete_rated`
    are the complete ones of a rated role: only they stand in the headline's mean.
    """

    activities: int = 0
    due: int = 0
    updated: int = 0
    not_started: int = 0
    in_progress: int = 0
    complete: int = 0
    complete_rated: int = 0
    deferred: int = 0
    cancelled: int = 0
    never_reported: int = 0
    green: int = 0
    amber: int = 0
    red: int = 0
    unrated: int = 0
    no_update: int = 0
    no_update_rated: int = 0
    forecast_green: int = 0
    forecast_amber: int = 0
    forecast_red: int = 0
    overdue_milestones: int = 0

    @property
    def rated(self) -> int:
        """The denominator of the headline's mean: Green, Amber, Red and complete, without Influence."""
        return self.green + self.amber + self.red + self.complete_rated

    @property
    def in_progress_no_update(self) -> int:
        """In progress when last heard of, due, and without a counting update, Influence included."""
        return self.in_progress - self.green - self.amber - self.red - self.unrated

    @property
    def _silent(self) -> int:
        return self.in_progress_no_update + self.never_reported

    @property
    def standing(self) -> int:
        """What is still meant to be done or is done: all but the cancelled."""
        return self.activities - self.cancelled

    def __add__(self, other: "Counts") -> "Counts":
        """The counts of two scopes that share no activity."""
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    def problems(self) -> tuple[str, ...]:
        """Every way in which the counts contradict each other; empty when they are well formed."""
        return tuple(sentence for holds, sentence in self._shape() if not holds)

    def _shape(self) -> Iterator[tuple[bool, str]]:
        states = self.not_started + self.in_progress + self.complete + self.deferred + self.cancelled
        forecasts = self.forecast_green + self.forecast_amber + self.forecast_red
        yield (
            all(getattr(self, f.name) >= 0 for f in fields(self)),
            "a count is negative",
        )
        yield (
            states + self.never_reported == self.activities,
            "states and never reported do not add to activities",
        )
        yield (
            self.updated + self.no_update == self.due,
            "updated and no update do not add to due",
        )
        yield self.due <= self.activities, "more are due than there are activities"
        yield (
            self.complete_rated <= self.complete,
            "more complete in rated roles than complete",
        )
        yield (
            self.in_progress_no_update >= self.no_update_rated,
            "ratings and no update exceed those in progress",
        )
        yield self._silent <= self.no_update, "some without an update are not counted"
        yield (
            forecasts <= self.green + self.amber + self.red,
            "more forecasts than ratings",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPosition:
    """How one activity stands in a period; `state` is None while it was never reported, and retired ones have none.

    State and ratings are those of the counting update, else of the last approved one.
    """

    role: str
    state: str | None
    rag: str | None = None
    forecast_rag: str | None = None
    due: bool = True
    has_counting_update: bool = False
    overdue_milestones: int = 0


def tally(positions: Iterable[ActivityPosition]) -> Counts:
    """The counts by definition, one activity at a time: what the SQL of aggregation must equal."""
    total = Counts()
    for position in positions:
        total += _one(position)
    return total


def _one(position: ActivityPosition) -> Counts:
    counted = {"activities", position.state or "never_reported"}
    if position.due:
        counted |= {"due", "updated" if position.has_counting_update else "no_update"}
    if position.state == State.COMPLETE and position.role != Role.INFLUENCE:
        counted.add("complete_rated")
    if position.state == State.IN_PROGRESS:
        counted |= _in_progress(position)
    return Counts(**dict.fromkeys(counted, 1), overdue_milestones=position.overdue_milestones)


def _in_progress(position: ActivityPosition) -> set[str]:
    rated = is_rated(position.role, State.IN_PROGRESS)
    if not position.has_counting_update:
        return {"no_update_rated"} if rated else set()
    if not rated or not position.rag:
        return {"unrated"}
    forecast = {f"forecast_{Rag(position.forecast_rag).value}"} if position.forecast_rag else set()
    return {Rag(position.rag).value} | forecast
