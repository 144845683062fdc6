"""Milestones in time and the money behind the ratings, in their four forms: the same values, cell by cell."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import plotly.graph_objects as go
import pytest

from reporting.charts import behind_chart, milestone_chart
from reporting.charts.behind import SUMS, AimMoney, BehindTable, behind_sentence
from reporting.charts.chart import shown
from reporting.charts.milestones import DAYS, Dated, MilestoneTable, milestone_sentence
from tests.reporting.four_forms import check_frame, from_csv, titles, words

AS_AT = date(2026, 9, 30)
MOVED = Dated("1.1.1/1", "Contract & land", date(2026, 3, 31), date(2026, 6, 30), None, 91, 92, 1)
REACHED = Dated("1.1.1/2", "Depot opened", date(2026, 8, 1), date(2026, 8, 1), date(2026, 7, 20), -12, None, 0)
AHEAD = Dated("1.2.3/1", "Consent", date(2027, 2, 1), date(2027, 2, 1), None, 0, None, 0)
UNPROMISED = Dated("2.1.10/12", "Case", None, date(2026, 12, 1), None, None, None, 2)
LINES = (MOVED, REACHED, AHEAD, UNPROMISED)
MILESTONES = MilestoneTable(AS_AT, number=4, done=1, overdue=1, lines=LINES)

MILLION = Decimal(1_000_000)
NOTHING = Decimal(0)
MONEY = BehindTable(
    (
        AimMoney("1", "Growth in every corner of the region", (12 * MILLION, Decimal("84250000"), NOTHING, MILLION)),
        AimMoney("2", "Homes", (NOTHING, NOTHING, NOTHING, NOTHING)),
        AimMoney("3", "Net zero", (Decimal("1382049999.99"), NOTHING, Decimal("500000.50"), NOTHING)),
    )
)


def test_the_milestones_say_the_same_in_every_form() -> None:
    chart = milestone_chart(MILESTONES, "/milestones.csv")
    check_frame(chart)
    names = [header.partition(",")[0].lower() for header in chart.headers[1:]]
    assert titles(chart) == [
        f"{row[0]}: {', '.join(f'{name} {cell}' for name, cell in zip(names, row[1:], strict=True))}"
        for row in chart.shown
    ]
    assert from_csv(chart)[1:] == [
        [
            each.name,
            *("" if cell is None else str(cell) for cell in (*each.known, each.variance, each.overdue)),
            str(each.moves),
        ]
        for each in LINES
    ]
    traces = {trace["name"]: trace for trace in chart.figure["data"] if "name" in trace}
    for place, (name, *_) in enumerate(DAYS, start=1):
        drawn = {
            f"{reference} {title}": day
            for reference, title, day in zip(traces[name]["y"], traces[name]["text"], traces[name]["x"], strict=True)
        }
        assert drawn == {row[0]: cell.isoformat() for row in chart.rows if isinstance(cell := row[place], date)}
        for reference, told in zip(traces[name]["y"], traces[name]["customdata"], strict=True):
            assert told == next(list(row[4:]) for row in chart.rows if str(row[0]).startswith(f"{reference} "))
    assert traces["Overdue"]["x"] == ["2026-06-30", "2026-09-30", None]
    assert traces["Overdue"]["y"] == ["1.1.1/1", "1.1.1/1", None]
    assert len(go.Figure(chart.figure).data) == 5


def test_each_day_stands_at_its_place_and_what_is_overdue_runs_on_to_the_day_of_the_position() -> None:
    chart = milestone_chart(MILESTONES, "")
    first, last = date(2025, 10, 1), date(2027, 3, 31)  # the half years that all days lie in

    def at(day: date) -> float:
        return 27 + 44 * (day - first).days / (last - first).days

    drawn = [float(x) for x in re.findall(r'<svg x="([\d.]+)%"', chart.svg)]
    assert drawn == pytest.approx([at(day) for each in LINES for day in each.known if day], abs=0.001)
    (late,) = re.findall(r'<line x1="([\d.]+)%" x2="([\d.]+)%" [^>]*stroke="#aa0f1f"', chart.svg.partition("<ul")[0])
    assert [float(x) for x in late] == pytest.approx([at(date(2026, 6, 30)), at(AS_AT)], abs=0.001)


def test_a_milestone_says_how_late_it_is() -> None:
    written = words(milestone_chart(MILESTONES, ""))
    for expected in ("92 days overdue", "12 days early", "as promised", "no baseline"):
        assert expected in written
    for narrow in ("1.1.1/1", "2.1.10/12", "92 overdue", "12 early", "–"):
        assert narrow in written


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            MILESTONES,
            "Of 4 milestones in or next to the half year 1 is reached and 1 is overdue; 1.1.1/1 stands furthest behind"
            " its baseline, by 91 days.",
        ),
        (
            replace(MILESTONES, number=9, done=3, overdue=0, lines=(REACHED, AHEAD)),
            "Of 9 milestones in or next to the half year 3 are reached and none is overdue; none stands later than its"
            " baseline. The 2 furthest behind are shown.",
        ),
        (
            MilestoneTable(AS_AT, 1, 0, 0, (AHEAD,)),
            "The one milestone in or next to the half year is not due yet; none stands later than its baseline.",
        ),
    ],
)
def test_the_milestones_sentence_names_the_one_furthest_behind(table: MilestoneTable, sentence: str) -> None:
    assert milestone_sentence(table) == sentence


def test_the_money_behind_the_ratings_says_the_same_in_every_form() -> None:
    chart = behind_chart(MONEY, "/behind.csv")
    check_frame(chart)
    labels = [header.removesuffix(", £m") for header in chart.headers[1:]]
    assert labels == [label for label, _, _ in SUMS]
    assert titles(chart) == [
        f"Aim {row[0]}: {label} £{cell}m" for row in chart.shown for label, cell in zip(labels, row[1:], strict=True)
    ]
    assert from_csv(chart)[1:] == [[str(cell) for cell in row] for row in chart.rows]
    assert chart.shown[2][1] == "1,382.0"
    assert from_csv(chart)[3][1] == "1382.0"
    for place, trace in enumerate(chart.figure["data"], start=1):
        assert trace["name"] == labels[place - 1]
        assert trace["y"] == ["Aim 1", "Aim 2", "Aim 3"]
        assert trace["x"] == [float(Decimal(str(row[place]))) for row in chart.rows]
    assert chart.figure["layout"]["barmode"] == "group"  # never stacked: they are not to be added
    assert len(go.Figure(chart.figure).data) == len(SUMS)


def test_bars_of_money_share_one_scale() -> None:
    chart = behind_chart(MONEY, "")
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)%"', chart.svg)]
    assert max(widths) == pytest.approx(46, abs=0.001)
    assert widths[1] == pytest.approx(46 * 84.25 / 1382.05, abs=0.01)


@pytest.mark.parametrize(
    ("red", "amber", "sentence"),
    [
        (
            (2, 6),
            (5, 5),
            "£8.0m stands behind Red, most, £6.0m, in aim 2."
            " £10.0m stands behind Amber, most, £5.0m, in aims 1 and 2 each.",
        ),
        ((0, 6), (0, 0), "£6.0m stands behind Red, all in aim 2. Nothing stands behind Amber."),
    ],
)
def test_the_moneys_sentence_never_adds_the_two(red: tuple[int, ...], amber: tuple[int, ...], sentence: str) -> None:
    sums = [(one * MILLION, other * MILLION, NOTHING, MILLION) for one, other in zip(red, amber, strict=True)]
    table = BehindTable(tuple(AimMoney(str(at), "Aim", each) for at, each in enumerate(sums, start=1)))
    assert behind_sentence(table) == sentence


@pytest.mark.parametrize(
    ("cell", "words_of_it"),
    [(None, "–"), (0, "0"), (1234, "1,234"), (Decimal("1382.0"), "1,382.0"), (AS_AT, "30 September 2026"), ("A", "A")],
)
def test_a_cell_is_shown_as_people_read_it(cell: Decimal | date | str | int | None, words_of_it: str) -> None:
    assert shown(cell) == words_of_it
