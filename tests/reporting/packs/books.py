"""Books made by hand, of any size and with whatever words, so that most of the pack is tested without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from aims.choices import Cause, Kind, Mark, Rag, Role, State
from aims.rules import Thresholds
from reporting.choices import Direction, Headline, PackAudience, Verb
from reporting.lines import Book
from reporting.lines.rows import (
    ActionLine,
    ActivityLine,
    AimLine,
    AllocationLine,
    ChangeLine,
    DateMoveLine,
    Differing,
    Exempt,
    MilestoneLine,
    Named,
    ObjectiveLine,
    Paid,
    PostLine,
    Promised,
    Recommendation,
    ReviewLine,
    ScopeLine,
    StrategyLine,
    StreamLine,
    Sums,
    Told,
)
from reporting.packs.content import Correction, Edition, Paper
from reporting.packs.paper import compose
from reporting.rules import Counts

AS_AT = date(2026, 9, 30)
CLOSED = datetime(2026, 11, 9, 16, 0, tzinfo=UTC)
BODY = Named(slug="wmca", name="West Midlands Combined Authority")
POST = PostLine(slug="head-of-rail", title="Head of Rail", organisation=BODY)
MARKS = (Mark.COMPLETE, Mark.GREEN, Mark.AMBER, Mark.RED, Mark.NO_UPDATE, Mark.UNRATED, Mark.NOT_STARTED, Mark.DEFERRED)
STATES = {
    Mark.COMPLETE: State.COMPLETE,
    Mark.NOT_STARTED: State.NOT_STARTED,
    Mark.DEFERRED: State.DEFERRED,
    Mark.CANCELLED: State.CANCELLED,
}
DIRECTIONS = (Direction.SAME, Direction.WORSE, Direction.BETTER, Direction.NOT_COMPARABLE)
NOTHING = Decimal("0.00")


def make_sums(seed: int = 0, **fields: Any) -> Sums:
    """Sums that differ by their seed."""
    counts = Counts(
        activities=9 + seed,
        due=6,
        updated=5,
        in_progress=4,
        complete=5 + seed,
        green=2,
        amber=1,
        red=1,
        no_update=1,
        complete_rated=5,
    )
    given: dict[str, Any] = {
        "counts": counts,
        "improved": 1,
        "unchanged": 2,
        "worsened": 1,
        "newly_complete": 1,
        "allocated": Decimal("1250000.50") + seed * 1_000_000,
        "behind_red": Decimal("250000.00"),
        "behind_amber": Decimal("50000.05"),
        "rating_not_known": NOTHING,
        "not_traced": Decimal("300000.00"),
        "headline": (Headline.AMBER, Headline.GREEN, Headline.RED, Headline.NOT_ENOUGH)[seed % 4],
        "headline_reason": "The mean of 4 rated (2 on track, 1 at risk, 1 off track) is 0.62, at least 0.50.",
        "score": Decimal("0.6250"),
        "direction": DIRECTIONS[seed % 4],
        "worst": "1.1.1",
    }
    return Sums(**given | fields)


def make_told(mark: Mark, words: str) -> Told:
    """An update of this mark; its words are repeated in every field that prints."""
    is_rated = mark in (Mark.GREEN, Mark.AMBER, Mark.RED)
    return Told(
        period="2026/27 H1",
        as_at=AS_AT,
        submitted_at=CLOSED - timedelta(days=20),
        approved_at=CLOSED - timedelta(days=10),
        state=STATES.get(mark, State.IN_PROGRESS),
        rag=Rag(mark.value) if is_rated else None,
        forecast_rag=Rag.AMBER if is_rated else None,
        rag_scale="three points",
        suggested_rag=Rag.RED if mark == Mark.AMBER else None,
        suggestion_reason="A milestone is 90 days overdue.",
        override_reason=words if mark == Mark.AMBER else "",
        narrative=words,
        cause=Cause.PROCUREMENT if mark == Mark.RED else None,
        cause_detail="",
        impact=words if mark == Mark.RED else "",
        action=words if mark == Mark.RED else "",
        action_owner="Head of Rail" if mark == Mark.RED else "",
        action_by=date(2026, 12, 1) if mark == Mark.RED else None,
        return_to_green=date(2027, 3, 31) if mark == Mark.RED else None,
        ask=words if mark == Mark.RED else "",
        decision_by="WMCA Board" if mark == Mark.DEFERRED else "",
        decision_on=date(2026, 9, 11) if mark == Mark.DEFERRED else None,
        decision_reference="Minute 12" if mark == Mark.DEFERRED else "",
        deferred_until=date(2027, 9, 30) if mark == Mark.DEFERRED else None,
        start_reason="",
        forecast_end=date(2027, 6, 30),
        is_no_change=False,
    )


def make_line(number: str, mark: Mark, seed: int, words: str) -> ActivityLine:
    """An activity of this mark."""
    told = make_told(mark, words)
    is_silent = mark == Mark.NO_UPDATE
    return ActivityLine(
        number=number,
        objective=number.rpartition(".")[0],
        description=f"Deliver work {number}: {words}",
        role=Role.INFLUENCE if mark == Mark.UNRATED else Role.DELIVER,
        kind=Kind.TIME_BOUND,
        is_proposed=seed % 5 == 0,
        post=POST,
        places=(Named(slug="coventry", name="Coventry"),),
        contributors=(),
        is_due=True,
        mark=mark,
        previous_mark=MARKS[(seed + 1) % len(MARKS)],
        direction=DIRECTIONS[seed % 4],
        long_direction=Direction.NOT_COMPARABLE,
        state=told.state,
        rag=told.rag,
        forecast_rag=told.forecast_rag,
        overdue_milestones=seed % 2,
        start=Promised(baseline=date(2025, 4, 1), agreed=date(2025, 4, 1), moves=0),
        end=Promised(baseline=date(2027, 3, 31), agreed=date(2027, 6, 30), moves=1),
        moves=1,
        update=None if is_silent else told,
        carried=told if is_silent else None,
        paid=(Paid(stream="A", amount=Decimal("1000000.50") * seed),) if seed else (),
        quality=("carried_forward",) if is_silent else (),
    )


def make_stream_line(code: str, words: str, **fields: Any) -> StreamLine:
    """A stream with a return in which one amount is not known."""
    given: dict[str, Any] = {
        "code": code,
        "name": f"Stream {code}",
        "funder": "Department for Transport",
        "spend_kind": "capital",
        "starts_year": 2017,
        "ends_year": None,
        "source_note": "",
        "data_note": words,
        "award": Decimal("1050000000.00"),
        "over_programming": NOTHING,
        "allocated": Decimal("26000000.00"),
        "month": date(2026, 9, 1),
        "committed": Decimal("12345678.90"),
        "spend_to_date": NOTHING,
        "budget_this_year": Decimal("3000000.00"),
        "forecast_outturn": Decimal("3300000.00"),
        "re_profiled": None,
        "rating": Rag.AMBER,
        "note": words,
        "sums": make_sums(),
    }
    return StreamLine(**given | fields)


def make_book(activities: int = 8, words: str = "The contractor has stopped.", exempt: str = "") -> Book:
    """A book with every kind of line; six aims with up to five objectives each once there are enough activities.

    `words` stand in every text that people write, `exempt` in the exempt part of every activity.
    """
    aims = 2 if activities < 30 else 6
    places = product(range(1, aims + 1), range(1, 6 if aims == 6 else 2), range(1, activities))
    most = -(-activities // (aims * (5 if aims == 6 else 1)))
    numbers = list(islice((f"{a}.{o}.{n}" for a, o, n in places if n <= most), activities))
    lines = tuple(make_line(number, MARKS[at % len(MARKS)], at, words) for at, number in enumerate(numbers))
    objectives = list(dict.fromkeys(line.objective for line in lines))
    return Book(
        head=ReviewLine(
            slug="2026-27-h1",
            label="2026/27 H1",
            name="2026/27 H1 (mid-year)",
            starts=date(2026, 4, 1),
            ends=AS_AT,
            as_at=AS_AT,
            submission_opens=date(2026, 10, 1),
            submission_closes=date(2026, 11, 4),
            closed_at=CLOSED,
            number=1,
            compared_with="2025-26-h2",
            long_compared_with=None,
            board_on=date(2026, 11, 20),
            director=words,
            recommendations=(
                Recommendation(number="1", verb=Verb.NOTE, text=words),
                Recommendation(number="2", verb=Verb.APPROVE, text="a second contractor."),
            ),
            thresholds=Thresholds(),
        ),
        whole=StrategyLine(slug="strategy", title="Strategy", vision=words, sums=make_sums(4)),
        aims=tuple(
            AimLine(number=str(at), title=f"Aim {at}", statement=words, sums=make_sums(at)) for at in range(1, aims + 1)
        ),
        objectives=tuple(
            ObjectiveLine(number=number, aim=number[0], statement=words, sums=make_sums(at))
            for at, number in enumerate(objectives)
        ),
        activities=lines,
        milestones=tuple(_milestone(line.number, at, words) for at, line in enumerate(lines)),
        streams=(make_stream_line("A", words), *(make_stream_line(code, words, month=None) for code in "BC")),
        allocations=(AllocationLine(stream="A", activity="1.1.1", objective=None, amount=Decimal("5.05")),),
        organisations=(_scope("wmca", BODY.name),),
        places=(_scope("coventry", "Coventry"),),
        roles=(_scope("deliver", "Deliver"),),
        date_moves=tuple(_move(line.number, words) for line in lines[:3]),
        changes=(_change(words),),
        actions=(_action(words),),
        exempt={line.number: Exempt(narrative=exempt, paragraph=3, evidence=exempt) for line in lines if exempt},
    )


def _milestone(activity: str, at: int, words: str) -> MilestoneLine:
    promised = Promised(baseline=date(2026, 6, 30), agreed=date(2026, 8, 31), moves=1)
    return MilestoneLine(
        reference=f"{activity}/1",
        activity=activity,
        title=words,
        promised=promised,
        completed=None if at % 2 else date(2026, 9, 3),
        variance_days=65,
        overdue_days=30 if at % 2 else None,
    )


def _scope(slug: str, name: str) -> ScopeLine:
    return ScopeLine(slug=slug, name=name, activities=("1.1.1",), sums=make_sums())


def _move(activity: str, words: str) -> DateMoveLine:
    return DateMoveLine(
        activity=activity,
        what="Planned end",
        previous=date(2027, 3, 31),
        agreed=date(2027, 6, 30),
        reason=words,
        agreed_at=CLOSED - timedelta(days=90),
        moves_so_far=1,
    )


def _change(words: str) -> ChangeLine:
    differing = Differing(field="description", label="Wording", before=words, after=words)
    return ChangeLine(of="reworded", number="1.1.1", wording=words, note=words, reason=words, differences=(differing,))


def _action(words: str) -> ActionLine:
    return ActionLine(
        reference="2025-26-h2/1",
        asked_in="2025/26 H2",
        text=words,
        activity="1.1.1",
        post=POST,
        due_on=date(2026, 9, 1),
        is_done=False,
        reported=words,
        reported_on=date(2026, 8, 1),
    )


def make_edition(audience: PackAudience = PackAudience.PUBLIC, **fields: Any) -> Edition:
    """The first edition of a seal, whose exempt text names paragraph 3."""
    given: dict[str, Any] = {
        "seal": "5eal" * 16,
        "previous": "0ld5" * 16,
        "sealed_at": CLOSED,
        "line_count": 60,
        "audience": audience,
        "corrections": (),
        "paragraphs": (3,),
    }
    return Edition(**given | fields)


def make_correction(words: str) -> Correction:
    """An erratum."""
    return Correction(
        number=1,
        of="Aim 1",
        field="sums, red",
        printed="1",
        correct="2",
        explanation=words,
        on=date(2026, 12, 1),
    )


def make_paper(book: Book | None = None, **edition: Any) -> Paper:
    """The paper of a small book."""
    return compose(book or make_book(), make_edition(**edition))


def without_exempt(book: Book) -> Book:
    """The same book as the public reads it."""
    return replace(book, exempt={})
