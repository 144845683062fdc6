"""The streams with their amounts as somebody may be told them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Expression, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.querysets import Asker
from aims.querysets import sees_live
from funding.choices import AmountKind
from funding.models import Allocation, AwardChange, FundingStream
from funding.models.streams import pounds
from funding.querysets import last_closing

NOT_TOLD = Value(None, pounds())


def told_streams(user: Asker) -> QuerySet[FundingStream]:
    """Every stream with `told_award`, `told_over_programming`, `told_allocated` and `told_unallocated`, in one query.

    They stand as they do now to whoever sees the round live, to others as when the last published review
    closed. Before the first publication others are told the award alone: the rest is None.
    """
    streams = FundingStream.objects.visible_to(user)
    if sees_live(user):
        return _told(streams, F("award"), F("over_programming"), F("allocated"))
    closed_at = last_closing()
    return streams_at(closed_at) if closed_at else _told(streams, F("award"), NOT_TOLD, NOT_TOLD)


def streams_at(instant: datetime) -> QuerySet[FundingStream]:
    """The same as it stood at an instant. Who may be told of that instant is the caller's to ask."""
    streams = FundingStream.objects.filter(strategy__is_in_force=True)
    award, over_programming = (_amount_at(instant, kind) for kind in (AmountKind.AWARD, AmountKind.OVER_PROGRAMMING))
    return _told(streams, award, over_programming, _allocated_at(instant))


def _told(
    streams: QuerySet[FundingStream], award: Expression | F, over_programming: Expression | F, allocated: Expression | F
) -> QuerySet[FundingStream]:
    told = streams.annotate(told_award=award, told_over_programming=over_programming, told_allocated=allocated)
    return told.annotate(told_unallocated=F("told_award") + F("told_over_programming") - F("told_allocated"))


def _amount_at(instant: datetime, kind: AmountKind) -> Coalesce:
    """An amount as it stood: the first change after the instant knows what it replaced."""
    later = AwardChange.objects.filter(stream=OuterRef("pk"), kind=kind, at__gt=instant).order_by("id")
    return Coalesce(Subquery(later.values("previous")[:1]), F(kind.value))


def _allocated_at(instant: datetime) -> Coalesce:
    """What was allocated at an instant, in all."""
    found = Allocation.objects.in_force_at(instant).filter(stream=OuterRef("pk")).order_by()
    return Coalesce(
        Subquery(found.values("stream").annotate(total=Sum("amount")).values("total")),
        Value(Decimal(0), pounds()),
    )
