"""The books of every stream, and whether they add up; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.cache import cache
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from funding.choices import AmountKind
from funding.models import Allocation, AwardChange, FundingReturn, FundingStream
from funding.rules.identities import Book, Break, Change, Spend, Stranded, break_of_totals, breaks_of

LAST_FOUND = "funding.breaks"  # in the cache: how many breaks the nightly check found
Changes = dict[tuple[int, str], list[Change]]


def last_found() -> int | None:
    """How many breaks the nightly check found last; None where it has not run of late. No query."""
    found: int | None = cache.get(LAST_FOUND)
    return found


def reconciliation(on: date) -> list[Break]:
    """Every identity that does not hold on a day, stream by stream and over all; empty when the books are right."""
    streams = list(FundingStream.objects.order_by("strategy_id", "code"))
    found = [found for book in _books(streams, on) for found in breaks_of(book)]
    over_all = _over_all(streams)
    return [*found, over_all] if over_all else found


def _books(streams: Iterable[FundingStream], on: date) -> Iterable[Book]:
    allocations, changes, spend, stranded = _allocations(), _changes(), _spend(), _stranded(on)
    for stream in streams:
        yield Book(
            code=stream.code,
            award=stream.award,
            over_programming=stream.over_programming,
            running_total=stream.allocated,
            allocations=allocations[stream.pk],
            award_changes=tuple(changes[stream.pk, AmountKind.AWARD]),
            over_programming_changes=tuple(changes[stream.pk, AmountKind.OVER_PROGRAMMING]),
            spend=tuple(spend[stream.pk]),
            stranded=tuple(stranded[stream.pk]),
        )


def _allocations() -> dict[int, list[Decimal]]:
    found: dict[int, list[Decimal]] = defaultdict(list)
    for stream, amount in Allocation.objects.in_force().order_by().values_list("stream_id", "amount"):
        found[stream].append(amount)
    return found


def _stranded(on: date) -> dict[int, list[Stranded]]:
    found: dict[int, list[Stranded]] = defaultdict(list)
    for row in Allocation.objects.in_force().to_retired(on).select_related("activity", "objective"):
        found[row.stream_id].append(Stranded(row.target.number, row.amount))
    return found


def _changes() -> Changes:
    found: Changes = defaultdict(list)
    for stream, kind, previous, amount in AwardChange.objects.order_by("id").values_list(
        "stream_id", "kind", "previous", "amount"
    ):
        found[stream, kind].append(Change(previous, amount))
    return found


def _spend() -> dict[int, list[Spend]]:
    found: dict[int, list[Spend]] = defaultdict(list)
    for said in FundingReturn.objects.counting():
        if said.spend_to_date is not None:
            found[said.stream_id].append(Spend(said.month, said.spend_to_date, bool(said.warning_reason.strip())))
    return found


def _over_all(streams: Iterable[FundingStream]) -> Break | None:
    """The sums by aim are asked of the allocations alone, so that a wrong running total cannot hide."""
    held = sum((stream.award + stream.over_programming for stream in streams), Decimal(0))
    unallocated = sum((stream.unallocated for stream in streams), Decimal(0))
    aim = Coalesce(F("activity__objective__aim"), F("objective__aim"))
    by_aim = Allocation.objects.in_force().order_by().annotate(aim=aim).values("aim").annotate(total=Sum("amount"))
    return break_of_totals(held, [row["total"] for row in by_aim], unallocated)
