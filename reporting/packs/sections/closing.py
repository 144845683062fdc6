"""Appendices D to F: the change log, the words and symbols, and how the review was made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from aims.choices import Mark, Role
from aims.rules import Thresholds
from aims.rules.wording import days, long_date
from reporting.choices import Direction, Quality
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, ChangeLine, StreamLine, Told
from reporting.packs.content import Cell, Edition, Kind, Section, Table, tag_of
from reporting.packs.sections.telling import post_of, told_by
from reporting.packs.writer import Writer, columns

DAY, PROSE = Kind.DAY, Kind.PROSE
MEANINGS = {
    Mark.COMPLETE: "Done, with evidence. Counted apart from on track: it is blue, never green.",
    Mark.GREEN: "Green. No issues or risks that threaten delivery to the agreed time, cost or scope.",
    Mark.AMBER: "Amber. Issues or risks identified; resolvable if addressed promptly; action in hand.",
    Mark.RED: "Red. Will not be delivered to the agreed time, cost or scope without intervention or a decision.",
    Mark.UNRATED: "In progress in the role Influence, which carries no rating.",
    Mark.NO_UPDATE: "Due and not received. The last approved rating is shown as carried forward and is never counted.",
    Mark.NOT_STARTED: "The planned start is not reached, or a reason is given.",
    Mark.DEFERRED: "A decision put it off until a later day; its reference is shown.",
    Mark.CANCELLED: "A decision ended it; its reference is shown.",
}
ROLES = {
    Role.DELIVER: "The combined authority does it: milestones, spend and outputs. Rated.",
    Role.ENABLE: "The authority funds or convenes and a partner does it. Rated on what the authority committed.",
    Role.INFLUENCE: "Others decide. What the authority did and the position reached are told in words. Not rated.",
}


def change_log(book: Book) -> Section:
    """Every new date, override, owner and wording change."""
    writer = Writer("D", "Change log", is_wide=True)
    writer.show(
        Table(
            name="change-log",
            title="Every new date, rating better than suggested, owner and wording change",
            columns=columns(
                ("reference", "Reference"),
                ("change", "Change"),
                ("what", "What", PROSE),
                ("before", "Before", PROSE),
                ("after", "After", PROSE),
                ("reason", "Reason", PROSE),
                ("on", "On", DAY),
            ),
            rows=tuple(_log(book)),
            empty="Nothing was changed since the review before.",
        )
    )
    return writer.section()


def _log(book: Book) -> Iterator[tuple[Cell, ...]]:
    for move in book.date_moves:
        dates = long_date(move.previous), long_date(move.agreed)
        yield move.activity, "Date moved", move.what, *dates, move.reason, timezone.localdate(move.agreed_at)
    for line in book.activities:
        if line.update and line.update.override_reason:
            yield _override(line.number, line.update)
    for change in book.changes:
        yield from _changed(change)


def _override(number: str, told: Told) -> tuple[Cell, ...]:
    ratings = (rag.label if rag else "" for rag in (told.suggested_rag, told.rag))
    day = timezone.localdate(told.approved_at)
    return number, "Rated better than suggested", "Rating", *ratings, told.override_reason, day


def _changed(change: ChangeLine) -> Iterator[tuple[Cell, ...]]:
    """A row for each field that differs, or one for the whole."""
    of = change.number, change.of.capitalize()
    for field in change.differences:
        yield *of, field.label, field.before, field.after, change.reason, None
    if not change.differences:
        yield *of, change.wording, "", "", change.reason, None


def definitions(book: Book) -> Section:
    """The key to the symbols, and what the words mean."""
    writer = Writer("E", "Definitions and key to symbols")
    marks = ((tag_of(mark), MEANINGS[mark]) for mark in Mark)
    writer.show(
        Table(
            name="key",
            title="Status of a key activity",
            columns=columns(("status", "Status", Kind.TAG), ("meaning", "What it means", PROSE)),
            rows=tuple(marks),
        )
    )
    directions = ", ".join(f"{each.symbol} {each.label.lower()}" for each in Direction)
    writer.list(*((role.label, ROLES[role]) for role in Role))
    writer.list(
        ("Rating", "The delivery of the combined authority's own commitment, only while an activity is in progress."),
        ("Direction of travel", f"{directions}: against the review before; Red, Amber, Green, Complete from worst."),
        *_judged_by(book.head.thresholds),
        (
            "Money",
            "In millions of pounds to one decimal. A dash means that nothing is known, 0.0 means none. Behind Red "
            "and behind Amber are never added together. A total counts each allocation once; figures by place overlap.",
        ),
    )
    return writer.section()


def _judged_by(limits: Thresholds) -> tuple[tuple[str, str], ...]:
    return (
        (
            "Suggested rating",
            f"From the dates alone. Red: a milestone more than {days(limits.overdue_red_days)} overdue, or a forecast "
            f"end more than {days(limits.slip_red_days)} past the last agreed end. Amber: any milestone overdue, any "
            f"slip, {limits.agreed_moves_amber} or more agreed moves, or an update missed. Otherwise Green.",
        ),
        (
            "Headline",
            "Green and complete activities count 1, Amber ½ and Red 0. A mean of "
            f"{limits.green_from} and over is on track, {limits.amber_from} and over at risk, below that off track. "
            "An objective is never on track while it has a Red, nor is anything wider while more than "
            f"{_percent(limits.wide_red_share)} of it is Red. Where fewer than {_percent(limits.enough_share)} of the "
            "updates that were due have come, there is not enough evidence.",
        ),
    )


def _percent(share: object) -> str:
    return f"{float(str(share)) * 100:g} %"


def made(book: Book, edition: Edition) -> Section:
    """Period, seal, and for each figure where it comes from."""
    writer = Writer("F", "How this review was made", is_wide=True)
    head = book.head
    writer.list(
        ("Period", f"{head.label}, {long_date(head.starts)} to {long_date(head.ends)}"),
        ("Position as at", long_date(head.as_at)),
        ("Updates taken", f"{long_date(head.submission_opens)} to {long_date(head.submission_closes)}"),
        ("Closed and sealed", f"{timezone.localtime(edition.sealed_at):%H:%M} on {_sealed_on(edition)}"),
        ("Sealing of this period", f"number {head.number}"),
        ("Lines", f"{edition.line_count:,}"),
        ("Seal", edition.seal),
        ("Seal of the review before", edition.previous or "none: this is the first review"),
        (
            "Agreement",
            "This paper is as it was sealed for the Board. The Board's decision, with its minute, is kept on the "
            "review's page beside it and changes nothing here.",
        ),
        ("To check the seal", "The CSV file holds what was hashed, and says how to recompute it with sha256sum."),
    )
    writer.show(
        Table(
            name="data-quality",
            title="Where each figure comes from",
            columns=columns(
                ("of", "Figure"),
                ("source", "Source", PROSE),
                ("as_at", "As at", DAY),
                ("standing", "Confirmed or carried forward"),
                ("proposed", "Role and owner"),
                ("remarks", "Remarks", PROSE),
            ),
            rows=(*map(_quality, book.activities), *map(_stream_quality, book.streams)),
        )
    )
    return writer.section()


def _sealed_on(edition: Edition) -> str:
    return long_date(timezone.localdate(edition.sealed_at))


def _quality(line: ActivityLine) -> tuple[Cell, ...]:
    told = told_by(line)
    source, day = "No update was ever approved", None
    if told:
        source = f"{post_of(line.post)}; approved {long_date(timezone.localdate(told.approved_at))}"
        day = told.as_at
    standing = "Confirmed" if line.update else "Carried forward" if line.carried else "Never reported"
    remarks = "; ".join(Quality(each).label for each in line.quality)
    return line.number, source, day, standing, "Proposed" if line.is_proposed else "Confirmed", remarks


def _stream_quality(line: StreamLine) -> tuple[Cell, ...]:
    day: date | None = line.month
    source = f"Return for {day:%B %Y}" if day else "No return was ever approved"
    return f"Stream {line.code}", source, day, "Confirmed" if day else "Not known", "", line.data_note


def exempt_information(book: Book) -> Section:
    """What the public version leaves out: exempt text with its paragraph, and evidence."""
    writer = Writer("G", "Exempt information and evidence", is_wide=True)
    writer.say("Not for publication: keep this file where nobody else can open it.")
    writer.show(
        Table(
            name="exempt",
            title="Exempt text and evidence, left out of the public version",
            columns=columns(
                ("activity", "Activity"),
                ("paragraph", "Paragraph of Schedule 12A"),
                ("exempt_text", "Exempt text", PROSE),
                ("evidence", "Evidence", PROSE),
            ),
            rows=tuple(
                (number, str(found.paragraph or ""), found.narrative, found.evidence)
                for number, found in book.exempt.items()
            ),
            empty="No activity has exempt text or evidence.",
        )
    )
    return writer.section()
