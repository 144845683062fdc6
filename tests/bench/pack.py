"""What the pack of the real strategy costs, form by form, in both versions; all of it has a minute."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management import call_command

from accounts.choices import UserRole
from aims.choices import Role
from aims.models import KeyActivity, ReviewPeriod
from funding.models import FundingStream
from funding.services.allocating import allocate
from reporting.choices import PackFormat
from reporting.models import Review
from reporting.packs.forms import made
from reporting.packs.paper import compose
from reporting.selectors.books import standing_review
from reporting.selectors.packs import edition_of, hashed_lines, pack_book
from reporting.services import close_review
from reporting.services.packing import ask_for_packs
from tests.bench.figures import Figure, Findings, seconds, tell
from tests.factories import IN_ROUND, make_approved, make_milestone, make_period, make_red_values, make_user

MOST_SECONDS = 60.0
WORDS = (
    "Main works began on site in May and two of the three bridges are in place. The contractor has asked for six more "
    "weeks for utilities at the eastern portal, and the programme board agreed a revised sequence on 12 September."
)


def measure(findings: Findings) -> None:
    tell("closing a review of the whole strategy …")
    review = closed_review()
    total = 0.0
    for pack in ask_for_packs(review=review, by=None, now=IN_ROUND):
        composing = seconds(lambda pack=pack: compose(pack_book(pack), edition_of(pack)))  # type: ignore[misc]
        paper, lines = compose(pack_book(pack), edition_of(pack)), list(hashed_lines(pack))
        findings.add(f"pack: {pack.audience}, composed from its book", Figure(composing, "s"))
        total += composing
        for form in PackFormat:
            took = seconds(lambda form=form, paper=paper, lines=lines: made(form, paper, lines))  # type: ignore[misc]
            findings.add(f"pack: {pack.audience}, {form.label}", Figure(took, "s"))
            total += took
    findings.add("pack: both versions in all forms", Figure(total, "s", MOST_SECONDS))


def closed_review() -> Review:
    """All activities of the real strategy with an update of usual length, a milestone and money each."""
    call_command("loaddata", "organisations", "strategy", "funding", verbosity=0)
    finance, streams = make_user(UserRole.FINANCE), list(FundingStream.objects.order_by("code"))
    period: ReviewPeriod = make_period()
    for place, activity in enumerate(KeyActivity.objects.select_related("strategy", "owner")):
        make_milestone(activity, title="Contract let", baseline_date=date(2027, 6, 30))
        make_approved(activity, **told_of(activity, place))
        stream = streams[place % len(streams)]
        allocate(stream=stream, target=activity, amount=Decimal(1000), reason="Minute 12.", by=finance, now=IN_ROUND)
    close_review(period=period, by=None, now=IN_ROUND)
    found = standing_review(period)
    assert found
    return found


def told_of(activity: KeyActivity, place: int) -> dict[str, Any]:
    """What is told of an activity: every fourth is off track, with all that this takes."""
    if activity.role == Role.INFLUENCE:
        return {"narrative": WORDS, "rag": "", "forecast_rag": ""}
    return asdict(make_red_values(narrative=WORDS)) if place % 4 == 0 else {"narrative": WORDS}
