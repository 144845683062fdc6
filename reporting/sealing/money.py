"""The lines of the funding streams and of what they give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from aims.choices import Rag
from funding.models import Allocation, FundingReturn, FundingStream
from funding.models.returns import AMOUNTS
from reporting.choices import LineKind, Scope
from reporting.lines import Line, keyed
from reporting.lines.rows import AllocationLine, StreamLine
from reporting.sealing.sums import sums_by_key, sums_of_nothing
from reporting.sealing.telling import CHUNK, Telling, pounds


def stream_lines(telling: Telling) -> Iterator[Line]:
    """Every stream by its code; four queries."""
    sums, nothing = sums_by_key(telling, Scope.STREAM), sums_of_nothing(telling.period.strategy.thresholds)
    allocated, said = _allocated(telling), _said(telling)
    streams = FundingStream.objects.filter(strategy=telling.period.strategy_id).select_related("funder")
    for stream in streams.order_by("code"):
        row = StreamLine(
            code=stream.code,
            name=stream.name,
            funder=stream.funder.name if stream.funder else "",
            spend_kind=stream.spend_kind or "",
            starts_year=stream.starts_year,
            ends_year=stream.ends_year,
            source_note=stream.source_note,
            data_note=stream.data_note,
            award=pounds(stream.award),
            over_programming=pounds(stream.over_programming),
            allocated=pounds(allocated.get(stream.pk, Decimal(0))),
            sums=sums.get(stream.code, nothing),
            **_return(said.get(stream.pk)),
        )
        yield keyed(LineKind.STREAM, row)


def _allocated(telling: Telling) -> dict[int, Decimal]:
    rows = Allocation.objects.in_force_at(telling.known_at).order_by().values("stream_id").annotate(all=Sum("amount"))
    return {row["stream_id"]: row["all"] for row in rows}


def _said(telling: Telling) -> dict[int, FundingReturn]:
    known = FundingReturn.objects.filter(approved_at__lte=telling.known_at)
    return {found.stream_id: found for found in known.latest_of_each_stream()}


def _return(found: FundingReturn | None) -> dict[str, Any]:
    """The last approved return; nothing is known where there is none."""
    amounts = {name: getattr(found, name) if found else None for name in AMOUNTS}
    return {
        "month": found.month if found else None,
        "rating": Rag(found.rating) if found and found.rating else None,
        "note": found.note if found else "",
        **{name: None if amount is None else pounds(amount) for name, amount in amounts.items()},
    }


def allocation_lines(telling: Telling) -> Iterator[Line]:
    """Every allocation in force, by stream and target; one query."""
    rows = Allocation.objects.in_force_at(telling.known_at).filter(stream__strategy=telling.period.strategy_id)
    told = rows.order_by("stream__code", "objective__order", "activity__order", "pk")
    columns = ("stream__code", "activity__number", "objective__number", "amount")
    for stream, activity, objective, amount in told.values_list(*columns).iterator(chunk_size=CHUNK):
        row = AllocationLine(stream=stream, activity=activity, objective=objective, amount=pounds(amount))
        yield keyed(LineKind.ALLOCATION, row)
