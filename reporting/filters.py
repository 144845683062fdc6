"""What the lists of aggregation can be narrowed by."""

from __future__ import annotations

from accounts.filters import SLUG, Narrowing, by_choice, by_reference
from reporting.choices import Scope


class FundingTotalFilter(Narrowing):
    period = by_reference("period__slug", SLUG, "The review period, by its slug: 2026-27-h1.")
    scope = by_choice(Scope, "What is summed over.")
    key = by_reference("key", r"^[-a-zA-Z0-9_.]{1,80}$", "The reference within the scope, such as 1 or A.")
