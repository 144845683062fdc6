"""The worked examples of docs/rules.md about progress, computed, and their sentences found on the page."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aims.choices import Kind, Mark, Rag, Role, Signal, State
from aims.rules import (
    DeliveryFacts,
    LastUpdate,
    MilestoneFact,
    QualityFacts,
    Said,
    Suggestion,
    Thresholds,
    UpdateContext,
    UpdateValues,
    counts,
    default_as_at,
    end_of_day,
    half_year,
    is_due,
    mark_for,
    no_change_problem,
    quality_findings,
    suggest_rag,
    update_problems,
)
from aims.rules.quality import SAME_WORDS, SILENT_PERIODS, WORDS_TO_REPEAT

PAGE = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
ON = date(2026, 9, 30)


def open_milestone(due: date) -> DeliveryFacts:
    step = MilestoneFact("Grid connection, Coventry", due)
    return DeliveryFacts(role=Role.DELIVER, state=State.IN_PROGRESS, milestones=(step,))


@pytest.mark.parametrize(
    ("facts", "rag", "quoted"),
    [
        (open_milestone(date(2026, 8, 31)), Rag.AMBER, True),
        (open_milestone(date(2026, 8, 1)), Rag.AMBER, False),
        (open_milestone(date(2026, 7, 31)), Rag.RED, False),
        (
            DeliveryFacts(
                role=Role.DELIVER,
                state=State.IN_PROGRESS,
                agreed_end=date(2027, 3, 31),
                forecast_end=date(2027, 6, 30),
            ),
            Rag.RED,
            True,
        ),
    ],
)
def test_the_suggestions_of_the_page(facts: DeliveryFacts, rag: Rag, quoted: bool) -> None:
    found = suggest_rag(facts, ON, Thresholds())
    assert found.rag == rag
    assert (f"> {found.reasons[0]}\n" in PAGE) is quoted


def test_the_override_of_the_page() -> None:
    values = UpdateValues(state="in_progress", rag="green", forecast_rag="green", narrative="On the way.", as_at=ON)
    context = UpdateContext(
        role=Role.DELIVER, kind=Kind.TIME_BOUND, period_ends=ON, on=date(2026, 10, 20), suggested=Rag.RED
    )
    problems = update_problems(values, context)
    assert set(problems) == {"override_reason", "evidence"}
    assert all(f"> {message}\n" in PAGE for message in problems.values())


def test_the_refused_repetition_of_the_page() -> None:
    last = LastUpdate(state="in_progress", rag="amber", suggested="amber", as_at=date(2026, 3, 31), was_no_change=False)
    facts = DeliveryFacts(
        role=Role.DELIVER, state=State.IN_PROGRESS, milestones=(MilestoneFact("Piling", date(2026, 6, 30)),)
    )
    suggestion = Suggestion(Rag.AMBER, ("late",))
    assert f"> {no_change_problem(last, facts, suggestion, None, ON)}\n" in PAGE


def test_the_half_years_of_the_page() -> None:
    assert (half_year(date(2026, 11, 23)).label, half_year(date(2026, 11, 23)).slug) == ("2026/27 H2", "2026-27-h2")
    taken = half_year(ON)
    assert (taken.label, taken.submission_opens) == ("2026/27 H1", date(2026, 10, 1))
    assert taken.submission_closes == date(2026, 11, 4)


def test_the_days_of_the_page() -> None:
    assert default_as_at(date(2026, 10, 20), ON) == ON
    assert default_as_at(date(2026, 8, 15), ON) == date(2026, 8, 15)
    assert not is_due(None, State.DEFERRED, date(2026, 10, 1), ON)
    assert is_due(None, State.DEFERRED, date(2026, 10, 1), date(2026, 10, 1))


def test_the_deadline_of_the_page() -> None:
    london = ZoneInfo("Europe/London")
    deadline, approved = end_of_day(date(2026, 11, 4)), datetime(2026, 11, 10, 9, tzinfo=london)
    assert counts(datetime(2026, 11, 4, 23, 59, tzinfo=london), deadline, approved, None)
    assert not counts(datetime(2026, 11, 5, tzinfo=london), deadline, approved, None)


def test_the_mark_of_the_page() -> None:
    assert mark_for(State.IN_PROGRESS, Rag.GREEN, Role.DELIVER, has_counting_update=False, due=True) is Mark.NO_UPDATE


def test_the_thresholds_of_the_page() -> None:
    limits = Thresholds()
    for name, value in (
        ("`overdue_red_days`", str(limits.overdue_red_days)),
        ("`slip_red_days`", str(limits.slip_red_days)),
        ("`agreed_moves_amber`", str(limits.agreed_moves_amber)),
        ("`green_from`, `amber_from`", f"{limits.green_from}, {limits.amber_from}"),
        ("`wide_red_share`", f"{limits.wide_red_share:.0%}".replace("%", " %")),
        ("`enough_share`", f"{limits.enough_share:.0%}".replace("%", " %")),
    ):
        assert f"| {name} | {value} |" in PAGE


def test_the_words_of_last_time_of_the_page() -> None:
    before = "The contractor has begun and the site at Wednesbury is cleared."
    now = Said(state="in_progress", rag="amber", narrative=before.replace("is", "was"))
    facts = QualityFacts(due=True, has_dates=True, now=now, before=Said(narrative=before))
    (finding,) = quality_findings(facts, ON)
    assert finding.signal == Signal.COPIED
    assert f"> {finding.sentence}\n" in PAGE


def test_the_watermelon_of_the_page() -> None:
    step = MilestoneFact("Contract let", date(2026, 9, 12))
    told = Said(state="in_progress", rag="green", narrative="New words.")
    (finding,) = quality_findings(
        QualityFacts(due=True, has_dates=True, now=told, milestones=(step,)), date(2026, 10, 12)
    )
    assert f"> {finding.sentence}\n" in PAGE


def test_the_thresholds_of_the_signals_of_the_page() -> None:
    assert f"at least {SAME_WORDS:.0%} of the words".replace("%", " %") in PAGE
    assert f"of at least {WORDS_TO_REPEAT} words" in PAGE
    assert f"in {SILENT_PERIODS} periods running" in PAGE
