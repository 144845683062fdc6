"""Which source tells what somebody asks for: the period shown to them, one that they name, or a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import Organisation
from accounts.querysets import Asker
from aims.choices import PeriodState
from aims.models import KeyActivity, ReviewPeriod
from aims.querysets import sees_live
from reporting.choices import Scope
from reporting.selectors.opened import last_review, open_review
from reporting.selectors.periods import own_round, shown_period
from reporting.selectors.sources.live import Live
from reporting.selectors.sources.sealed import Sealed
from reporting.selectors.sources.told import PositionTold, Source, SumsTold, Teller

UNDER_WAY = (PeriodState.OPEN, PeriodState.CLOSING)


def shown_source(user: Asker, on: date) -> Source | None:
    """What a person is shown who asks for no period and no day; four queries at most. None before there is any."""
    period = shown_period(user)
    if period is None:
        return None
    opened = None if period.state in UNDER_WAY else open_review(period.slug, user) or last_review(user)
    return Sealed(opened) if opened else Live(period, on, tells_money=True)


def source_in(slug: str, user: Asker, on: date) -> Source | None:
    """The period of that slug: sealed once it is closed, else live. None where it is not the person's to see."""
    period = ReviewPeriod.objects.visible_to(user).filter(slug=slug).first()
    if period is None:
        return None
    if period.state in UNDER_WAY:
        return Live(period, on, tells_money=sees_live(user))
    opened = open_review(slug, user)
    return Sealed(opened) if opened else None


def teller_for(user: Asker, on: date) -> Teller | None:
    """What tells a person how things stand: a partner's own organisation live, all else as `shown_source` says."""
    shown = shown_source(user, on)
    body = user.organisation if user.is_authenticated else None
    own = own_round(body.slug, user) if body else None
    if own is None or body is None:
        return shown
    return OwnLive(Live(own, on, tells_money=False), body, shown)


@dataclass(frozen=True, slots=True)
class OwnLive:
    """What one organisation answers for live, without the money behind it; all else as it was published."""

    live: Live
    body: Organisation
    shown: Source | None

    def positions(self, activities: Sequence[KeyActivity]) -> Mapping[int, PositionTold]:
        """As `Teller` says."""
        own = [each for each in activities if each.owner.organisation_id == self.body.pk]
        others = [each for each in activities if each.owner.organisation_id != self.body.pk]
        shown = self.shown.positions(others) if self.shown and others else {}
        return {**shown, **(self.live.positions(own) if own else {})}

    def marked(self, marks: Collection[str]) -> Q:
        """As `Teller` says."""
        own = Q(owner__organisation=self.body)
        return (own & self.live.marked(marks)) | (~own & self.shown.marked(marks) if self.shown else Q(pk__in=[]))

    def sums(self, scope: Scope, keys: Collection[str]) -> Mapping[str, SumsTold]:
        """As `Teller` says."""
        own = {self.body.slug} & set(keys) if scope == Scope.ORGANISATION else set()
        others = set(keys) - own
        shown = self.shown.sums(scope, others) if self.shown and others else {}
        return {**shown, **(self.live.sums(scope, own) if own else {})}
