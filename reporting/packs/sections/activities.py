"""Appendices A and B: every activity, every milestone."""

from __future__ import annotations

from datetime import timedelta

from aims.rules import half_year
from aims.rules.wording import long_date
from reporting.lines import Book
from reporting.lines.rows import ActivityLine, MilestoneLine, ReviewLine, Told
from reporting.packs.content import Cell, Column, Kind, Section, Table, rating, tag_of
from reporting.packs.sections.telling import told_by
from reporting.packs.writer import Writer, columns
from reporting.selectors.exceptions import reasons_of
from reporting.selectors.sealed.exceptions import paid_in_all

DAY, COUNT, TAG, PROSE = Kind.DAY, Kind.COUNT, Kind.TAG, Kind.PROSE


def activities(book: Book) -> Section:
    """All activities in one table."""
    writer = Writer("A", "All activities", is_wide=True)
    head = book.head
    writer.show(
        Table(
            name="activities",
            title=f"All key activities at {long_date(head.as_at)}",
            columns=_columns(head),
            rows=tuple(map(_activity, book.activities)),
            empty="The strategy has no key activity.",
        )
    )
    return writer.section()


def _columns(head: ReviewLine) -> tuple[Column, ...]:
    """A few for the paper; all of them for the data files."""
    forecast_day = half_year(head.ends + timedelta(days=1)).ends
    return columns(
        ("activity", "Activity"),
        ("description", "What it is", PROSE),
        ("objective", "Objective", Kind.WORDS, True),
        ("role", "Role"),
        ("kind", "Kind", Kind.WORDS, True),
        ("post", "Answers for it"),
        ("organisation", "Organisation", Kind.WORDS, True),
        ("places", "Places", Kind.WORDS, True),
        ("status", f"Status at {long_date(head.as_at)}", TAG),
        ("forecast", f"Forecast at {long_date(forecast_day)}", TAG),
        ("direction", "Direction", TAG),
        ("before", "Status in the review before", TAG, True),
        ("state", "State", Kind.WORDS, True),
        ("carried_forward", "Rating carried forward", TAG, True),
        ("told", "What was told", PROSE),
        ("cause", "Cause", Kind.WORDS, True),
        ("impact", "Impact", PROSE, True),
        ("action", "Action", PROSE, True),
        ("return_to_green", "Return to on track", DAY, True),
        ("ask", "Ask of the Board", PROSE, True),
        ("suggested", "Suggested by the dates", TAG, True),
        ("override_reason", "Why rated better than suggested", PROSE, True),
        ("decision", "Decision", PROSE, True),
        ("start_baseline", "Baseline start", DAY, True),
        ("start_agreed", "Agreed start", DAY, True),
        ("end_baseline", "Baseline end", DAY, True),
        ("end_agreed", "Agreed end", DAY),
        ("forecast_end", "Forecast end", DAY, True),
        ("moves", "Moves", COUNT),
        ("overdue_milestones", "Overdue", COUNT),
        ("allocated", "Allocated", Kind.MONEY),
    )


def _activity(line: ActivityLine) -> tuple[Cell, ...]:
    told = told_by(line)
    return (
        *(line.number, line.description, line.objective, line.role.label, line.kind.label),
        *(line.post.title, line.post.organisation.name, "; ".join(place.name for place in line.places)),
        *(tag_of(line.mark), rating(line.forecast_rag), tag_of(line.direction)),
        tag_of(line.previous_mark) if line.previous_mark else None,
        line.state.label if line.state else None,
        rating(line.rag) if line.carried and not line.update else None,
        *(_said(told) if told else (None,) * 9),
        *(line.start.baseline, line.start.agreed, line.end.baseline, line.end.agreed),
        told.forecast_end if told else None,
        *(line.moves, line.overdue_milestones, paid_in_all(line)),
    )


def _said(told: Told) -> tuple[Cell, ...]:
    said = dict(reasons_of(told))
    reasons = said.get("Cause"), told.impact, said.get("Action")
    return (
        *(told.narrative or told.start_reason, *reasons, told.return_to_green, told.ask),
        *(rating(told.suggested_rag), said.get("Rated better than the dates suggest"), said.get("Decision")),
    )


def milestones(book: Book) -> Section:
    """Reference, baseline, forecast or actual, variance in days, moves."""
    writer = Writer("B", "Milestones", is_wide=True)
    writer.show(
        Table(
            name="milestones",
            title="All milestones",
            columns=columns(
                ("milestone", "Milestone"),
                ("activity", "Activity", Kind.WORDS, True),
                ("title", "What it is", PROSE),
                ("baseline", "Baseline", DAY),
                ("agreed", "Forecast (last agreed)", DAY),
                ("completed", "Actual", DAY),
                ("variance_days", "Variance in days", COUNT),
                ("overdue_days", "Days overdue", COUNT),
                ("moves", "Moves", COUNT),
            ),
            rows=tuple(map(_milestone, book.milestones)),
            empty="No activity has a milestone.",
        )
    )
    return writer.section()


def _milestone(line: MilestoneLine) -> tuple[Cell, ...]:
    promised = line.promised
    days = line.variance_days, line.overdue_days
    return (
        *(line.reference, line.activity, line.title),
        *(promised.baseline, promised.agreed, line.completed, *days, promised.moves),
    )
