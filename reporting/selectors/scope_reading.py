"""Which round or review a person reads of a place, an organisation or a role, and the list of all of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Organisation
from accounts.querysets import Asker
from aims.choices import PeriodState
from aims.models import Place, ReviewPeriod
from aims.rules.wording import long_date
from reporting.choices import Scope
from reporting.lines.rows import Sums
from reporting.models import Review, Summary
from reporting.selectors.funding import moment_at
from reporting.selectors.opened import Opened, last_review, later_of, open_review
from reporting.selectors.overview import meta_of
from reporting.selectors.periods import own_round, shown_period
from reporting.selectors.scope_live import live_scope
from reporting.selectors.scope_page import Link, Named, ScopePage
from reporting.selectors.scope_sealed import lines_in, sealed_scope
from reporting.selectors.sealed.review import facts_of
from reporting.selectors.standings import sums_of

UNDER_WAY = (PeriodState.OPEN, PeriodState.CLOSING)


@dataclass(frozen=True, slots=True)
class Source:
    """What a page is made from: a round that is told live, or a sealed review; neither before there is one."""

    period: ReviewPeriod | None = None
    opened: Opened | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One place or organisation in the list of all; `sums` is None where nothing is counted."""

    name: str
    url: str
    sums: Sums | None


@dataclass(frozen=True, slots=True)
class ScopeList:
    """All places or all organisations; `review` as on `ScopePage`."""

    facts: Sequence[str]
    review: str
    rows: Sequence[Row]
    reviews: Sequence[Link]


def scope_page(named: Named, user: Asker, on: date, review: str = "") -> ScopePage | None:
    """The page of a named review, else of what the person is shown now; None for a review that is not theirs to read.

    About twenty-five queries, however many activities it counts.
    """
    source = _source(user, review, named)
    reviews = reviews_of(user)
    if source.opened:
        return sealed_scope(named, source.opened.book, later_of(source.opened), review, reviews)
    if source.period:
        return live_scope(named, source.period, moment_at(source.period, user), on, reviews)
    return None if review else _nothing_yet(named)


def scope_list(scope: Scope, names: Mapping[str, Link], user: Asker, on: date, review: str = "") -> ScopeList | None:
    """All of a kind by their references; six queries. None for a review that is not the person's to read."""
    source = _source(user, review)
    if review and not source.opened:
        return None
    facts, sums = _told(scope, source, on)
    suffix = f"?review={review}" if review else ""
    rows = [Row(link.words, f"{link.url}{suffix}", sums.get(key)) for key, link in names.items()]
    return ScopeList(facts, review, rows, reviews_of(user))


def reviews_of(user: Asker) -> list[Link]:
    """The sealed reviews that a person may read, the latest first, as addresses of the same page; one query."""
    rows = Review.objects.visible_to(user).standing().order_by("-period__starts")
    return [Link(label, f"?review={slug}") for label, slug in rows.values_list("period__label", "period__slug")]


def places() -> list[Place]:
    """Every place, by name."""
    return list(Place.objects.all())


def _told(scope: Scope, source: Source, on: date) -> tuple[list[str], Mapping[str, Sums]]:
    if source.opened:
        book = source.opened.book
        facts = [f"Position at {long_date(book.head.as_at)}", *facts_of(book, later_of(source.opened))]
        return facts, {line.slug: line.sums for line in lines_in(book, scope) if line.activities}
    if source.period is None:
        return ["No review has been published yet"], {}
    rows = Summary.objects.filter(period=source.period, scope=scope).select_related("worst")
    facts = [f"Position at {long_date(source.period.position_as_at(on))}", *meta_of(source.period, None)]
    return facts, {row.key: sums_of(row) for row in rows}


def _source(user: Asker, review: str, named: Named | None = None) -> Source:
    """Four queries at most."""
    if review:
        return Source(opened=open_review(review, user))
    own = own_round(named.key, user) if named and named.scope == Scope.ORGANISATION else None
    period = own or shown_period(user)
    if period is None or period.state in UNDER_WAY:
        return Source(period=period)
    return Source(period=period, opened=open_review(period.slug, user) or last_review(user))


def organisations() -> list[Organisation]:
    """Every organisation that answers for an activity or contributes to one, by name."""
    taking_part = Organisation.objects.filter(owners__activities__isnull=False)
    contributing = Organisation.objects.filter(contributes_to__isnull=False)
    return list((taking_part | contributing).distinct())


def _nothing_yet(named: Named) -> ScopePage:
    return ScopePage(
        named=named,
        heading=named.name,
        facts=["No review has been published yet"],
        review="",
        picture=None,
        moves=[],
        money=None,
        posts=[],
        contributes=[],
        done=[],
        reviews=[],
    )
