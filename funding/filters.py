"""What the lists of funding can be narrowed by, on their pages and in the API."""

from __future__ import annotations

from accounts.filters import Narrowing, by_choice, by_words
from funding.choices import SpendKind


class FundingStreamFilter(Narrowing):
    spend_kind = by_choice(SpendKind, "What the award may pay for.")
    q = by_words("name")
