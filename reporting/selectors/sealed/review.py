"""The page of a closed review: the position, what changed, what to ask about, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from aims.choices import Mark
from aims.rules.wording import long_date
from reporting.charts import Chart
from reporting.choices import LineKind
from reporting.lines.book import Book
from reporting.lines.rows import ActionLine, AimLine, Sums
from reporting.selectors.annex import AimItem, Annex, AskedItem, Link
from reporting.selectors.behind import NOTHING, Behind, behind_in
from reporting.selectors.changes import Changes
from reporting.selectors.errata import Note
from reporting.selectors.funding import FundingTotal
from reporting.selectors.overview import ReviewPage, sentence_runs
from reporting.selectors.position_table import Column, PositionTable, position_table
from reporting.selectors.sealed.exceptions import sealed_exceptions
from reporting.selectors.sealed.later import Later
from reporting.selectors.sealed.links import Links
from reporting.selectors.sealed.standings import sealed_standings
from reporting.selectors.wall import Part, aim_rows, key_of


def sealed_page(book: Book, later: Later, changes: Changes, trend: Chart | None) -> ReviewPage:
    """The whole page; no query."""
    marks, links = sealed_standings(book, later.errata), Links(book.head.slug)
    whole = book.whole.sums
    return ReviewPage(
        slug=book.head.slug,
        heading=f"Position at {long_date(book.head.as_at)}",
        facts=facts_of(book, later),
        sentence=sentence_runs(whole.counts, links.counted),
        headline=whole.headline,
        headline_reason=whole.headline_reason,
        wall=aim_rows(aim_parts(book), objective_parts(book), marks, sums_of_aims(book)),
        key=key_of(marks, links.marked()),
        table=_table(book, later, links),
        exceptions=sealed_exceptions(book, later, marks),
        changes=changes,
        silent=[standing for standing in marks if standing.mark == Mark.NO_UPDATE],
        funding=_funding(book, links),
        behind=behind_of_part(whole, links),
        trend=trend,
        annex=_annex(book, later, links),
    )


def facts_of(book: Book, later: Later) -> list[str]:
    """The line under every page's heading: which review, when it was sealed, how far it has come."""
    facts = [book.head.name, f"sealed on {long_date(timezone.localdate(later.seal.sealed_at))}"]
    if later.agreement:
        facts.append(f"agreed on {long_date(later.agreement.agreed_on)}")
    if later.published:
        facts.append(f"published on {later.published}")
    return facts


def sums_of_aims(book: Book) -> Mapping[str, Sums]:
    """By number."""
    return {aim.number: aim.sums for aim in book.aims}


def aim_parts(book: Book) -> list[Part]:
    """The aims as the wall names them."""
    url = Links(book.head.slug).aims()
    return [Part(aim.number, aim.title, url(aim.number)) for aim in book.aims]


def objective_parts(book: Book, aim: str = "") -> list[Part]:
    """The objectives, those of one aim alone where it is given."""
    url = Links(book.head.slug).objectives()
    return [Part(each.number, each.statement, url(each.number)) for each in book.objectives if aim in ("", each.aim)]


def behind_of_part(sums: Sums, links: Links, **scope: str) -> Behind:
    """The money behind the ratings of a scope, with its lists."""
    return behind_in(sums, "", "", links.slug, links.behind(**scope))


def _table(book: Book, later: Later, links: Links) -> PositionTable:
    def listed(column: Column, aim: str) -> str:
        return links.counted(column.value, aim=aim)

    def notes(aim: str, field: str) -> Sequence[Note]:
        return later.errata.of(LineKind.AIM if aim else LineKind.STRATEGY, aim, [field])

    return position_table(aim_parts(book), sums_of_aims(book), book.whole.sums, listed, notes)


def _funding(book: Book, links: Links) -> Link | None:
    words = FundingTotal(sum((line.award for line in book.streams), NOTHING), len(book.streams)).sentence
    return Link(words, links.to("review-funding")) if book.streams else None


def _annex(book: Book, later: Later, links: Links) -> Annex:
    return Annex(
        stage=later.stage,
        aims=[_aim(book, aim, links) for aim in book.aims],
        asked=[asked_item(line, book, links) for line in book.actions],
        appendices=_appendices(book, links),
        seal=later.seal,
        agreement=later.agreement,
        errata=later.errata.all,
        notes=later.errata.of(LineKind.REVIEW),
    )


def _aim(book: Book, aim: AimLine, links: Links) -> AimItem:
    worst = book.by_number.get(aim.sums.worst or "")
    return AimItem(
        number=aim.number,
        title=aim.title,
        url=links.aims()(aim.number),
        headline=aim.sums.headline,
        headline_reason=aim.sums.headline_reason,
        direction=aim.sums.direction,
        worst=Link(f"{worst.number} {worst.description}", links.activities()(worst.number)) if worst else None,
    )


def asked_item(line: ActionLine, book: Book, links: Links) -> AskedItem:
    """One action as the closing knew it."""
    activity = book.by_number.get(line.activity or "")
    return AskedItem(
        reference=line.reference,
        asked_in=line.asked_in,
        text=line.text,
        activity=Link(activity.number, links.activities()(activity.number)) if activity else None,
        post=line.post.title,
        due_on=line.due_on,
        is_done=line.is_done,
        is_overdue=not line.is_done and line.due_on < timezone.localdate(book.head.closed_at),
        reported=line.reported,
        reported_on=line.reported_on,
    )


def _appendices(book: Book, links: Links) -> list[Link]:
    return [
        Link("All key activities", links.to("review-activities"), len(book.activities)),
        Link("Milestones", links.to("review-milestones"), len(book.milestones)),
        Link("Funding", links.to("review-funding"), len(book.streams)),
        Link("By place", links.scoped("places"), len(book.places)),
        Link("By organisation", links.scoped("organisations"), len(book.organisations)),
        Link("Change log", links.to("review-log"), len(book.date_moves) + len(book.changes)),
        Link("How this review was made, and what its words mean", links.to("review-method")),
    ]
