"""Who may do what to the money: finance returns and approves it, and approves no progress."""

from __future__ import annotations

import rules

from accounts.models import User
from funding.models import FundingReturn, FundingStream


@rules.predicate
def keeps_the_money(user: User) -> bool:
    """The person works in finance, or keeps the round."""
    return user.keeps_the_money


@rules.predicate
def somebody_else_sent(user: User, found: FundingReturn) -> bool:
    """The person is not the one who sent the return."""
    return found.submitted_by_id != user.pk


@rules.predicate
def returns_for_its_organisation(user: User, stream: FundingStream) -> bool:
    """A program's key lets it report for its organisation, and that body returns the stream's figures."""
    key = user.acts_through
    return key is not None and stream.returned_by_id is not None and key.reports_for(stream.returned_by_id)


rules.add_perm("funding.return_money", returns_for_its_organisation | keeps_the_money)
rules.add_perm("funding.keep_money", keeps_the_money)
rules.add_perm("funding.decide_return", keeps_the_money & somebody_else_sent)
