"""What waits for finance's sign-off, beside what was said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.querysets import Asker
from funding.models import FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from funding.rules import in_millions
from funding.rules.returns import NAMES


@dataclass(frozen=True, slots=True)
class Figure:
    """One sum of a return in £m, as it was and as it would be; a dash is not known."""

    label: str
    before: str
    after: str

    @property
    def has_changed(self) -> bool:
        """Whether the return says something else."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class WaitingReturn:
    """One return to sign off; `is_own` where this person sent it and somebody else has to."""

    said: FundingReturn
    before: FundingReturn | None
    is_own: bool

    @property
    def figures(self) -> list[Figure]:
        """Every sum, beside the one that counted until now."""
        return [
            Figure(NAMES[name].capitalize(), _millions(self.before, name), _millions(self.said, name))
            for name in AMOUNTS
        ]


def waiting_returns(user: Asker) -> list[WaitingReturn]:
    """Everything that waits, the longest waiting first; two queries."""
    told = ("stream", "submitted_by", "via__organisation", "undoes")
    rows = FundingReturn.objects.visible_to(user).waiting().select_related(*told)
    waiting = list(rows.order_by("submitted_at", "stream__code"))
    counting = _counting({said.stream_id for said in waiting})
    return [
        WaitingReturn(said, _last_before(counting.get(said.stream_id, []), said.month), said.submitted_by_id == user.pk)
        for said in waiting
    ]


def waiting_count(user: Asker) -> int:
    """How many returns wait for this person's sign-off: those that somebody else sent; one query."""
    if not (user.is_authenticated and user.keeps_the_money):
        return 0
    return FundingReturn.objects.visible_to(user).waiting().exclude(submitted_by=user).count()


def last_said(stream: FundingStream) -> FundingReturn | None:
    """The counting return of the stream's last returned month."""
    return stream.returns.latest_of_each_stream().first()


def _counting(streams: set[int]) -> dict[int, list[FundingReturn]]:
    found: dict[int, list[FundingReturn]] = {}
    for said in FundingReturn.objects.filter(stream__in=streams).counting():
        found.setdefault(said.stream_id, []).append(said)
    return found


def _last_before(counting: list[FundingReturn], month: date) -> FundingReturn | None:
    """What counts for the month itself, else for the last one before it."""
    return max((said for said in counting if said.month <= month), key=lambda said: said.month, default=None)


def _millions(said: FundingReturn | None, name: str) -> str:
    amount: Decimal | None = getattr(said, name, None)
    return "–" if amount is None else in_millions(amount, 2)
