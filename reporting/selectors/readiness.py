"""Whether a round is ready to be closed: what the office would want to put right before its figures are sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import Owner
from aims.choices import Completion, Signal
from aims.models import KeyActivity, ReviewPeriod
from aims.selectors.periods import next_period
from aims.selectors.quality import SignalList, quality_of
from aims.selectors.round import Desk, Post, desk_of
from funding.selectors.reconciliation import reconciliation


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how many are still to be put right, what closing would make of them, and where they are."""

    label: str
    count: int
    consequence: str
    url: str

    @property
    def phrase(self) -> str:
        """The label within a sentence."""
        return self.label[:1].lower() + self.label[1:]

    @property
    def is_right(self) -> bool:
        """Whether nothing is left to do."""
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Readiness:
    """A round before its closing. `has_time` are posts that may still send; `following` takes what is handed on."""

    period: ReviewPeriod
    desk: Desk
    following: ReviewPeriod | None
    has_time: Sequence[Post]
    checks: Sequence[Check]

    @property
    def to_do(self) -> Sequence[Check]:
        """What is still to be put right."""
        return [check for check in self.checks if not check.is_right]

    @property
    def right(self) -> Sequence[Check]:
        """What is as it should be."""
        return [check for check in self.checks if check.is_right]


def readiness_of(period: ReviewPeriod, on: date) -> Readiness:
    """Every check of a round; some forty queries whatever its size."""
    desk = desk_of(period, on)
    return Readiness(
        period=period,
        desk=desk,
        following=next_period(period),
        has_time=[post for post in desk.posts if post.to_send and post.deadline >= on],
        checks=[*_of_updates(desk), *_of_the_strategy(period), _of_money(on), *_of_quality(quality_of(period, on))],
    )


def _of_updates(desk: Desk) -> Iterator[Check]:
    here, counts = reverse("round"), desk.tally.counts
    yield Check("Updates that are missing", desk.silent, "Counted as “no update”.", here)
    waiting = f"{here}?status={Completion.SUBMITTED}"
    yield Check("Updates that wait for sign-off", counts[Completion.SUBMITTED], "Handed on to the next round.", waiting)
    begun = counts[Completion.DRAFT] + counts[Completion.RETURNED]
    yield Check("Updates begun or returned", begun, "Handed on to the next round.", f"{here}?status={Completion.DRAFT}")


def _of_the_strategy(period: ReviewPeriod) -> Iterator[Check]:
    standing = KeyActivity.objects.filter(strategy=period.strategy_id).standing(period.ends)
    proposed = standing.filter(is_proposed=True).count()
    strategy, posts = reverse("strategy"), reverse("posts")
    yield Check("Roles, kinds and owners not confirmed", proposed, "Sealed as proposed.", f"{strategy}?show=proposed")
    owners = Owner.objects.filter(pk__in=standing.values("owner"))
    unconfirmed = owners.filter(is_proposed=True).count()
    yield Check("Posts not confirmed", unconfirmed, "Printed as they are.", f"{posts}?gap=proposed")


def _of_money(on: date) -> Check:
    breaks = len(reconciliation(on))
    return Check("Funding that does not add up", breaks, "Sealed as it stands.", reverse("funding"))


def _of_quality(signals: Sequence[SignalList]) -> Iterator[Check]:
    """No baseline first: without one nothing can be found late."""
    for found in sorted(signals, key=lambda found: found.signal != Signal.NO_BASELINE):
        is_bare = found.signal == Signal.NO_BASELINE
        consequence = "No rating can be suggested." if is_bare else "Printed as it stands."
        yield Check(found.signal.label, len(found.doubts), consequence, f"{reverse('round')}#signal-{found.signal}")
