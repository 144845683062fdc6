"""Who may do what to the money: finance returns and approves it, and approves no progress."""

from __future__ import annotations

import rules

from accounts.models import User
from funding.models import FundingReturn


@rules.predicate
def keeps_the_money(user: User) -> bool:
    """The person works in finance, or keeps the round."""
    return user.keeps_the_money


@rules.predicate
def somebody_else_sent(user: User, found: FundingReturn) -> bool:
    """The person is not the one who sent the return."""
    return found.submitted_by_id != user.pk


rules.add_perm("funding.keep_money", keeps_the_money)
rules.add_perm("funding.decide_return", keeps_the_money & somebody_else_sent)
