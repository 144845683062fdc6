"""Where each activity stands in a period, as the lists and the wall show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from django.urls import reverse

from aims.choices import Mark, Rag, State
from aims.models import KeyActivity
from aims.selectors.wording import AS_IT_STANDS, Post, Words
from reporting.choices import Direction
from reporting.models import Summary
from reporting.querysets import PositionQuerySet
from reporting.rules import Counts

POSITION = ("activity_id", "mark", "previous_mark", "direction", "state", "rag")
ACTIVITY = ("pk", "number", "description", "objective_id", "owner__title", "owner__organisation__name")
ActivityRow = tuple[int, str, str, int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One activity in one period. `state` and `rag` are carried forward where `mark` is "no update"."""

    number: str
    wording: str
    url: str
    objective_id: int
    post: str
    organisation: str
    mark: Mark
    previous: Mark | None
    direction: Direction
    state: State | None
    rag: Rag | None

    @property
    def label(self) -> str:
        """The status in words."""
        return self.mark.label

    @property
    def was(self) -> str:
        """ "was At risk" where it stood otherwise in the review before; else empty."""
        return f"was {self.previous.label}" if self.previous and self.previous != self.mark else ""

    @property
    def name(self) -> str:
        """The accessible name of its mark: number, wording, status now and before."""
        status = f"{self.label}, {self.was}" if self.was else self.label
        return f"{self.number} {self.wording}: {status}"

    @property
    def carried(self) -> str:
        """What was last approved, in words, where nothing new counts; empty if there never was anything."""
        if self.mark != Mark.NO_UPDATE or self.state is None:
            return ""
        return self.rag.label if self.rag else self.state.label

    @property
    def is_newly_complete(self) -> bool:
        """Complete now, and something else in the review before."""
        return self.mark == Mark.COMPLETE and self.previous not in (None, Mark.COMPLETE)


def addresses(name: str) -> Callable[[str], str]:
    """The address of any numbered part by its number; resolves the route once, however many marks ask."""
    pattern = reverse(name, args=["NUMBER"])
    return lambda number: pattern.replace("NUMBER", number)


def standings(positions: PositionQuerySet, words: Words = AS_IT_STANDS) -> list[Standing]:
    """Every position as a standing, in the order of the strategy and the words given; two queries.

    Two and not one join: a join of thousands is only quick while the database's statistics are fresh.
    """
    found = {row[0]: row[1:] for row in positions.order_by().values_list(*POSITION)}
    activities = KeyActivity.objects.filter(pk__in=found).order_by("order").values_list(*ACTIVITY)
    url = addresses("activity")
    return [_standing(url, _told(activity, words), *found[activity[0]]) for activity in activities]


def _told(activity: ActivityRow, words: Words) -> ActivityRow:
    pk, number, wording, objective, title, organisation = activity
    post = words.post(pk, Post(title, organisation))
    return pk, number, words.description(pk, wording), objective, post.title, post.organisation


def _standing(
    url: Callable[[str], str],
    activity: ActivityRow,
    mark: str,
    previous: str | None,
    direction: str,
    state: str | None,
    rag: str | None,
) -> Standing:
    _, number, wording, objective, post, organisation = activity
    return Standing(
        number=number,
        wording=wording,
        url=url(number),
        objective_id=objective,
        post=post,
        organisation=organisation,
        mark=Mark(mark),
        previous=Mark(previous) if previous else None,
        direction=Direction(direction),
        state=State(state) if state else None,
        rag=Rag(rag) if rag else None,
    )


def counts_of(summary: Summary) -> Counts:
    """The counts of a summary in the form that the rules take."""
    return Counts(**{field.name: getattr(summary, field.name) for field in fields(Counts)})
