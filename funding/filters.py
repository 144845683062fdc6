"""What the lists of funding can be narrowed by, on their pages and in the API."""

from __future__ import annotations

from functools import reduce
from operator import or_

from accounts.filters import SLUG, Narrowing, by_choice, by_reference, by_words, from_day, to_day
from aims.choices import Rag
from aims.filters import ACTIVITY, OBJECTIVE
from funding.choices import ReturnStage, SpendKind
from funding.querysets import FundingReturnQuerySet

STREAM = r"^[A-Z]{1,2}$"
OF_STREAM = "The funding stream, by its code: A."


class FundingStreamFilter(Narrowing):
    code = by_reference("code", STREAM, OF_STREAM)
    funder = by_reference("funder__slug", SLUG, "The organisation that funds it, by its slug.")
    spend_kind = by_choice(SpendKind, "What the award may pay for.")
    q = by_words("code", "name", "funder__name")


class AllocationFilter(Narrowing):
    stream = by_reference("stream__code", STREAM, OF_STREAM)
    activity = by_reference("activity__number", ACTIVITY, "The key activity that it is for, by its number: 1.1.1.")
    objective = by_reference("objective__number", OBJECTIVE, "The objective that it is for, by its number: 1.1.")
    allocated_from = from_day("allocated_at__date", "The first day of recording to find.")
    allocated_to = to_day("allocated_at__date", "The last day of recording to find.")


class FundingReturnFilter(Narrowing):
    stream = by_reference("stream__code", STREAM, OF_STREAM)
    stage = by_choice(ReturnStage, "How far it has come; only approved ones count.", method="at_stages")
    reported_by = by_reference(
        "via__organisation__slug", SLUG, "The organisation whose program returned it, by its slug."
    )
    rating = by_choice(Rag, "How finance rates the stream.")
    month_from = from_day("month", "The first month to find, by its first day.")
    month_to = to_day("month", "The last month to find, by its first day.")
    approved_from = from_day("approved_at__date", "The first day of approval to find.")
    approved_to = to_day("approved_at__date", "The last day of approval to find.")

    def at_stages(self, returns: FundingReturnQuerySet, _: str, stages: list[str]) -> FundingReturnQuerySet:
        """Those that have come so far, or so far."""
        return reduce(or_, (returns.at_stage(ReturnStage(stage)) for stage in stages), returns.none())
