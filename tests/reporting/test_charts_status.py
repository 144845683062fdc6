"""Strips, heat map and movement in their four forms: the same numbers, cell by cell."""

from __future__ import annotations

import re
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from aims.choices import Mark
from reporting.charts import heat_chart, movement_chart, strip_chart
from reporting.charts.heat import HeatRow, HeatTable, heat_sentence
from reporting.charts.movement import Move, MovementTable, movement_sentence
from reporting.charts.strips import Strip, StripTable, strip_sentence
from reporting.choices import Headline
from tests.reporting.four_forms import check_frame, from_csv, titles, words

STRIPS = StripTable(
    (Mark.COMPLETE, Mark.GREEN, Mark.AMBER, Mark.RED, Mark.NO_UPDATE),
    (
        Strip("1", "Promote growth in every corner of the region", (2, 14, 3, 2, 0)),
        Strip("2", "Homes & <places>", (0, 3, 0, 0, 1)),
        Strip("3", "Net zero", (1, 0, 5, 1, 4)),
    ),
)
RED, AMBER, GREEN, DONE = Headline.RED, Headline.AMBER, Headline.GREEN, Headline.COMPLETE
HEAT = HeatTable(
    ("2025/26 H1", "2025/26 H2", "2026/27 H1"),
    (
        HeatRow("1.1", "Grow <more>", (GREEN, GREEN, RED)),
        HeatRow("1.2", "Skills", (None, AMBER, GREEN)),
        HeatRow("2.1", "Homes", (Headline.NOT_RATED, Headline.NOT_ENOUGH, AMBER)),
        HeatRow("2.2", "Places", (RED, AMBER, AMBER)),
    ),
)
MOVES = MovementTable(
    "2025/26 H2",
    "2026/27 H1",
    (
        Move(Mark.COMPLETE, Mark.COMPLETE, 4),
        Move(Mark.GREEN, Mark.GREEN, 30),
        Move(Mark.GREEN, Mark.AMBER, 6),
        Move(Mark.GREEN, Mark.RED, 2),
        Move(Mark.AMBER, Mark.GREEN, 5),
        Move(Mark.RED, Mark.RED, 1),
        Move(Mark.RED, None, 1),
        Move(None, Mark.NOT_STARTED, 3),
    ),
)


def test_the_strips_say_the_same_in_every_form() -> None:
    chart = strip_chart(STRIPS, "/strips.csv")
    check_frame(chart)
    drawn = {}
    for title in titles(chart):
        found = re.fullmatch(r"Aim (\d+): (\d+) (.+)", title)
        assert found is not None
        drawn[found[1], found[3]] = int(found[2])
    for row in chart.rows:
        number = str(row[0]).partition(" ")[0]
        cells = {header: drawn.pop((number, header), 0) for header in chart.headers[1:-1]}
        assert list(cells.values()) == list(row[1:-1])
        assert sum(cells.values()) == row[-1]
    assert not drawn
    assert from_csv(chart)[1:] == [[str(cell) for cell in row] for row in chart.rows]
    for place, trace in enumerate(chart.figure["data"], start=1):
        assert trace["name"] == chart.headers[place]
        assert trace["y"] == ["Aim 1", "Aim 2", "Aim 3"]
        assert trace["x"] == [row[place] for row in chart.rows]
    assert len(go.Figure(chart.figure).data) == len(STRIPS.marks)


def test_a_strip_is_as_long_as_it_has_activities() -> None:
    chart = strip_chart(STRIPS, "")
    ends = [
        float(left) + float(width)
        for left, width in re.findall(r'<rect x="([\d.]+)%" [^>]*width="([\d.]+)%"', chart.svg)
    ]
    assert max(ends[:4]) == pytest.approx(100, abs=0.2)
    assert max(ends[4:6]) == pytest.approx(100 * 4 / 21, abs=0.2)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (((0, 2), (1, 3)), "5 of 6 key activities are off track; aim 2 has the most, 3 of its 4."),
        (((0, 2), (1, 2)), "4 of 5 key activities are off track; aims 1 and 2 have the most, 2 each."),
        (((1, 2), (1, 0)), "2 of 4 key activities are off track, all in aim 1."),
        (((1, 1), (1, 0)), "1 of 3 key activities is off track, in aim 1."),
        (((1, 0), (2, 0)), "Nothing is off track; 3 of 3 key activities are at risk; aim 2 has the most, 2 of its 2."),
        (((0, 0), (0, 0)), "Nothing is off track or at risk in any aim."),
    ],
)
def test_the_strips_sentence_names_the_aim_to_ask_about(counts: tuple[tuple[int, int], ...], sentence: str) -> None:
    strips = tuple(Strip(str(at), "Aim", cells) for at, cells in enumerate(counts, start=1))
    assert strip_sentence(StripTable((Mark.AMBER, Mark.RED), strips)) == sentence


def test_the_heat_map_says_the_same_in_every_form() -> None:
    chart = heat_chart(HEAT, "/heat.csv")
    check_frame(chart)
    cells = [
        (f"{row.number} {row.name}", period, None if cell is None else cell.label)
        for row in HEAT.rows
        for period, cell in zip(HEAT.periods, row.cells, strict=True)
    ]
    assert titles(chart) == [f"{name}, {period}: {label or 'Not in that review'}" for name, period, label in cells]
    told = [(row[0], period, cell) for row in chart.rows for period, cell in zip(HEAT.periods, row[1:], strict=True)]
    assert told == cells
    lines = from_csv(chart)[1:]
    assert [cell or None for line in lines for cell in line[1:]] == [label for _, _, label in cells]
    drawn = {
        (f"{number} {name}", period): trace["name"]
        for trace in chart.figure["data"]
        for number, name, period in zip(trace["y"], trace["text"], trace["x"], strict=True)
    }
    assert drawn == {(name, period): label for name, period, label in cells if label}
    assert len(go.Figure(chart.figure).data) == len(HEAT.headlines)


def test_each_cell_of_the_heat_map_has_word_and_symbol() -> None:
    written = words(heat_chart(HEAT, ""))
    for expected in ("■ Off track", "▲ At risk", "● On track", "– Not rated", "? Not enough evidence", "·"):
        assert expected in written
    for symbol in ("■", "▲", "●", "–", "?"):
        assert symbol in written  # alone, on a phone, and in the key


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            [[GREEN, RED], [AMBER, GREEN]],
            "Of 2 objectives 1 is on track and 1 off track; since b, 1 improved and 1 worsened.",
        ),
        ([[GREEN, GREEN], [GREEN, GREEN]], "All 2 objectives are on track; since b, none improved or worsened."),
        ([[RED, AMBER]], "The one objective is at risk; since b, 1 improved."),
        ([[RED], [RED], [DONE]], "Of 3 objectives 1 is complete and 2 off track."),
        (
            [[None, Headline.NOT_ENOUGH], [GREEN, Headline.NOT_RATED]],
            "Of 2 objectives 1 is not rated and 1 without enough evidence; since b, none improved or worsened.",
        ),
    ],
)
def test_the_heat_maps_sentence_counts_what_moved(cells: list[list[Headline | None]], sentence: str) -> None:
    periods = ("b", "c")[-len(cells[0]) :]
    rows = tuple(HeatRow(f"1.{at}", "Name", tuple(row)) for at, row in enumerate(cells, start=1))
    assert heat_sentence(HeatTable(periods, rows)) == sentence


def test_the_movement_says_the_same_in_every_form() -> None:
    chart = movement_chart(MOVES, "/movement.csv")
    check_frame(chart)
    assert titles(chart) == [f"{source} to {target}: {count}" for source, target, count in chart.rows]
    assert from_csv(chart)[1:] == [[str(cell) for cell in row] for row in chart.rows]
    drawn = {
        (before.partition(" ")[2], trace["name"], count)
        for trace in chart.figure["data"]
        for before, count in zip(trace["y"], trace["x"], strict=True)
    }
    assert drawn == set(chart.rows)
    assert len(go.Figure(chart.figure).data) == len({row[1] for row in chart.rows})


def test_what_stands_on_either_side_of_the_movement_adds_up() -> None:
    written = words(movement_chart(MOVES, ""))
    for expected in ("● On track 38", "● On track 35", "■ Off track 2", "■ Off track 3", "○ Not started 3"):
        assert expected in written
    assert "· Not in that review 3" in written
    assert "· No longer in the strategy 1" in written


def test_bands_begin_and_end_within_their_own_marks() -> None:
    chart = movement_chart(MOVES, "")
    heights = [float(height) for height in re.findall(r'<rect [^>]*height="([\d.]+)" ', chart.svg)]
    assert sum(heights[:5]) == pytest.approx(300, abs=0.5)
    paths = re.findall(r'd="M[\d.]+ ([\d.]+)C[^V]+V([\d.]+)C', chart.svg)
    assert len(paths) == len(MOVES.moves)


@pytest.mark.parametrize(
    ("moves", "sentence"),
    [
        (MOVES.moves, "; the largest move, 6, is from “On track” to “At risk”; 2 came to “Off track”."),
        (MOVES.moves[:2], "."),
        (MOVES.moves[3:4], "; the largest move, 2, is from “On track” to “Off track”."),
        (MOVES.moves[7:], "; the largest move, 3, is from “Not in that review” to “Not started”."),
    ],
)
def test_the_movements_sentence_says_where_most_went(moves: tuple[Move, ...], sentence: str) -> None:
    table = replace(MOVES, moves=moves)
    stayed = sum(move.count for move in moves if move.source == move.target)
    whole = sum(move.count for move in moves)
    start = f"Since 2025/26 H2, {stayed} of {whole} key activities stand as before"
    assert movement_sentence(table) == f"{start}{sentence}"
