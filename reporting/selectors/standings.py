"""Where each activity stands in a period, as the lists and the wall show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.urls import reverse

from aims.choices import Mark, Rag, State
from aims.models import KeyActivity
from aims.selectors.wording import AS_IT_STANDS, Post, Words
from reporting.choices import Direction, Headline
from reporting.lines.rows import Sums
from reporting.models import Summary
from reporting.querysets import PositionQuerySet
from reporting.rules import Counts
from reporting.selectors.errata import Note

POSITION = ("activity_id", "mark", "previous_mark", "direction", "state", "rag")
ACTIVITY = ("pk", "number", "description", "objective__number", "owner__title", "owner__organisation__name")
ActivityRow = tuple[int, str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One activity in one period. `state` and `rag` are carried forward where `mark` is "no update".

    `objective` is its objective's number; `notes` correct it where the review is closed.
    """

    number: str
    wording: str
    url: str
    objective: str
    post: str
    organisation: str
    mark: Mark
    previous: Mark | None
    direction: Direction
    state: State | None
    rag: Rag | None
    notes: Sequence[Note] = ()

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
    return standings_among(positions.order_by().values_list(*POSITION), words, addresses("activity"))


def standings_among(positions: Iterable[tuple[Any, ...]], words: Words, url: Callable[[str], str]) -> list[Standing]:
    """The same of rows of the fields of `POSITION`, with these addresses; one query."""
    found = {row[0]: row[1:] for row in positions}
    activities = KeyActivity.objects.filter(pk__in=found).order_by("order").values_list(*ACTIVITY)
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
        objective=objective,
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


def sums_of(summary: Summary) -> Sums:
    """A summary as a closed review tells it, so that both are shown by the same page; needs `worst` where it is set."""
    return Sums(
        counts=counts_of(summary),
        improved=summary.improved,
        unchanged=summary.unchanged,
        worsened=summary.worsened,
        newly_complete=summary.newly_complete,
        allocated=summary.allocated,
        behind_red=summary.behind_red,
        behind_amber=summary.behind_amber,
        rating_not_known=summary.rating_not_known,
        not_traced=summary.not_traced,
        headline=Headline(summary.headline),
        headline_reason=summary.headline_reason,
        score=summary.score,
        direction=Direction(summary.direction),
        worst=summary.worst.number if summary.worst else None,
    )
