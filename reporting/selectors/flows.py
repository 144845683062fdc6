"""Where the money of the streams goes: to which aims, and what is not allocated yet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from aims.models import Aim
from reporting.charts.flows import UNALLOCATED, Flow
from reporting.selectors.funding import FundingTable, allocations_at


def flows_of(table: FundingTable) -> list[Flow]:
    """From each stream to each aim and to what is unallocated, in the strategy's order; two queries.

    Empty where allocations are not told.
    """
    if not table.moment.tells_allocations:
        return []
    given = _given(table)
    aims = [(aim.pk, f"{aim.number} {aim.title}") for aim in Aim.objects.filter(strategy__is_in_force=True)]
    found = [Flow(line.code, name, given.get((line.code, pk), Decimal(0))) for line in table.lines for pk, name in aims]
    return [*found, *(Flow(line.code, UNALLOCATED, line.unallocated or Decimal(0)) for line in table.lines)]


def _given(table: FundingTable) -> dict[tuple[str, int], Decimal]:
    aim = Coalesce(F("activity__objective__aim"), F("objective__aim"))
    rows: Sequence[tuple[str, int, Decimal]] = list(
        allocations_at(table.moment)
        .order_by()
        .annotate(aim=aim)
        .values_list("stream__code", "aim")
        .annotate(total=Sum("amount"))
    )
    return {(code, pk): total for code, pk, total in rows}
