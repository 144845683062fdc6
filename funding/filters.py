"""What the lists of funding can be narrowed by, on their pages and in the API."""

from __future__ import annotations

from accounts.filters import Narrowing, by_choice, by_reference, by_words
from aims.filters import ACTIVITY, OBJECTIVE
from funding.choices import SpendKind


class FundingStreamFilter(Narrowing):
    spend_kind = by_choice(SpendKind, "What the award may pay for.")
    q = by_words("name")


STREAM = r"^[A-Z]{1,2}$"
OF_STREAM = "The funding stream, by its code: A."


class AllocationFilter(Narrowing):
    stream = by_reference("stream__code", STREAM, OF_STREAM)
    activity = by_reference("activity__number", ACTIVITY, "The key activity that it is for, by its number: 1.1.1.")
    objective = by_reference("objective__number", OBJECTIVE, "The objective that it is for, by its number: 1.1.")


class FundingReturnFilter(Narrowing):
    stream = by_reference("stream__code", STREAM, OF_STREAM)
